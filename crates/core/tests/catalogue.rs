//! Every named fault of the test authenticator is refused, every honest variation is accepted.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[allow(unreachable_pub, dead_code, reason = "shared by several test programs")]
#[path = "support/fixture.rs"]
mod fixture;

use ceremony::{AuthenticationRequest, AuthenticationResponse, Challenge, RegistrationRequest, RegistrationResponse};
use ceremony_testkit::{Algorithm, Attestation, Ceremony, Fault, Variation};
use fixture::{Fixture, LATER, NOW, ada, bob, listed};

/// The faults that need something which [`Fixture`] does not set up: covered by name in the step tests.
const NEEDS_A_SCENE: [Fault; 4] =
    [Fault::CredentialIdTaken, Fault::CredentialNotAllowed, Fault::OriginAndroidPadded, Fault::OriginAndroidHex];

#[test]
fn every_fault_in_a_registration_is_refused() {
    let mut tried = 0;
    for algorithm in Algorithm::classic() {
        for attestation in Attestation::without_certificates() {
            for fault in Fault::all() {
                let applies = fault.applies_to(Ceremony::Registration, *algorithm, *attestation);
                if !applies || fault.is_judged_by_policy() || NEEDS_A_SCENE.contains(fault) {
                    continue;
                }
                let result = Fixture::new().kind(*algorithm, *attestation).broken_registration(*fault);
                let error = match result {
                    Err(error) => error,
                    // Nothing signs a registration with attestation none.
                    Ok(_) if *attestation == Attestation::None && !fault.keeps_signature() => continue,
                    Ok(_) => panic!("accepted: {fault:?} {algorithm:?} {attestation:?}"),
                };
                assert!(error.step().is_some_and(|step| step.as_str().starts_with('R')), "{fault:?}: {error:?}");
                tried += 1;
            }
        }
    }
    assert!(tried > 600, "{tried}");
}

#[test]
fn every_fault_in_an_authentication_is_refused() {
    let mut tried = 0;
    for algorithm in Algorithm::classic() {
        for fault in Fault::all() {
            let applies = fault.applies_to(Ceremony::Authentication, *algorithm, Attestation::None);
            if !applies || fault.is_judged_by_policy() || NEEDS_A_SCENE.contains(fault) {
                continue;
            }
            // The counter starts at 5, so that each fault of the counter has room.
            let error = match Fixture::new().kind(*algorithm, Attestation::None).broken_authentication(*fault) {
                Err(error) => error,
                Ok(_) => panic!("accepted: {fault:?} {algorithm:?}"),
            };
            assert!(error.step().is_some_and(|step| step.as_str().starts_with('A')), "{fault:?}: {error:?}");
            tried += 1;
        }
    }
    assert!(tried > 250, "{tried}");
}

#[test]
fn every_variation_is_accepted() {
    for algorithm in Algorithm::classic() {
        for attestation in Attestation::without_certificates() {
            for variation in Variation::all() {
                let mut fixture = Fixture::new().kind(*algorithm, *attestation);
                if variation.applies_to(Ceremony::Registration, *algorithm) {
                    let request = RegistrationRequest::passkey(ada());
                    let (options, state) =
                        fixture.ceremony.begin_registration(request, Challenge::new([3; 32]), NOW).unwrap();
                    let options = serde_json::to_value(&options).unwrap();
                    let body = match fixture.device.register_varied(&options, &fixture.page, *variation) {
                        // Only what signs a registration can have a high s in it.
                        Err(ceremony_testkit::Error::NotApplicable { .. }) => continue,
                        body => body.unwrap(),
                    };
                    let response = RegistrationResponse::from_json(&body).unwrap();
                    let finished = fixture.ceremony.finish_registration(state, &response, LATER);
                    assert!(finished.is_ok(), "{variation:?}: {finished:?}");
                }
                if variation.applies_to(Ceremony::Authentication, *algorithm) {
                    let record = fixture.record_of(bob());
                    let request = AuthenticationRequest::for_user(record.user_handle.clone()).allow(listed(&record));
                    let (options, state) =
                        fixture.ceremony.begin_authentication(request, Challenge::new([4; 32]), NOW).unwrap();
                    let options = serde_json::to_value(&options).unwrap();
                    let body = fixture.device.authenticate_varied(&options, &fixture.page, *variation).unwrap();
                    let response = AuthenticationResponse::from_json(&body).unwrap();
                    let finished = fixture.ceremony.finish_authentication(state, &response, Some(&record), LATER);
                    assert!(finished.is_ok(), "{variation:?}: {finished:?}");
                }
            }
        }
    }
}
