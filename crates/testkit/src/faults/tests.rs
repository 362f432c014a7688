use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Fault, Variation};
use crate::{
    algorithm::Algorithm,
    attestation::Attestation,
    authenticator::Authenticator,
    base64url,
    client::Client,
    error::Error,
    registration::{Sent, Transcript},
    settings::SignCount,
    stage::{Ceremony, Edit, Honest},
    verify::verifies,
};

const ORIGIN: &str = "https://example.com";

fn creation_options(user: u8) -> Value {
    json!({
        "rp": { "id": "example.com", "name": "Example" },
        "user": { "id": base64url::encode(&[user; 32]), "name": "ada", "displayName": "Ada" },
        "challenge": base64url::encode(&[0xfb; 32]),
        "pubKeyCredParams": [
            { "type": "public-key", "alg": -8 },
            { "type": "public-key", "alg": -7 },
            { "type": "public-key", "alg": -257 },
        ],
        "authenticatorSelection": { "residentKey": "required", "userVerification": "preferred" },
        "attestation": "direct",
        "extensions": { "credProps": true, "credentialProtectionPolicy": "userVerificationRequired" },
    })
}

/// An authenticator with two credentials, and the options that allow the first of them.
struct Bench {
    authenticator: Authenticator,
    client: Client,
    request: Value,
}

impl Bench {
    fn new(algorithm: Algorithm, attestation: Attestation, origin: &str) -> Self {
        let client = Client::new(origin);
        let mut authenticator = Authenticator::new("faults")
            .algorithm(algorithm)
            .attestation(attestation)
            .sign_count(SignCount::Counter { start: 5, step: 3 });
        authenticator.register(&creation_options(1), &client).unwrap();
        authenticator.register(&creation_options(2), &client).unwrap();
        let allowed = base64url::encode(authenticator.credentials()[0].id());
        let request = json!({
            "rpId": "example.com",
            "challenge": base64url::encode(&[0xfe; 32]),
            "allowCredentials": [{ "type": "public-key", "id": allowed }],
        });
        Self { authenticator, client, request }
    }

    fn run(&self, ceremony: Ceremony, edit: &mut dyn Edit) -> (Transcript, Authenticator) {
        let mut device = self.authenticator.clone();
        let transcript = match ceremony {
            Ceremony::Registration => device.run_registration(&creation_options(3), &self.client, edit),
            Ceremony::Authentication => device.run_authentication(&self.request, &self.client, edit),
        };
        (transcript.unwrap(), device)
    }

    fn with(&self, ceremony: Ceremony, fault: Fault) -> Result<Vec<u8>, Error> {
        let mut device = self.authenticator.clone();
        match ceremony {
            Ceremony::Registration => device.register_with(&creation_options(3), &self.client, fault),
            Ceremony::Authentication => device.authenticate_with(&self.request, &self.client, fault),
        }
    }
}

const CEREMONIES: [Ceremony; 2] = [Ceremony::Registration, Ceremony::Authentication];

/// Runs a check on every combination of ceremony, algorithm and attestation.
fn everywhere(check: impl Fn(&Bench, Ceremony, Algorithm, Attestation)) {
    for &algorithm in Algorithm::classic() {
        for &attestation in Attestation::without_certificates() {
            let bench = Bench::new(algorithm, attestation, ORIGIN);
            check(&bench, Ceremony::Registration, algorithm, attestation);
            // An assertion is the same whatever the attestation was.
            if attestation == Attestation::None {
                check(&bench, Ceremony::Authentication, algorithm, attestation);
            }
        }
    }
}

/// Whether the signature that was sent verifies under the credential's true key; `None` if none was sent.
fn signature_holds(sent: &Sent, device: &Authenticator) -> Option<bool> {
    let credential = device.credential(&sent.credential_id).unwrap();
    let signature = sent.signature.as_deref()?;
    Some(verifies(credential, &sent.authenticator_data, &sent.client_data_json, signature))
}

/// Faults that the bench gives no occasion for, each with one that does in the tests below.
const NEED_OCCASION: [Fault; 3] = [Fault::OriginAndroidPadded, Fault::OriginAndroidHex, Fault::BackupEligibleRaised];

#[test]
fn every_fault_changes_the_response_where_it_applies_and_nowhere_else() {
    everywhere(|bench, ceremony, algorithm, attestation| {
        let (honest, _) = bench.run(ceremony, &mut Honest);
        for &fault in Fault::all() {
            let outcome = bench.with(ceremony, fault);
            if fault.applies_to(ceremony, algorithm, attestation) && !NEED_OCCASION.contains(&fault) {
                let text = outcome.unwrap_or_else(|error| panic!("{fault:?} {ceremony:?} {algorithm:?}: {error}"));
                assert_ne!(text, honest.text, "{fault:?}");
            } else {
                assert_eq!(outcome, Err(Error::NotApplicable { id: fault.id() }), "{fault:?} {ceremony:?}");
            }
        }
    });
}

