//! What types say of themselves: enough to find one's way, and nothing that may name a person.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[allow(unreachable_pub, dead_code, reason = "shared by several test programs")]
#[path = "support/fixture.rs"]
mod fixture;

use ceremony::error::{ConfigError, MalformedReason};
use ceremony::{
    Aaguid, Algorithm, AuthenticationRequest, AuthenticationResponse, AuthenticatorAttachment, Challenge,
    CredentialRecord, Error, Flags, MAX_CREDENTIAL_NAME, Misuse, RegistrationRequest, RegistrationResponse, Status,
    UserVerification,
};
use ceremony_testkit::{Fault, Stage};
use fixture::{Fixture, How, NOW, ada, rejected};
use serde_json::json;
use std::time::Duration;

#[test]
fn a_record_shows_neither_its_name_nor_why_it_is_suspended() {
    let mut record = Fixture::new().record();
    record.name = "Ada's phone".to_owned();
    record.status = Status::Suspended { reason: "Ada called".to_owned(), since: NOW };
    let shown = format!("{record:?}");
    for part in ["CredentialRecord", "rp_id: RpId(\"example.com\")", "sign_count: 5", "status: \"suspended\""] {
        assert!(shown.contains(part), "{part:?} is not in {shown}");
    }
    assert!(!shown.contains("Ada"), "{shown}");
    assert_eq!(format!("{:?}", Status::Active), "active");
    assert_eq!(format!("{:?}", Status::Revoked { reason: "Ada called".to_owned(), since: NOW }), "revoked");
}

#[test]
fn a_credential_has_a_name_of_256_bytes_without_controls() {
    let of = |len: usize| CredentialRecord::check_name(&"x".repeat(len));
    assert_eq!(MAX_CREDENTIAL_NAME, 256);
    assert_eq!((of(0), of(255), of(256)), (Ok(()), Ok(()), Ok(())));
    assert_eq!(of(257), Err(Misuse::CredentialName));
    for control in ["a\nb", "\u{0}", "\u{7f}", "\u{85}"] {
        assert_eq!(CredentialRecord::check_name(control), Err(Misuse::CredentialName), "{control:?}");
        let named = Fixture::new().record().with_name(control);
        assert_eq!(named.map(drop), Err(Misuse::CredentialName), "{control:?}");
    }
}

#[test]
fn ids_are_shown_as_they_are_written() {
    let record = Fixture::new().record();
    assert_eq!(record.rp_id.to_string(), "example.com");
    assert!(Aaguid::ZERO.is_zero() && Aaguid::new([0; 16]).is_zero());
    let mut bytes = [0; 16];
    bytes[15] = 1;
    assert!(!Aaguid::new(bytes).is_zero());
    assert_eq!(format!("{:?}", Aaguid::new(bytes)), "Aaguid(00000000-0000-0000-0000-000000000001)");
}

#[test]
fn an_error_has_a_hint_of_its_reason() {
    let malformed = match RegistrationResponse::from_json(b"") {
        Err(Error::Malformed(malformed)) => malformed,
        other => panic!("{other:?}"),
    };
    let hint = malformed.reason().hint();
    assert_eq!(Error::Malformed(malformed).hint(), hint);
    assert_ne!(hint, MalformedReason::NotBase64Url.hint());
    assert!(Error::Expired.hint().contains("begin the ceremony again"));
    assert!(Error::UnknownCredential.hint().contains("not in the database"));
    assert_eq!(Error::from(Misuse::NoAlgorithms).hint(), Misuse::NoAlgorithms.hint());
    assert!(Misuse::NoAlgorithms.hint().contains("that the signature verifier supports"));
    let rejection = rejected(Fixture::new().broken_registration(Fault::ChallengeOther));
    assert!(rejection.reason().hint().contains("begin"), "{}", rejection.reason().hint());
    assert_eq!(Error::from(rejection.clone()).hint(), rejection.reason().hint());
    let config = Misuse::Config(ConfigError::TimeoutOutOfRange { timeout: Duration::ZERO });
    assert!(std::error::Error::source(&config).is_some_and(|source| source.is::<ConfigError>()));
    assert!(std::error::Error::source(&Misuse::NoAlgorithms).is_none());
}

#[test]
fn a_step_belongs_to_the_procedure_of_its_ceremony() {
    let of = |rejection: ceremony::error::Rejection| (rejection.step().as_str(), rejection.step().section());
    let registration = Fixture::new().broken_registration(Fault::ChallengeOther);
    assert_eq!(of(rejected(registration)), ("R8", "§7.1"));
    let authentication = Fixture::new().broken_authentication(Fault::ChallengeOther);
    assert_eq!(of(rejected(authentication)), ("A11", "§7.2"));
}

#[test]
fn a_records_status_survives_its_bytes() {
    let mut record = Fixture::new().record();
    for status in [
        Status::Active,
        Status::Suspended { reason: "lost".to_owned(), since: NOW },
        Status::Revoked { reason: "sold".to_owned(), since: NOW },
    ] {
        record.status = status;
        assert_eq!(CredentialRecord::from_bytes(&record.to_bytes()).unwrap(), record);
    }
}

