//! The stored forms, held still: states and records in bytes and JSON, options in JSON.
//!
//! A golden file is written once for each version of a form and never changed: later versions of the library must go on
//! reading it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[allow(unreachable_pub, dead_code, reason = "shared by several test programs")]
#[path = "support/fixture.rs"]
mod fixture;

use ceremony::{
    AppId, AttestationConveyance, AttestationFormat, AttestationType, AttestationVerdict, AuthenticationRequest,
    AuthenticationState, Challenge, CredentialProtection, CredentialRecord, Demand, Hint, LargeBlob, Misuse, PrfValues,
    RegistrationRequest, RegistrationState, Status, Transport, UnixTime, UserHandle, UserVerification,
};
use ceremony_testkit::{Algorithm, Attestation};
use fixture::{Fixture, How, NOW, ada, handle, listed};
use std::path::PathBuf;

fn hex(bytes: &[u8]) -> String {
    bytes.chunks(32).map(|line| line.iter().map(|byte| format!("{byte:02x}")).collect::<String>() + "\n").collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

/// The golden file's text. With `CEREMONY_GOLDEN=new` a file that is not there yet is written; none is ever replaced.
fn golden(name: &str, now: &str) -> String {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "golden", name].iter().collect();
    if !path.exists() && std::env::var("CEREMONY_GOLDEN").as_deref() == Ok("new") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, now).unwrap();
    }
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[track_caller]
fn is_golden(name: &str, now: &str) {
    assert_eq!(golden(name, now), now, "the stored form changed: {name}");
}

fn registration_state() -> RegistrationState {
    let request = RegistrationRequest::passkey(ada()).context(*b"sign-up").browser_binding([9; 32]);
    Fixture::new().ceremony.begin_registration(request, Challenge::new([1; 32]), NOW).unwrap().1
}

fn authentication_state() -> AuthenticationState {
    let mut fixture = Fixture::new();
    let record = fixture.record();
    let request = AuthenticationRequest::for_user(handle(7)).allow(listed(&record)).context(*b"pay");
    fixture.ceremony.begin_authentication(request, Challenge::new([2; 32]), NOW).unwrap().1
}

/// A registration that asks for every extension.
fn registration_with_extensions() -> RegistrationRequest {
    RegistrationRequest::passkey(ada())
        .hints([Hint::SecurityKey, Hint::Hybrid])
        .attestation(AttestationConveyance::Direct)
        .attestation_formats([AttestationFormat::Packed, AttestationFormat::Tpm])
        .cred_protect(CredentialProtection::UserVerificationOptionalWithCredentialIdList, Demand::Required)
        .min_pin_length(Demand::Preferred)
        .prf(Demand::Required)
        .prf_eval(PrfValues::new(*b"one").second(*b"two"))
        .large_blob(Demand::Required)
        .cred_blob(*b"key 7", Demand::Preferred)
        .app_id_exclude(AppId::new("https://example.com/app-id.json").unwrap())
}

/// An authentication that asks for every extension; `blob` is what it does with the large blob.
fn authentication_with_extensions(record: &CredentialRecord, blob: LargeBlob) -> AuthenticationRequest {
    AuthenticationRequest::for_user(handle(7))
        .allow(listed(record))
        .hints([Hint::ClientDevice])
        .app_id(AppId::new("https://example.com/app-id.json").unwrap())
        .prf_eval(PrfValues::new(*b"one"))
        .prf_eval_by_credential(record.credential_id.clone(), PrfValues::new(*b"other").second(*b"another"))
        .large_blob(blob, Demand::Preferred)
        .cred_blob(Demand::Required)
}

