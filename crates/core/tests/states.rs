//! What a begun ceremony keeps: every choice survives its bytes, and `Debug` shows nothing secret of it.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[allow(unreachable_pub, dead_code, reason = "shared by several test programs")]
#[path = "support/fixture.rs"]
mod fixture;

use ceremony::{
    AttestationConveyance, AuthenticationRequest, AuthenticationState, Challenge, CredentialId, PrfValues,
    RegistrationRequest, RegistrationState, SignatureInvalid, Transport, UserVerification, signal,
};
use fixture::{Fixture, NOW, ada, handle, listed};

const LEVELS: [UserVerification; 3] =
    [UserVerification::Required, UserVerification::Preferred, UserVerification::Discouraged];

#[test]
fn every_conveyance_and_level_of_verification_survives_the_bytes_of_a_registration() {
    let fixture = Fixture::new();
    let conveyances = [
        AttestationConveyance::None,
        AttestationConveyance::Indirect,
        AttestationConveyance::Direct,
        AttestationConveyance::Enterprise,
    ];
    let mut seen = Vec::new();
    for conveyance in conveyances {
        for level in LEVELS {
            let request = RegistrationRequest::passkey(ada()).attestation(conveyance).user_verification(level);
            let (_, state) = fixture.ceremony.begin_registration(request, Challenge::new([1; 32]), NOW).unwrap();
            let bytes = state.into_bytes();
            assert_eq!(RegistrationState::from_bytes(&bytes).unwrap().into_bytes(), bytes);
            assert!(!seen.contains(&bytes), "{conveyance:?} {level:?} is told from the others");
            seen.push(bytes);
        }
    }
}

#[test]
fn every_level_of_verification_survives_the_bytes_of_an_authentication() {
    let fixture = Fixture::new();
    for level in LEVELS {
        let request = AuthenticationRequest::discoverable().user_verification(level);
        let (_, state) = fixture.ceremony.begin_authentication(request, Challenge::new([1; 32]), NOW).unwrap();
        let bytes = state.into_bytes();
        assert_eq!(AuthenticationState::from_bytes(&bytes).unwrap().into_bytes(), bytes);
    }
}

#[test]
fn debug_shows_what_a_state_is_about_and_nothing_secret() {
    let mut fixture = Fixture::new();
    let record = fixture.record();
    let secret = |shown: &str| {
        for part in ["254, 254", "fefefe", "FEFEFE", "173, 173", "adadad", "ADADAD", "ada@", "sign-up"] {
            assert!(!shown.contains(part), "{part:?} is in {shown}");
        }
    };
    let request = RegistrationRequest::passkey(ada()).context(*b"sign-up").browser_binding([0xfe; 32]);
    let (_, state) = fixture.ceremony.begin_registration(request, Challenge::new([0xfe; 32]), NOW).unwrap();
    let shown = format!("{state:?}");
    for part in ["RegistrationState", "example.com", "browser_bound: true", "Context(7 bytes)", "Required"] {
        assert!(shown.contains(part), "{part:?} is not in {shown}");
    }
    secret(&shown);
    let request = AuthenticationRequest::for_user(handle(0xad)).allow(listed(&record)).context(*b"sign-up");
    let (_, state) = fixture.ceremony.begin_authentication(request, Challenge::new([0xfe; 32]), NOW).unwrap();
    let shown = format!("{state:?}");
    for part in ["AuthenticationState", "example.com", "browser_bound: false", "user_bound: true", "allowed: 1"] {
        assert!(shown.contains(part), "{part:?} is not in {shown}");
    }
    secret(&shown);
    let details = signal::CurrentUserDetails::new(record.rp_id.clone(), handle(0xad), "ada@example.com", "Ada");
    assert_eq!(format!("{details:?}"), "CurrentUserDetails(..)");
    assert_eq!(SignatureInvalid.to_string(), "signature is not valid");
}

#[test]
fn the_last_salt_for_a_credential_is_the_one_that_counts() {
    let mut fixture = Fixture::new();
    let record = fixture.record();
    let id = record.credential_id.clone();
    let other = CredentialId::new([9; 16]).unwrap();
    let request = AuthenticationRequest::for_user(handle(0xad))
        .allow(listed(&record))
        .allow([ceremony::CredentialDescriptor::new(other.clone(), [])])
        .prf_eval_by_credential(id.clone(), PrfValues::new(*b"first"))
        .prf_eval_by_credential(other, PrfValues::new(*b"other"))
        .prf_eval_by_credential(id, PrfValues::new(*b"second"));
    let (options, _) = fixture.ceremony.begin_authentication(request, Challenge::new([1; 32]), NOW).unwrap();
    let options = serde_json::to_value(&options).unwrap();
    let by_credential = options.pointer("/extensions/prf/evalByCredential").unwrap().as_object().unwrap();
    let salts: Vec<_> = by_credential.values().map(|values| values.get("first").unwrap().as_str().unwrap()).collect();
    assert_eq!(salts.len(), 2);
    assert!(salts.contains(&"c2Vjb25k") && salts.contains(&"b3RoZXI"), "{salts:?}");
}

#[test]
fn transports_are_read_as_what_they_are() {
    let known = [
        ("usb", Transport::Usb),
        ("nfc", Transport::Nfc),
        ("ble", Transport::Ble),
        ("smart-card", Transport::SmartCard),
        ("hybrid", Transport::Hybrid),
        ("internal", Transport::Internal),
    ];
    for (word, transport) in known {
        assert_eq!(Transport::parse(word), Some(transport.clone()));
        assert_eq!(transport.as_str(), word);
    }
}

#[test]
fn accepted_credentials_can_be_looked_at() {
    let record = Fixture::new().record();
    let ids = [record.credential_id.clone()];
    let all = signal::AllAcceptedCredentials::new(record.rp_id.clone(), record.user_handle.clone(), ids.clone());
    assert_eq!(all.credential_ids(), ids);
    assert_eq!(all.user_handle(), &record.user_handle);
}
