//! Sizes at their bounds: the last that is taken, and the first that is not.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[allow(unreachable_pub, dead_code, reason = "shared by several test programs")]
#[path = "support/fixture.rs"]
mod fixture;

use ceremony::error::{MalformedReason, RejectionReason as Reason};
use ceremony::x509::MAX_CHAIN;
use ceremony::{
    AttestationConveyance, Challenge, CredentialRecord, Error, Limits, RegistrationRequest, RegistrationResponse,
};
use ceremony_testkit::{Algorithm, Attestation, Cbor, Stage};
use fixture::{Fixture, How, NOW, ada, malformed, refused};

#[test]
fn an_attestation_object_may_fill_its_limit() {
    let mut fixture = Fixture::new();
    let request = RegistrationRequest::passkey(ada());
    let (options, _) = fixture.ceremony.begin_registration(request, Challenge::new([1; 32]), NOW).unwrap();
    let mut len = 0;
    let mut measure = |stage: Stage<'_>| {
        if let Stage::Response(response) = stage {
            let object = response["response"]["attestationObject"].as_str().unwrap();
            len = ceremony_testkit::base64url::decode(object).unwrap().len();
        }
    };
    let body =
        fixture.device.register_edit(&serde_json::to_value(&options).unwrap(), &fixture.page, &mut measure).unwrap();
    let mut limits = Limits::default();
    limits.attestation_object = len;
    assert!(RegistrationResponse::from_json_with(&body, &limits).is_ok());
    for more in [limits.attestation_object - 1, 1] {
        limits.attestation_object = more;
        malformed(RegistrationResponse::from_json_with(&body, &limits), "R13", "too_large");
    }
}

#[test]
fn a_statement_may_have_as_many_certificates_as_a_path() {
    let with = |count: usize| {
        let mut fixture = Fixture::new().kind(Algorithm::Es256, Attestation::Packed);
        let request = RegistrationRequest::passkey(ada()).attestation(AttestationConveyance::Direct);
        let mut fill = |stage: Stage<'_>| {
            if let Stage::AttestationStatement(Cbor::Map(members)) = stage {
                for (name, value) in members {
                    if let (Cbor::Text(name), Cbor::Array(x5c)) = (name, value)
                        && name == "x5c"
                    {
                        let last = x5c.last().unwrap().clone();
                        x5c.resize(count, last);
                    }
                }
            }
        };
        fixture.register(request, How::Edit(&mut fill)).map(drop)
    };
    assert_eq!(with(1), Ok(()));
    assert_eq!(with(MAX_CHAIN), Ok(()));
    refused(with(MAX_CHAIN + 1), "R22", Reason::AttestationStatement);
    refused(with(0), "R22", Reason::AttestationStatement);
}

#[test]
fn a_response_may_fill_its_limit() {
    let mut fixture = Fixture::new();
    let request = RegistrationRequest::passkey(ada());
    let (options, _) = fixture.ceremony.begin_registration(request, Challenge::new([1; 32]), NOW).unwrap();
    let body = fixture.device.register_json(&serde_json::to_value(&options).unwrap(), &fixture.page).unwrap();
    let mut limits = Limits::default();
    limits.response = body.len();
    assert!(RegistrationResponse::from_json_with(&body, &limits).is_ok());
    limits.response = body.len() - 1;
    assert!(RegistrationResponse::from_json_with(&body, &limits).is_err());
}

#[test]
fn as_many_transports_as_the_limit_are_read() {
    let with = |count: usize| {
        let mut fixture = Fixture::new();
        let mut limits = Limits::default();
        limits.transports = 3;
        let request = RegistrationRequest::passkey(ada());
        let (options, _) = fixture.ceremony.begin_registration(request, Challenge::new([1; 32]), NOW).unwrap();
        let mut edit = |stage: Stage<'_>| {
            if let Stage::Response(response) = stage {
                response["response"]["transports"] = vec!["usb"; count].into();
            }
        };
        let options = serde_json::to_value(&options).unwrap();
        let body = fixture.device.register_edit(&options, &fixture.page, &mut edit).unwrap();
        RegistrationResponse::from_json_with(&body, &limits)
    };
    assert!(with(3).is_ok());
    assert!(matches!(
        with(4),
        Err(Error::Malformed(fault)) if fault.reason() == MalformedReason::TooManyEntries(3)
    ));
}