#[test]
fn state_bytes_v1_with_extensions() {
    let mut fixture = Fixture::new();
    let record = fixture.record();
    let request = registration_with_extensions();
    let (_, state) = fixture.ceremony.begin_registration(request, Challenge::new([1; 32]), NOW).unwrap();
    let bytes = state.into_bytes();
    is_golden("registration-state-extensions-v1.hex", &hex(&bytes));
    assert_eq!(RegistrationState::from_bytes(&bytes).unwrap().into_bytes(), bytes);

    let request = authentication_with_extensions(&record, LargeBlob::write(*b"large"));
    let (_, state) = fixture.ceremony.begin_authentication(request, Challenge::new([2; 32]), NOW).unwrap();
    let bytes = state.into_bytes();
    is_golden("authentication-state-extensions-v1.hex", &hex(&bytes));
    assert_eq!(AuthenticationState::from_bytes(&bytes).unwrap().into_bytes(), bytes);
    // Secrets of the client do not wait in a store.
    assert!(!bytes.windows(5).any(|window| window == b"large" || window == b"other"));
}

#[test]
fn state_bytes_v1() {
    let registration = registration_state().into_bytes();
    is_golden("registration-state-v1.hex", &hex(&registration));
    let authentication = authentication_state().into_bytes();
    is_golden("authentication-state-v1.hex", &hex(&authentication));

    // What was written is what is read.
    let read = RegistrationState::from_bytes(&unhex(&golden("registration-state-v1.hex", ""))).unwrap();
    assert_eq!(read.into_bytes(), registration);
    let read = AuthenticationState::from_bytes(&unhex(&golden("authentication-state-v1.hex", ""))).unwrap();
    assert_eq!(read.user_handle(), Some(&handle(7)));
    assert_eq!(read.context(), b"pay");
    assert_eq!(read.into_bytes(), authentication);
}

/// A sealed state shows its length to the client.
#[test]
fn a_state_is_as_long_for_every_user() {
    let fixture = Fixture::new();
    let state = |handle: &[u8]| {
        let request = AuthenticationRequest::for_user(UserHandle::new(handle).unwrap());
        fixture.ceremony.begin_authentication(request, Challenge::new([2; 32]), NOW).unwrap().1.into_bytes()
    };
    let full = state(&[5; 64]);
    for len in [1, 17, 63] {
        let mut bytes = state(&[5; 64][..len]);
        assert_eq!(bytes.len(), full.len());
        let read = AuthenticationState::from_bytes(&bytes).unwrap();
        assert_eq!(read.user_handle().unwrap().as_bytes(), &[5; 64][..len]);
        // What fills it up is nothing.
        let last = full.windows(2).rposition(|pair| pair == [5, 5]).unwrap() + 1;
        assert_eq!(bytes[last], 0);
        bytes[last] = 5;
        assert!(matches!(AuthenticationState::from_bytes(&bytes), Err(Misuse::StateBytes)));
    }
}

#[test]
fn a_state_is_not_one_of_the_other_ceremony_nor_of_a_later_version() {
    let bytes = registration_state().into_bytes();
    assert!(matches!(AuthenticationState::from_bytes(&bytes), Err(Misuse::StateBytes)));
    let mut later = bytes.clone();
    later[0] = 2;
    assert!(matches!(RegistrationState::from_bytes(&later), Err(Misuse::StateBytes)));
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(matches!(RegistrationState::from_bytes(&longer), Err(Misuse::StateBytes)));
    for end in 0..bytes.len() {
        assert!(matches!(RegistrationState::from_bytes(&bytes[..end]), Err(Misuse::StateBytes)), "{end}");
    }
}

