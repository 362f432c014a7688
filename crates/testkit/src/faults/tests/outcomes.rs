//! What single faults come out as.

use serde_json::{Value, json};

use super::{Bench, CEREMONIES, ORIGIN, creation_options};
use crate::{
    algorithm::Algorithm,
    attestation::Attestation,
    authenticator::Authenticator,
    base64url,
    ca::TestCa,
    cbor::Cbor,
    faults::Fault,
    stage::{Ceremony, Context, Edit, Honest, Stage},
};

#[test]
fn androids_have_their_own_origin_faults() {
    let origin = format!("android:apk-key-hash:{}", base64url::encode(&[0xab; 32]));
    let bench = Bench::new(Algorithm::Es256, Attestation::None, &origin);
    let hex = format!("android:apk-key-hash:{}", "ab".repeat(32));
    for (fault, expected) in [(Fault::OriginAndroidPadded, format!("{origin}=")), (Fault::OriginAndroidHex, hex)] {
        assert_eq!(sent_origin(&bench, fault), json!(expected));
        bench.with(Ceremony::Authentication, fault).unwrap();
    }
}

#[test]
fn eligibility_can_only_be_raised_from_below() {
    let mut bench = Bench::new(Algorithm::Es256, Attestation::None, ORIGIN);
    bench.authenticator = Authenticator::new("device-bound").backup_eligible(false);
    let response = bench.authenticator.register(&creation_options(1), &bench.client).unwrap();
    bench.request["allowCredentials"][0]["id"] = response["id"].clone();
    bench.with(Ceremony::Authentication, Fault::BackupEligibleRaised).unwrap();
}

fn client_data(bench: &Bench, fault: Fault) -> Value {
    let (transcript, _) = bench.run(Ceremony::Authentication, &mut fault.prepared());
    serde_json::from_slice(&transcript.sent.client_data_json).unwrap()
}

fn sent_origin(bench: &Bench, fault: Fault) -> Value {
    client_data(bench, fault)["origin"].clone()
}

#[test]
fn origins_come_out_as_described() {
    let bench = Bench::new(Algorithm::EdDsa, Attestation::None, ORIGIN);
    for (fault, expected) in [
        (Fault::OriginMissing, Value::Null),
        (Fault::OriginNotString, json!(["https://example.com"])),
        (Fault::OriginEmpty, json!("")),
        (Fault::OriginHttp, json!("http://example.com")),
        (Fault::OriginOtherPort, json!("https://example.com:8444")),
        (Fault::OriginDefaultPort, json!("https://example.com:443")),
        (Fault::OriginTrailingSlash, json!("https://example.com/")),
        (Fault::OriginWithPath, json!("https://example.com/account")),
        (Fault::OriginUpperCase, json!("https://EXAMPLE.COM")),
        (Fault::OriginSubdomain, json!("https://user-content.example.com")),
        (Fault::OriginPrefixed, json!("https://evilexample.com")),
        (Fault::OriginSuffixed, json!("https://example.com.evil.example")),
        (Fault::OriginUserInfo, json!("https://example.com@evil.example")),
        (Fault::OriginNull, json!("null")),
        (Fault::OriginUnicode, json!("https://\u{e9}xample.com")),
        (Fault::OriginUnlistedRelated, json!("https://example.example.net")),
    ] {
        assert_eq!(sent_origin(&bench, fault), expected, "{fault:?}");
    }
}

#[test]
fn challenges_come_out_as_described() {
    let bench = Bench::new(Algorithm::EdDsa, Attestation::None, ORIGIN);
    let honest = bench.request["challenge"].as_str().unwrap();
    let bytes = base64url::decode(honest).unwrap();
    let challenge = |fault| client_data(&bench, fault)["challenge"].as_str().unwrap().to_owned();
    assert_eq!(challenge(Fault::ChallengePadded), format!("{honest}="));
    assert_eq!(challenge(Fault::ChallengeStandardAlphabet), honest.replace('-', "+").replace('_', "/"));
    let flipped = base64url::decode(&challenge(Fault::ChallengeBitFlipped)).unwrap();
    let bits: u32 = flipped.iter().zip(&bytes).map(|(a, b)| (a ^ b).count_ones()).sum();
    assert_eq!((flipped.len(), bits), (32, 1));
    assert_eq!(base64url::decode(&challenge(Fault::ChallengePrefix)).unwrap(), bytes[..31]);
    assert_eq!(base64url::decode(&challenge(Fault::ChallengeExtended)).unwrap()[..32], bytes);
    assert_eq!(base64url::decode(&challenge(Fault::ChallengeOther)).unwrap().len(), 32);
}