/// Which of the two is wrong is told before that they differ.
#[test]
fn an_id_that_is_no_base64url_is_told_from_one_that_differs() {
    for (id, raw_id, reason) in [
        ("!!", "AQEB", MalformedReason::NotBase64Url),
        ("AQEB", "!!", MalformedReason::NotBase64Url),
        ("AQEB", "AQEC", MalformedReason::Inconsistent),
    ] {
        let mut edit = |stage: Stage<'_>| {
            if let Stage::Response(response) = stage {
                (response["id"], response["rawId"]) = (id.into(), raw_id.into());
            }
        };
        let refused = Fixture::new().register(RegistrationRequest::passkey(ada()), How::Edit(&mut edit));
        assert!(matches!(refused, Err(Error::Malformed(fault)) if fault.reason() == reason), "{id} {raw_id}");
    }
}

#[test]
fn a_record_ends_with_its_last_byte_and_names_its_keys_algorithm() {
    let record = Fixture::new().record();
    let bytes = record.to_bytes();
    assert!(CredentialRecord::from_bytes(&bytes).is_ok());
    assert!(CredentialRecord::from_bytes(&[&bytes[..], &[0]].concat()).is_err());
    let mut json = serde_json::to_value(&record).unwrap();
    assert!(serde_json::from_value::<CredentialRecord>(json.clone()).is_ok());
    json["alg"] = (-257).into();
    assert!(serde_json::from_value::<CredentialRecord>(json).is_err());
}

/// Where the copy is compared as text, and where it has to be decoded: the authenticator data stands behind a number of
/// bytes that base64 writes as whole groups, or does not.
#[test]
fn a_copy_of_the_authenticator_data_counts_by_its_bytes() {
    let mut places = [0; 3];
    for (algorithm, attestation) in [
        (Algorithm::Es256, Attestation::None),
        (Algorithm::Rs256, Attestation::None),
        (Algorithm::Es256, Attestation::PackedSelf),
        (Algorithm::EdDsa, Attestation::PackedSelf),
        (Algorithm::Rs256, Attestation::PackedSelf),
        (Algorithm::Es256, Attestation::Packed),
    ] {
        let read = |change: &dyn Fn(&mut String, &str)| {
            let mut place = 0;
            let mut edit = |stage: Stage<'_>| {
                if let Stage::Response(response) = stage {
                    let decode = |name: &str| {
                        ceremony_testkit::base64url::decode(response["response"][name].as_str().unwrap()).unwrap().len()
                    };
                    place = decode("attestationObject") - decode("authenticatorData");
                    let mut text = response["response"]["authenticatorData"].as_str().unwrap().to_owned();
                    let object = response["response"]["attestationObject"].as_str().unwrap();
                    change(&mut text, &object[place / 3 * 4..]);
                    response["response"]["authenticatorData"] = text.into();
                }
            };
            let mut fixture = Fixture::new().kind(algorithm, attestation);
            let request = RegistrationRequest::passkey(ada());
            (fixture.register(request, How::Edit(&mut edit)).map(drop), place)
        };
        let (honest, place) = read(&|_, _| ());
        assert_eq!(honest, Ok(()), "{algorithm:?} {attestation:?}");
        places[place % 3] += 1;
        let flipped = |text: &mut String, at: usize| {
            let other = if text.as_bytes()[at] == b'B' { "C" } else { "B" };
            text.replace_range(at..=at, other);
        };
        for at in [0, 1, 40, 100] {
            malformed(read(&|text, _| flipped(text, at)).0, "R13", "inconsistent");
        }
        // The characters that hold the authenticator data hold a byte or two before it as well, or do not.
        let last = read(&|text, end| end.clone_into(text)).0;
        if place % 3 == 0 {
            assert_eq!(last, Ok(()), "{algorithm:?} {attestation:?}");
        } else {
            malformed(last, "R13", "inconsistent");
        }
        // Four characters are three bytes.
        malformed(read(&|text, _| drop(text.drain(..4))).0, "R13", "inconsistent");
        malformed(read(&|text, _| text.insert_str(0, "AAAA")).0, "R13", "inconsistent");
        malformed(read(&|text, _| text.clear()).0, "R13", "inconsistent");
        malformed(read(&|text, _| text.push('=')).0, "R13", "not_base64url");
        malformed(read(&|text, _| text.insert(3, '+')).0, "R13", "not_base64url");
        malformed(read(&|text, _| text.push_str(&"A".repeat(90_000 / text.len() * text.len()))).0, "R3", "too_large");
    }
    assert!(places.iter().filter(|count| **count > 0).count() > 1 && places[0] > 0, "{places:?}");
}