#[test]
fn signatures_hold_exactly_where_the_catalogue_says() {
    everywhere(|bench, ceremony, algorithm, attestation| {
        for &fault in Fault::all() {
            if !fault.applies_to(ceremony, algorithm, attestation) {
                continue;
            }
            let (transcript, device) = bench.run(ceremony, &mut fault.prepared());
            if let Some(holds) = signature_holds(&transcript.sent, &device) {
                assert_eq!(holds, fault.keeps_signature(), "{fault:?} {ceremony:?} {algorithm:?}");
            } else {
                assert_eq!((ceremony, attestation), (Ceremony::Registration, Attestation::None), "{fault:?}");
            }
        }
    });
}

#[test]
fn variations_keep_the_signature() {
    everywhere(|bench, ceremony, algorithm, _| {
        for &variation in Variation::all() {
            if !variation.applies_to(ceremony, algorithm) {
                continue;
            }
            let (transcript, device) = bench.run(ceremony, &mut variation.prepared());
            assert_ne!(signature_holds(&transcript.sent, &device), Some(false), "{variation:?} {ceremony:?}");
            let parsed: Value = serde_json::from_slice(&transcript.text).unwrap();
            assert_eq!(parsed, transcript.response, "{variation:?}");
        }
    });
}

/// The paths of the members that differ.
fn differing(honest: &Value, other: &Value, path: &str, out: &mut BTreeSet<String>) {
    if let (Value::Object(a), Value::Object(b)) = (honest, other) {
        for name in a.keys().chain(b.keys()) {
            let (a, b) = (a.get(name).unwrap_or(&Value::Null), b.get(name).unwrap_or(&Value::Null));
            differing(a, b, &format!("{path}/{name}"), out);
        }
    } else if honest != other {
        out.insert(path.to_owned());
    }
}

/// Where a group of the catalogue may leave a trace.
fn allowed_paths(fault: Fault) -> &'static [&'static str] {
    const SIGNED: &[&str] = &["/response/attestationObject", "/response/signature", "/response/authenticatorData"];
    match fault {
        Fault::CredentialIdTooLong | Fault::CredentialIdEmpty | Fault::CredentialIdTaken => {
            &["/id", "/rawId", "/response/attestationObject", "/response/authenticatorData"]
        }
        Fault::AppIdOutputUnfounded => &["/clientExtensionResults"],
        Fault::ConditionalClaimedByBody => {
            &["/mediation", "/response/attestationObject", "/response/authenticatorData"]
        }
        Fault::KeyFromResponse => &["/response/signature", "/response/publicKey", "/response/publicKeyAlgorithm"],
        _ => match fault.id().as_bytes()[4] {
            b'C' => &["/response/clientDataJSON", "/response/attestationObject", "/response/signature"],
            b'B' if matches!(fault, Fault::HalfFloatAlgorithm | Fault::HugeNegativeAlgorithm) => SIGNED,
            b'B' | b'P' | b'O' => &["/response/attestationObject"],
            b'D' | b'K' => SIGNED,
            b'S' => &["/response/attestationObject", "/response/signature"],
            _ => &[],
        },
    }
}

#[test]
fn every_fault_leaves_its_trace_only_where_it_may() {
    everywhere(|bench, ceremony, algorithm, attestation| {
        let (honest, _) = bench.run(ceremony, &mut Honest);
        for &fault in Fault::all() {
            let allowed = allowed_paths(fault);
            if allowed.is_empty() || !fault.applies_to(ceremony, algorithm, attestation) {
                continue;
            }
            let (faulty, _) = bench.run(ceremony, &mut fault.prepared());
            let mut paths = BTreeSet::new();
            differing(&honest.response, &faulty.response, "", &mut paths);
            for path in paths {
                assert!(allowed.iter().any(|prefix| path.starts_with(prefix)), "{fault:?} changes {path}");
            }
        }
    });
}

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
fn names_and_ids_identify() {
    let names: BTreeSet<_> = Fault::all().iter().map(|fault| fault.name()).collect();
    assert_eq!(names.len(), Fault::all().len());
    for fault in Fault::all() {
        let (group, number) = fault.id().strip_prefix("neg-").unwrap().split_at(1);
        assert!("ECBDKSPOW".contains(group), "{}", fault.id());
        assert_eq!(number.len(), 2, "{}", fault.id());
        assert!(number.bytes().all(|byte| byte.is_ascii_digit()), "{}", fault.id());
        assert!(!fault.ceremonies().is_empty() && !fault.algorithms().is_empty());
    }
    let ids: BTreeSet<_> = Variation::all().iter().map(|variation| variation.id()).collect();
    assert_eq!(ids.len(), Variation::all().len());
}

#[test]
fn variations_answer_where_they_exist() {
    let bench = Bench::new(Algorithm::Es256, Attestation::PackedSelf, ORIGIN);
    for &variation in Variation::all() {
        for ceremony in CEREMONIES {
            let mut device = bench.authenticator.clone();
            let outcome = match ceremony {
                Ceremony::Registration => device.register_varied(&creation_options(3), &bench.client, variation),
                Ceremony::Authentication => device.authenticate_varied(&bench.request, &bench.client, variation),
            };
            let expected = variation.applies_to(ceremony, Algorithm::Es256);
            assert_eq!(outcome.is_ok(), expected, "{variation:?} {ceremony:?}");
        }
    }
}