#[test]
fn trailing_bits_leave_the_bytes_alone() {
    let bench = Bench::new(Algorithm::Es256, Attestation::None, ORIGIN);
    let (faulty, _) = bench.run(Ceremony::Authentication, &mut Fault::IdTrailingBits.prepared());
    let text = faulty.response["id"].as_str().unwrap();
    assert_eq!(base64url::decode(text), None);
    let mut lenient = data_encoding::BASE64URL_NOPAD.specification();
    lenient.check_trailing_bits = false;
    assert_eq!(lenient.encoding().unwrap().decode(text.as_bytes()).unwrap(), bench.authenticator.credentials()[0].id());
}

#[test]
fn counters_come_out_as_described() {
    let mut bench = Bench::new(Algorithm::Es256, Attestation::None, ORIGIN);
    bench.authenticator.authenticate(&bench.request, &bench.client).unwrap();
    let count = |edit: &mut dyn Edit| {
        let (transcript, _) = bench.run(Ceremony::Authentication, edit);
        u32::from_be_bytes(transcript.sent.authenticator_data[33..37].try_into().unwrap())
    };
    assert_eq!(count(&mut Honest), 11);
    assert_eq!(count(&mut Fault::SignCountEqual.prepared()), 8);
    assert_eq!(count(&mut Fault::SignCountLower.prepared()), 7);
    assert_eq!(count(&mut Fault::SignCountZero.prepared()), 0);
}

#[test]
fn bodies_that_are_no_json_objects_stay_so() {
    let bench = Bench::new(Algorithm::Es256, Attestation::None, ORIGIN);
    for ceremony in CEREMONIES {
        for fault in [Fault::BodyTruncated, Fault::LoneSurrogate, Fault::BodyNestingBomb] {
            let text = bench.with(ceremony, fault).unwrap();
            assert!(serde_json::from_slice::<Value>(&text).is_err(), "{fault:?}");
        }
        assert!(bench.with(ceremony, Fault::BodyTooLarge).unwrap().len() > 1 << 20);
        let text = String::from_utf8(bench.with(ceremony, Fault::DuplicateEnvelopeMember).unwrap()).unwrap();
        assert_eq!(text.matches("\"id\":").count(), 2);
    }
}

#[test]
fn path_lengths_need_two_intermediates() {
    let mut bench = Bench::new(Algorithm::Es256, Attestation::Packed, ORIGIN);
    bench.authenticator = bench.authenticator.ca(TestCa::builder("long").intermediates(2).build());
    bench.with(Ceremony::Registration, Fault::PathTooLong).unwrap();
}

#[test]
fn chains_have_the_length_that_the_fault_tells() {
    for (fault, attestation, length) in [
        (Fault::ChainOfThirty, Attestation::Packed, Some(30)),
        (Fault::RootInChain, Attestation::Packed, Some(3)),
        (Fault::DuplicateIntermediate, Attestation::Tpm, Some(3)),
        (Fault::IntermediateMissing, Attestation::Apple, Some(1)),
        (Fault::U2fTwoCertificates, Attestation::FidoU2f, Some(2)),
        (Fault::U2fX5cEmpty, Attestation::FidoU2f, Some(0)),
        (Fault::TpmX5cMissing, Attestation::Tpm, None),
    ] {
        let mut bench = Bench::new(Algorithm::Es256, attestation, ORIGIN);
        let mut prepared = fault.prepared();
        let mut seen = None;
        let mut edit = |cx: &Context<'_>, mut stage: Stage<'_>| {
            if let Stage::AttestationStatement(statement) = &mut stage {
                prepared.edit(cx, Stage::AttestationStatement(statement));
                seen = match statement.entry("x5c") {
                    Some(Cbor::Array(entries)) => Some(entries.len()),
                    _ => None,
                };
            } else {
                prepared.edit(cx, stage);
            }
        };
        let client = bench.client.clone();
        bench.authenticator.run_registration(&creation_options(3), &client, &mut Watched(&mut edit)).unwrap();
        assert_eq!(seen, length, "{fault:?}");
    }
}

/// A closure as an edit.
struct Watched<F>(F);

impl<F: FnMut(&Context<'_>, Stage<'_>)> Edit for Watched<F> {
    fn edit(&mut self, cx: &Context<'_>, stage: Stage<'_>) {
        (self.0)(cx, stage);
    }
}