/// A record with something in every field.
fn full_record() -> CredentialRecord {
    let mut record = Fixture::new().kind(Algorithm::Rs256, Attestation::PackedSelf).record();
    record.tenant = ceremony::Tenant::new("acme").unwrap();
    record.transports.push(Transport::parse("cable").unwrap());
    record.attestation = AttestationVerdict::new(AttestationType::Basic, true);
    record.attestation.intermediates = vec![vec![0x30, 0x00], vec![0x30, 0x01, 0xff]];
    record.extensions.cred_protect = Some(3);
    record.extensions.min_pin_length = Some(6);
    record.extensions.large_blob_supported = Some(false);
    record.extensions.prf_enabled = Some(true);
    record.status =
        Status::Suspended { reason: "counter went back".into(), since: UnixTime::from_millis(1_795_000_061_234) };
    record.last_used_at = Some(UnixTime::from_millis(1_795_000_061_233));
    record.with_name("Ada’s key — blå").unwrap()
}

#[test]
fn record_bytes_v1() {
    for (name, record) in [("record-v1-plain.hex", Fixture::new().record()), ("record-v1-full.hex", full_record())] {
        is_golden(name, &hex(&record.to_bytes()));
        assert_eq!(CredentialRecord::from_bytes(&unhex(&golden(name, ""))).unwrap(), record);
    }
    let bytes = full_record().to_bytes();
    for end in 0..bytes.len() {
        assert_eq!(CredentialRecord::from_bytes(&bytes[..end]), Err(Misuse::RecordBytes), "{end}");
    }
}

#[test]
fn record_json_v1() {
    for (name, record) in [("record-v1-plain.json", Fixture::new().record()), ("record-v1-full.json", full_record())] {
        is_golden(name, &(serde_json::to_string_pretty(&record).unwrap() + "\n"));
        assert_eq!(serde_json::from_str::<CredentialRecord>(&golden(name, "")).unwrap(), record);
    }
    // Bytes have no level 0 of credProtect either, and both forms hold the same.
    let none = golden("record-v1-full.json", "").replace("\"cred_protect\": 3", "\"cred_protect\": 0");
    let none: CredentialRecord = serde_json::from_str(&none).unwrap();
    assert_eq!((none.extensions.cred_protect, CredentialRecord::from_bytes(&none.to_bytes())), (None, Ok(none)));
    let later = golden("record-v1-plain.json", "").replace("\"version\": 1", "\"version\": 2");
    assert!(serde_json::from_str::<CredentialRecord>(&later).is_err());
}

/// A passkey from a system that drew a user handle for each.
fn record_v2() -> CredentialRecord {
    let mut record = full_record();
    record.authenticator_user_handle = Some(handle(0x2d));
    record
}

#[test]
fn record_v2_has_the_authenticator_s_user_handle_and_nothing_else_more() {
    let record = record_v2();
    is_golden("record-v2.hex", &hex(&record.to_bytes()));
    is_golden("record-v2.json", &(serde_json::to_string_pretty(&record).unwrap() + "\n"));
    assert_eq!(CredentialRecord::from_bytes(&unhex(&golden("record-v2.hex", ""))).unwrap(), record);
    assert_eq!(serde_json::from_str::<CredentialRecord>(&golden("record-v2.json", "")).unwrap(), record);

    let (old, bytes) = (full_record().to_bytes(), record.to_bytes());
    assert_eq!((old[0], bytes[0]), (1, 2));
    assert_eq!(bytes[1..old.len()], old[1..]);
    assert_eq!(bytes[old.len()..], [&[0, 64][..], &[0x2d; 64]].concat());
    // Neither version is taken for the other, and no handle may be empty or long.
    let as_version = |version: u8, bytes: &[u8]| CredentialRecord::from_bytes(&[&[version], &bytes[1..]].concat());
    assert_eq!(as_version(1, &bytes), Err(Misuse::RecordBytes));
    assert_eq!(as_version(2, &old), Err(Misuse::RecordBytes));
    assert_eq!(as_version(3, &bytes), Err(Misuse::RecordBytes));
    for handle in [&[][..], &[1; 65]] {
        let length = u16::try_from(handle.len()).unwrap().to_be_bytes();
        assert_eq!(as_version(2, &[&old, &length[..], handle].concat()), Err(Misuse::RecordBytes));
    }
    for end in old.len()..bytes.len() {
        assert_eq!(CredentialRecord::from_bytes(&bytes[..end]), Err(Misuse::RecordBytes), "{end}");
    }
    let json = golden("record-v2.json", "");
    for (from, to) in [("\"version\": 2", "\"version\": 1"), ("authenticator_user_handle", "unknown")] {
        assert!(serde_json::from_str::<CredentialRecord>(&json.replace(from, to)).is_err(), "{to}");
    }
    for handle in ["", "A", "=", &"A".repeat(88)] {
        let mut json: serde_json::Value = serde_json::from_str(&json).unwrap();
        json["authenticator_user_handle"] = handle.into();
        assert!(serde_json::from_value::<CredentialRecord>(json).is_err(), "{handle}");
    }
}