#[test]
fn an_error_says_whether_a_client_may_learn_of_it() {
    let rejection = rejected(Fixture::new().broken_registration(Fault::ChallengeOther));
    let refused = Error::from(rejection.clone());
    assert_eq!(refused.rejection(), Some(&rejection));
    assert!(refused.is_authentication_failure() && Error::UnknownCredential.is_authentication_failure());
    let malformed = RegistrationResponse::from_json(b"").unwrap_err();
    for other in [malformed, Error::Expired, Misuse::NoAlgorithms.into()] {
        assert!(!other.is_authentication_failure() && other.rejection().is_none(), "{other:?}");
    }
    assert_eq!(Error::UnknownCredential.rejection(), None);
}

#[test]
fn an_authentication_shows_what_the_device_said() {
    for (eligible, state) in [(true, true), (true, false), (false, false)] {
        let mut fixture = Fixture::new().device(|device| device.backup_eligible(eligible).backup_state(state));
        let record = fixture.record();
        let done = fixture.authenticate(AuthenticationRequest::discoverable(), Some(&record), How::Honest).unwrap();
        assert_eq!((done.backup_eligible(), done.backup_state()), (eligible, state));
        assert_eq!(done.authenticator_attachment(), Some(AuthenticatorAttachment::Platform));
    }
}

#[test]
fn flags_are_the_byte_that_they_came_from() {
    for bits in 0..=u8::MAX {
        assert_eq!(Flags::from_bits(bits).bits(), bits);
    }
}

#[test]
fn a_registration_shows_what_the_client_said() {
    for (rk, attachment) in [(Some(true), "platform"), (Some(false), "cross-platform"), (None, "unheard-of")] {
        let mut edit = |stage: Stage<'_>| {
            if let Stage::Response(response) = stage {
                response["clientExtensionResults"] = rk.map_or(json!({}), |rk| json!({"credProps": {"rk": rk}}));
                response["authenticatorAttachment"] = attachment.into();
            }
        };
        let request = RegistrationRequest::passkey(ada()).context([1, 2, 3]);
        let done = Fixture::new().register(request, How::Edit(&mut edit)).unwrap();
        let named = match attachment {
            "platform" => Some(AuthenticatorAttachment::Platform),
            "cross-platform" => Some(AuthenticatorAttachment::CrossPlatform),
            _ => None,
        };
        assert_eq!((done.discoverable(), done.authenticator_attachment()), (rk, named));
        assert_eq!((done.context(), done.uv_flag()), (&[1, 2, 3][..], true));
    }
    let unverified = RegistrationRequest::passkey(ada()).user_verification(UserVerification::Discouraged);
    let device = |device: ceremony_testkit::Authenticator| device.user_verified(false);
    assert!(!Fixture::new().device(device).register(unverified, How::Honest).unwrap().uv_flag());
}

/// Enough to find one's way; challenges and bytes stay out.
#[test]
fn responses_show_what_they_are() {
    let mut fixture = Fixture::new();
    let begin = RegistrationRequest::passkey(ada());
    let (options, _) = fixture.ceremony.begin_registration(begin, Challenge::new([1; 32]), NOW).unwrap();
    let body = fixture.device.register_json(&serde_json::to_value(&options).unwrap(), &fixture.page).unwrap();
    let response = RegistrationResponse::from_json(&body).unwrap();
    let shown = format!("{response:?} {:?}", response.attestation_lookup());
    for part in ["RegistrationResponse {", "attachment: Some(Platform)", "AttestationLookup {", "fmt: \"none\""] {
        assert!(shown.contains(part), "{part:?} is not in {shown}");
    }
    let begin = AuthenticationRequest::discoverable();
    let (options, _) = fixture.ceremony.begin_authentication(begin, Challenge::new([1; 32]), NOW).unwrap();
    let body = fixture.assertion(&serde_json::to_value(&options).unwrap(), How::Honest);
    let response = AuthenticationResponse::from_json(&body).unwrap();
    let shown = format!("{response:?}");
    assert!(shown.contains("AuthenticationResponse {") && shown.contains("credential_id"), "{shown}");
    assert!(!shown.contains("AQEBAQ"), "{shown}");
}

#[test]
fn schemes_have_names() {
    let names = [
        (Algorithm::Es256, "ECDSA on P256 with Sha256"),
        (Algorithm::Rs512, "RSASSA-PKCS1-v1_5 with Sha512"),
        (Algorithm::Ps384, "RSASSA-PSS with Sha384"),
        (Algorithm::EdDsa, "Ed25519"),
        (Algorithm::Ed448, "Ed448"),
        (Algorithm::MlDsa65, "MlDsa65"),
    ];
    for (algorithm, name) in names {
        assert_eq!(algorithm.scheme().to_string(), name);
    }
}
