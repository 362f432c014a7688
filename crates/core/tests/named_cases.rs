//! Cases of the negative catalogue that no single line of JSON can hold: what a program does, and what needs two
//! ceremonies.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[allow(unreachable_pub, dead_code, reason = "shared by several test programs")]
#[path = "support/fixture.rs"]
mod fixture;

use ceremony::error::{ConfigError, RejectionReason as Reason};
use ceremony::{
    AttestationPolicy, AuthenticationRequest, AuthenticationResponse, Challenge, CredentialDescriptor, CredentialId,
    Demand, Error, LargeBlob, Misuse, PrfValues, RegistrationRequest, RelyingParty, UserHandle,
};
use ceremony_testkit::{Algorithm, Attestation, Fault, Stage};
use fixture::{Fixture, How, LATER, NOW, ORIGIN, ada, bob, handle, listed, malformed, refused};

#[test]
fn neg_e03_a_body_over_the_cap_is_refused_before_it_is_read() {
    malformed(Fixture::new().broken_registration(Fault::BodyTooLarge), "R3", "too_large");
    malformed(Fixture::new().broken_authentication(Fault::BodyTooLarge), "A3", "too_large");
}

#[test]
fn neg_c18_c20_c21_challenges_of_another_session_of_the_past_and_of_the_other_ceremony() {
    let mut fixture = Fixture::new();
    let record = fixture.record();
    let begin = |fixture: &Fixture, byte| {
        let request = AuthenticationRequest::discoverable();
        fixture.ceremony.begin_authentication(request, Challenge::new([byte; 32]), NOW).unwrap()
    };
    let (options, _) = begin(&fixture, 1);
    let body = fixture.assertion(&serde_json::to_value(&options).unwrap(), How::Honest);
    let response = AuthenticationResponse::from_json(&body).unwrap();

    let (_, another) = begin(&fixture, 2);
    let finished = fixture.ceremony.finish_authentication(another, &response, Some(&record), LATER);
    refused(finished, "A11", Reason::ChallengeMismatch);

    let (_, own) = begin(&fixture, 1);
    let expires_at = own.expires_at();
    let finished = fixture.ceremony.finish_authentication(own, &response, Some(&record), expires_at);
    assert!(matches!(finished, Err(Error::Expired)), "{finished:?}");

    // Issued for a registration: its state can't finish an authentication, and the type of the client data tells.
    let request = RegistrationRequest::passkey(bob());
    let (options, _) = fixture.ceremony.begin_registration(request, Challenge::new([3; 32]), NOW).unwrap();
    let body = fixture.device.register_json(&serde_json::to_value(&options).unwrap(), &fixture.page).unwrap();
    assert!(AuthenticationResponse::from_json(&body).is_err());
    let mut other_type = |stage: Stage<'_>| {
        if let Stage::ClientData(data) = stage {
            data.set("type", "webauthn.create");
        }
    };
    let request = AuthenticationRequest::for_user(record.user_handle.clone()).allow(listed(&record));
    let finished = fixture.authenticate(request, Some(&record), How::Edit(&mut other_type));
    refused(finished, "A10", Reason::TypeMismatch);
}

#[test]
fn neg_c39_an_android_hash_has_one_spelling() {
    let hash = ceremony_testkit::base64url::encode(&[0xab; 32]);
    let android = || Fixture::with(|builder| builder.android_origin(format!("android:apk-key-hash:{hash}")));
    let sent = |origin: String| {
        let mut edit = move |stage: Stage<'_>| {
            if let Stage::ClientData(data) = stage {
                data.set("origin", origin.as_str());
            }
        };
        android().register(RegistrationRequest::passkey(ada()), How::Edit(&mut edit)).map(drop)
    };
    assert_eq!(sent(format!("android:apk-key-hash:{hash}")), Ok(()));
    for other in [format!("{hash}="), "ab".repeat(32), hash.to_uppercase()] {
        refused(sent(format!("android:apk-key-hash:{other}")), "R9", Reason::OriginNotAllowed);
    }
}

#[test]
fn neg_o02_o03_none_and_self_are_refused_by_policy() {
    let policy = AttestationPolicy::default().accept_none(false).accept_self(false);
    let mut fixture = Fixture::with(|builder| builder.attestation(policy.clone()));
    let none = fixture.register(RegistrationRequest::passkey(ada()), How::Honest);
    refused(none, "R24", Reason::AttestationNoneNotAccepted);
    let mut fixture =
        Fixture::with(|builder| builder.attestation(policy)).kind(Algorithm::Es256, Attestation::PackedSelf);
    let own = fixture.register(RegistrationRequest::passkey(ada()), How::Honest);
    refused(own, "R24", Reason::AttestationSelfNotAccepted);
}

