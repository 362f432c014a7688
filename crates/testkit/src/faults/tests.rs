mod outcomes;

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
    stream::sha256,
    verify::{holds, verifies},
};

const ORIGIN: &str = "https://example.com";

fn creation_options(user: u8) -> Value {
    json!({
        "rp": { "id": "example.com", "name": "Example" },
        "user": { "id": base64url::encode(&[user; 32]), "name": "ada", "displayName": "Ada" },
        "challenge": base64url::encode(&[0xfb; 32]),
        "pubKeyCredParams": Algorithm::all()
            .iter()
            .map(|algorithm| json!({ "type": "public-key", "alg": algorithm.cose_id() }))
            .collect::<Vec<_>>(),
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

/// Runs a check on every ceremony, algorithm and attestation. Not on every combination of them, which takes minutes:
/// the algorithms meet every certificate format in `tests/attestation.rs`.
fn everywhere(check: impl Fn(&Bench, Ceremony, Algorithm, Attestation)) {
    let algorithms = Algorithm::all().iter().map(|&algorithm| (algorithm, Attestation::PackedSelf));
    let unattested = [(Algorithm::Es256, Attestation::None)];
    let certified = Attestation::all()[2..].iter().map(|&attestation| (Algorithm::Es256, attestation));
    let tpm = [(Algorithm::Rs256, Attestation::Tpm)];
    for (algorithm, attestation) in algorithms.chain(unattested).chain(certified).chain(tpm) {
        let bench = Bench::new(algorithm, attestation, ORIGIN);
        check(&bench, Ceremony::Registration, algorithm, attestation);
        // An assertion is the same whatever the attestation was.
        if attestation == Attestation::PackedSelf {
            check(&bench, Ceremony::Authentication, algorithm, attestation);
        }
    }
}

/// Whether a fault is worth its time: with the two commonest algorithms and without certificates each is, elsewhere
/// those that are made for the algorithm or the attestation at hand.
fn is_worth(fault: Fault, algorithm: Algorithm, attestation: Attestation) -> bool {
    let common = matches!(algorithm, Algorithm::Es256 | Algorithm::EdDsa);
    let group = fault.id().as_bytes()[4];
    common && Attestation::without_certificates().contains(&attestation)
        || fault.algorithms().len() < Algorithm::all().len()
        || b"SPTNULMGX".contains(&group)
}

/// Whether the signature that was sent verifies over what was sent, under the true key; `None` if none was sent.
fn signature_holds(sent: &Sent, device: &Authenticator, attestation: Attestation) -> Option<bool> {
    let credential = device.credential(&sent.credential_id).unwrap();
    let signature = sent.signature.as_deref()?;
    let attested = [sent.authenticator_data.as_slice(), &sha256(&sent.client_data_json)].concat();
    if sent.signed.is_empty() {
        return Some(verifies(credential, &sent.authenticator_data, &sent.client_data_json, signature));
    }
    Some(sent.signed.iter().all(|signed| {
        // These two sign a structure that holds the hash; whether it is the right one is for their own faults.
        let covered = match attestation {
            Attestation::Tpm | Attestation::SafetyNet => signed.message.clone(),
            Attestation::FidoU2f => {
                let point = &credential.public_key_spki()[26..];
                let rp_id_hash = &sent.authenticator_data[..32];
                [&[0], rp_id_hash, &sha256(&sent.client_data_json), &sent.credential_id, point].concat()
            }
            _ => attested.clone(),
        };
        holds(signed.key.algorithm(), &signed.key.cose(), &covered, &signed.signature)
    }))
}

/// Faults that the bench gives no occasion for, each with one that does in the tests below.
const NEED_OCCASION: [Fault; 4] =
    [Fault::OriginAndroidPadded, Fault::OriginAndroidHex, Fault::BackupEligibleRaised, Fault::PathTooLong];

#[test]
fn every_fault_changes_the_response_where_it_applies_and_nowhere_else() {
    everywhere(|bench, ceremony, algorithm, attestation| {
        let (honest, _) = bench.run(ceremony, &mut Honest);
        for &fault in Fault::all() {
            if !is_worth(fault, algorithm, attestation) {
                continue;
            }
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
            if !fault.applies_to(ceremony, algorithm, attestation) || !is_worth(fault, algorithm, attestation) {
                continue;
            }
            let (transcript, device) = bench.run(ceremony, &mut fault.prepared());
            let hash_inside = matches!(attestation, Attestation::Tpm | Attestation::SafetyNet);
            let after_signing = matches!(fault, Fault::ClientDataReserialised | Fault::ClientDataByteAdded);
            if hash_inside && after_signing && ceremony == Ceremony::Registration {
                continue;
            }
            // It changes a signature after it was made and seen.
            if matches!(fault, Fault::CompoundOneWrong) {
                continue;
            }
            if let Some(holds) = signature_holds(&transcript.sent, &device, attestation) {
                assert_eq!(holds, fault.keeps_signature(), "{fault:?} {ceremony:?} {algorithm:?} {attestation:?}");
            } else {
                assert!(ceremony == Ceremony::Registration && !attestation.has_signature(), "{fault:?}");
            }
        }
    });
}

#[test]
fn variations_keep_the_signature() {
    everywhere(|bench, ceremony, algorithm, attestation| {
        for &variation in Variation::all() {
            let registration = ceremony == Ceremony::Registration;
            if !variation.applies_to(ceremony, algorithm) || registration && !variation.fits(algorithm, attestation) {
                continue;
            }
            let (transcript, device) = bench.run(ceremony, &mut variation.prepared());
            assert_ne!(
                signature_holds(&transcript.sent, &device, attestation),
                Some(false),
                "{variation:?} {ceremony:?}"
            );
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
            b'B' | b'P' | b'O' | b'T' | b'N' | b'L' | b'M' | b'G' | b'X' => &["/response/attestationObject"],
            b'D' | b'K' | b'U' => SIGNED,
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
            if allowed.is_empty()
                || !fault.applies_to(ceremony, algorithm, attestation)
                || !is_worth(fault, algorithm, attestation)
            {
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
fn names_and_ids_identify() {
    let names: BTreeSet<_> = Fault::all().iter().map(|fault| fault.name()).collect();
    assert_eq!(names.len(), Fault::all().len());
    for fault in Fault::all() {
        let (group, number) = fault.id().strip_prefix("neg-").unwrap().split_at(1);
        assert!("ECBDKSPOWTNULMGX".contains(group), "{}", fault.id());
        assert_eq!(number.len(), 2, "{}", fault.id());
        assert!(number.bytes().all(|byte| byte.is_ascii_digit()), "{}", fault.id());
        assert!(!fault.ceremonies().is_empty() && !fault.algorithms().is_empty());
    }
    let ids: BTreeSet<_> = Variation::all().iter().map(|variation| variation.id()).collect();
    assert_eq!(ids.len(), Variation::all().len());
}

#[test]
fn variations_answer_where_they_exist() {
    let benches = Attestation::all().iter().map(|&attestation| (attestation, Algorithm::Es256));
    for (attestation, algorithm) in benches.chain([(Attestation::Tpm, Algorithm::Rs256)]) {
        let bench = Bench::new(algorithm, attestation, ORIGIN);
        for (ceremony, &variation) in CEREMONIES.iter().flat_map(|&c| Variation::all().iter().map(move |v| (c, v))) {
            let mut device = bench.authenticator.clone();
            let outcome = match ceremony {
                Ceremony::Registration => device.register_varied(&creation_options(3), &bench.client, variation),
                Ceremony::Authentication => device.authenticate_varied(&bench.request, &bench.client, variation),
            };
            let exists = ceremony == Ceremony::Authentication || variation.fits(algorithm, attestation);
            let expected = variation.applies_to(ceremony, algorithm) && exists;
            assert_eq!(outcome.is_ok(), expected, "{variation:?} {ceremony:?}");
            if let (true, Ok(body)) = (variation.attestations().len() == 1, outcome) {
                let (honest, _) = bench.run(ceremony, &mut Honest);
                assert_ne!(body, honest.text, "{variation:?}");
            }
        }
    }
}