#[test]
fn creation_options_are_the_json_of_level_3() {
    let mut fixture = Fixture::new();
    let record = fixture.record();
    let passkey = RegistrationRequest::passkey(ada()).exclude(listed(&record));
    let (options, _) = fixture.ceremony.begin_registration(passkey, Challenge::new([1; 32]), NOW).unwrap();
    assert_eq!(options.mediation(), None);
    is_golden("creation-options-passkey.json", &(serde_json::to_string_pretty(&options).unwrap() + "\n"));

    let conditional = RegistrationRequest::conditional_create(ada());
    let (options, _) = fixture.ceremony.begin_registration(conditional, Challenge::new([1; 32]), NOW).unwrap();
    assert_eq!(options.mediation(), Some("conditional"));

    let second = RegistrationRequest::second_factor(ada()).cred_props(false);
    let (options, _) = fixture.ceremony.begin_registration(second, Challenge::new([1; 32]), NOW).unwrap();
    is_golden("creation-options-second-factor.json", &(serde_json::to_string_pretty(&options).unwrap() + "\n"));
}

#[test]
fn request_options_are_the_json_of_level_3() {
    let mut fixture = Fixture::new();
    let record = fixture.record();
    let discoverable = AuthenticationRequest::discoverable();
    let (options, _) = fixture.ceremony.begin_authentication(discoverable, Challenge::new([2; 32]), NOW).unwrap();
    is_golden("request-options-discoverable.json", &(serde_json::to_string_pretty(&options).unwrap() + "\n"));

    let known = AuthenticationRequest::second_factor(handle(0xad), listed(&record))
        .user_verification(UserVerification::Preferred);
    let (options, _) = fixture.ceremony.begin_authentication(known, Challenge::new([2; 32]), NOW).unwrap();
    is_golden("request-options-known.json", &(serde_json::to_string_pretty(&options).unwrap() + "\n"));
}

#[test]
fn extensions_are_the_json_of_level_3() {
    let pretty = |options: &dyn Fn() -> String| options() + "\n";
    let mut fixture = Fixture::new();
    let record = fixture.record();
    let request = registration_with_extensions();
    let (options, _) = fixture.ceremony.begin_registration(request, Challenge::new([1; 32]), NOW).unwrap();
    is_golden("creation-options-extensions.json", &pretty(&|| serde_json::to_string_pretty(&options).unwrap()));

    // Without inputs, prf is an empty object; what was not required is only preferred.
    let plain = RegistrationRequest::passkey(ada())
        .cred_props(false)
        .cred_protect(CredentialProtection::UserVerificationOptional, Demand::Preferred)
        .prf(Demand::Preferred)
        .large_blob(Demand::Preferred);
    let (options, _) = fixture.ceremony.begin_registration(plain, Challenge::new([1; 32]), NOW).unwrap();
    let expected = serde_json::json!({
        "credentialProtectionPolicy": "userVerificationOptional", "prf": {}, "largeBlob": {"support": "preferred"},
    });
    assert_eq!(serde_json::to_value(&options).unwrap()["extensions"], expected);

    for (name, blob) in [("write", LargeBlob::write(*b"large")), ("read", LargeBlob::Read)] {
        let request = authentication_with_extensions(&record, blob);
        let (options, _) = fixture.ceremony.begin_authentication(request, Challenge::new([2; 32]), NOW).unwrap();
        let file = format!("request-options-extensions-{name}.json");
        is_golden(&file, &pretty(&|| serde_json::to_string_pretty(&options).unwrap()));
    }
}