#[test]
fn neg_w04_a_credential_of_the_list_must_still_be_the_account_s() {
    let mut fixture = Fixture::new();
    let record = fixture.record();
    let request = AuthenticationRequest::for_user(handle(1)).allow(listed(&record));
    refused(fixture.authenticate(request, Some(&record), How::Honest), "A6a", Reason::CredentialOfAnotherUser);
}

#[test]
fn neg_w07_the_credential_must_be_that_of_the_user_handle() {
    let mut fixture = Fixture::new();
    let mut elsewhere = fixture.record();
    elsewhere.user_handle = handle(9);
    let finished = fixture.authenticate(AuthenticationRequest::discoverable(), Some(&elsewhere), How::Honest);
    refused(finished, "A6b", Reason::UserHandleMismatch);
}

#[test]
fn neg_w12_user_verification_counts_only_after_an_equivalent_factor() {
    let mut fixture = Fixture::new();
    let mut record = fixture.record();
    record.uv_initialized = false;
    let done = fixture.authenticate(AuthenticationRequest::discoverable(), Some(&record), How::Honest).unwrap();
    assert!(done.uv_flag() && !done.uv_trusted() && !done.update().uv_initialized);
    assert!(done.with_equivalent_factor().update().uv_initialized);
}

#[test]
fn neg_w13_the_record_is_for_the_account_that_was_begun_for() {
    let registered = Fixture::new().broken_registration(Fault::UserInResponse).unwrap();
    assert_eq!(registered.record().user_handle, handle(0xad));
}

#[test]
fn neg_w18_inputs_that_no_client_could_take_are_refused_when_begun() {
    let fixture = Fixture::new();
    let id = |byte| CredentialDescriptor::from(CredentialId::new(vec![byte; 16]).unwrap());
    let begin = |request| fixture.ceremony.begin_authentication(request, Challenge::new([1; 32]), NOW).map(drop);
    let write = || AuthenticationRequest::discoverable().large_blob(LargeBlob::write(*b"blob"), Demand::Preferred);
    assert_eq!(begin(write()), Err(Misuse::LargeBlobWriteNeedsOneCredential.into()));
    assert_eq!(begin(write().allow([id(1), id(2)])), Err(Misuse::LargeBlobWriteNeedsOneCredential.into()));
    assert_eq!(begin(write().allow([id(1)])), Ok(()));
    let stranger = CredentialId::new(vec![7; 16]).unwrap();
    let by_credential =
        AuthenticationRequest::discoverable().allow([id(1)]).prf_eval_by_credential(stranger, PrfValues::new(*b"salt"));
    assert_eq!(begin(by_credential), Err(Misuse::PrfCredentialNotAllowed.into()));
}

#[test]
fn neg_w19_w20_w21_w22_what_the_builders_refuse() {
    let foreign = RelyingParty::builder("example.com", "Example").origin("https://example.org").build();
    assert!(matches!(foreign, Err(ConfigError::OriginNotCovered { .. })), "{foreign:?}");

    assert_eq!(UserHandle::new(Vec::new()), Err(Misuse::UserHandleLength));
    assert_eq!(UserHandle::new([0; 65]), Err(Misuse::UserHandleLength));
    assert!(UserHandle::new([0; 64]).is_ok());

    let labels = |count: u8| {
        let builder = RelyingParty::builder("example.com", "Example").origin(ORIGIN);
        (0..count).fold(builder, |builder, at| builder.related_origin(format!("https://label{at}.example"))).build()
    };
    // Clients count what the list names; the relying party's own label does not stand there.
    assert!(labels(5).is_ok(), "{:?}", labels(5));
    assert!(matches!(labels(6), Err(ConfigError::TooManyRelatedLabels { .. })), "{:?}", labels(6));

    assert_eq!(Challenge::from_slice(&[0; 15]).map(drop), Err(Misuse::ChallengeLength));
    assert!(Challenge::from_slice(&[0; 16]).is_ok());
}

#[test]
fn neg_s17_ml_dsa_signatures_have_one_length() {
    use ceremony::{KeyMaterial, MlDsa, RustCrypto, SignatureScheme, SignatureVerifier};
    for set in [MlDsa::MlDsa44, MlDsa::MlDsa65, MlDsa::MlDsa87] {
        let scheme = SignatureScheme::MlDsa(set);
        let key = vec![0; set.public_key_len()];
        let key = KeyMaterial::Akp { public: &key };
        for len in [0, set.signature_len() - 1, set.signature_len() + 1] {
            assert!(RustCrypto.verify(scheme, key, &[b"x"], &vec![0; len]).is_err(), "{set:?} {len}");
        }
        let short = vec![0; set.public_key_len() - 1];
        assert!(RustCrypto.check_key(scheme, KeyMaterial::Akp { public: &short }).is_err());
    }
}

#[test]
fn neg_d29_only_the_frozen_state_says_that_mediation_was_conditional() {
    refused(Fixture::new().broken_registration(Fault::ConditionalClaimedByBody), "R15", Reason::UserNotPresent);
}