#[test]
fn debug_output_holds_no_input_of_an_extension() {
    let mut fixture = Fixture::new();
    let record = fixture.record();
    let registration = registration_with_extensions();
    let authentication = authentication_with_extensions(&record, LargeBlob::write(*b"large"));
    let shown = format!("{registration:?} {authentication:?}");
    let (options, state) = fixture.ceremony.begin_registration(registration, Challenge::new([1; 32]), NOW).unwrap();
    let shown = shown + &format!("{options:?} {state:?}");
    let (options, state) = fixture.ceremony.begin_authentication(authentication, Challenge::new([2; 32]), NOW).unwrap();
    let shown = shown + &format!("{options:?} {state:?}");
    for secret in ["one", "two", "other", "another", "key 7", "large"] {
        let numbers = format!("{:?}", secret.as_bytes());
        let text = ceremony_testkit::base64url::encode(secret.as_bytes());
        for form in [numbers.trim_matches(['[', ']']), &text, &format!("\"{secret}")] {
            assert!(!shown.contains(form), "{form}");
        }
    }
}

#[test]
fn debug_output_holds_no_secret() {
    let mut fixture = Fixture::new();
    let record = fixture.record();
    let (options, state) =
        fixture.ceremony.begin_registration(RegistrationRequest::passkey(ada()), Challenge::new([1; 32]), NOW).unwrap();
    let shown = format!("{options:?} {state:?} {record:?}");
    let challenge = ceremony_testkit::base64url::encode(&[1; 32]);
    let user = ceremony_testkit::base64url::encode(&[0xad; 64]);
    for secret in [challenge.as_str(), &user, "ada@example.com", "1, 1, 1, 1", "173, 173", "[1, 1"] {
        assert!(!shown.contains(secret), "{secret}");
    }
}

#[test]
fn debug_output_of_responses_holds_no_secret() {
    let mut fixture = Fixture::new();
    let record = fixture.record();
    let (options, _) =
        fixture.ceremony.begin_registration(RegistrationRequest::passkey(ada()), Challenge::new([1; 32]), NOW).unwrap();
    let made = fixture.device.register_json(&serde_json::to_value(&options).unwrap(), &fixture.page).unwrap();
    let made = ceremony::RegistrationResponse::from_json(&made).unwrap();
    let (options, _) = fixture
        .ceremony
        .begin_authentication(AuthenticationRequest::discoverable(), Challenge::new([1; 32]), NOW)
        .unwrap();
    let sent = fixture.assertion(&serde_json::to_value(&options).unwrap(), How::Honest);
    let used = ceremony::AuthenticationResponse::from_json(&sent).unwrap();
    let shown = format!("{made:?} {used:?}");
    let list = |bytes: &[u8]| bytes.iter().take(4).map(u8::to_string).collect::<Vec<_>>().join(", ");
    let sent: serde_json::Value = serde_json::from_slice(&sent).unwrap();
    let signature = ceremony_testkit::base64url::decode(sent["response"]["signature"].as_str().unwrap()).unwrap();
    let attested = made.authenticator_data().attested().unwrap();
    for secret in [
        list(record.credential_id.as_bytes()),
        list(attested.credential_id),
        list(attested.public_key_cose),
        list(made.attestation_object()),
        list(&signature),
        list(handle(0xad).as_bytes()),
        ceremony_testkit::base64url::encode(&[1; 32]),
    ] {
        assert!(!shown.contains(&secret), "{secret} in {shown}");
    }
}
