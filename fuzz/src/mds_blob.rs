//! The metadata service's BLOB: a JWS whose payload is read only after its signature led to a root.
//!
//! Invariants: nothing panics. A BLOB is accepted only if its signed part is, byte for byte, one that the service's own key
//! signed here, with ES256 and with that key's certificate and its issuer's in front of the chain: no other certificate of the
//! pool (another host, no server, expired, another root's, an authority) signs metadata, whatever the header says. The
//! honest header with a good payload is accepted. What is accepted says what the payload says, read by another reader: its
//! number, its day, its entries in their order or a problem for each that is passed over; lookups give entries of that very
//! name, and none for the all-zero AAGUID; anchors are those of the entry. The same BLOB is not newer than itself.

mod pki;

use crate::json_edit::{Edit, edit};
use arbitrary::{Arbitrary, Unstructured};
use ceremony::x509::{TrustAnchor, TrustAnchors};
use ceremony::{Aaguid, RustCrypto, UnixTime};
use ceremony_metadata::{BlobError, BlobRules, Date, Metadata, StatusPolicy, signer_certificates};
use ceremony_testkit::base64url;
use pki::{Pki, standard_base64};
use serde_json::{Value, json};
use std::sync::LazyLock;

/// 2026-11-21T12:00:00Z
const NOW: UnixTime = UnixTime::from_secs(1_795_262_400);

static PKI: LazyLock<Pki> = LazyLock::new(Pki::new);

#[derive(Arbitrary, Debug)]
enum Input {
    /// Any bytes as a BLOB.
    Raw(Vec<u8>),
    /// Any bytes as a payload, signed by the service.
    Payload(Vec<u8>),
    /// A good payload with other values, signed by the service.
    Values(Vec<Edit>),
    /// Another header, chain or signature.
    Envelope { header: Vec<Edit>, chain: Option<Vec<u8>>, signer: u8, signature: Signature, last_no: Option<u64> },
}

#[derive(Arbitrary, Debug)]
enum Signature {
    Honest,
    Flip {
        at: u8,
        bit: u8,
    },
    Bytes(Vec<u8>),
    /// As DER, as in certificates.
    Der,
}

fn payload() -> Value {
    let root = standard_base64(PKI.certificate(2));
    let entry = |aaguid: &str| {
        json!({
            "aaguid": aaguid,
            "metadataStatement": {
                "description": "A security key", "authenticatorVersion": 5, "protocolFamily": "fido2",
                "authenticationAlgorithms": ["secp256r1_ecdsa_sha256_raw"], "publicKeyAlgAndEncodings": ["cose"],
                "attestationTypes": ["basic_full"], "userVerificationDetails": [[{ "userVerificationMethod": "none" }]],
                "keyProtection": ["hardware"], "matcherProtection": ["on_chip"], "attachmentHint": ["external"],
                "attestationRootCertificates": [root], "multiDeviceCredentialSupport": "unsupported",
                "isKeyRestricted": true, "cryptoStrength": 128, "icon": "data:image/png;base64,AAAA",
            },
            "statusReports": [
                { "status": "FIDO_CERTIFIED_L1", "effectiveDate": "2024-01-01", "certificateNumber": "1" },
                { "status": "UPDATE_AVAILABLE", "effectiveDate": "2025-01-01", "authenticatorVersion": 5 },
            ],
            "timeOfLastStatusChange": "2025-01-01", "rogueListURL": "https://x.example", "rogueListHash": "00",
        })
    };
    json!({
        "legalHeader": "Terms", "no": 7, "nextUpdate": "2026-12-01",
        "entries": [
            entry("01020304-0506-0708-090a-0b0c0d0e0f10"),
            entry("11121314-1516-1718-191a-1b1c1d1e1f20"),
            { "attestationCertificateKeyIdentifiers": ["0102030405060708090a0b0c0d0e0f1011121314"],
              "statusReports": [{ "status": "REVOKED" }] },
        ],
    })
}

/// Words that mean something somewhere.
const WORDS: [&str; 25] = [
    "REVOKED",
    "RETIRED",
    "USER_KEY_REMOTE_COMPROMISE",
    "ATTESTATION_KEY_COMPROMISE",
    "FIDO_CERTIFIED_L3plus",
    "FIPS140_CERTIFIED_L4",
    "UPDATE_AVAILABLE",
    "NOT_FIDO_CERTIFIED",
    "2024-02-29",
    "2023-02-29",
    "9999-12-31",
    "0000-01-01",
    "2026-11-22",
    "00000000-0000-0000-0000-000000000000",
    "01020304-0506-0708-090a-0b0c0d0e0f10",
    "0102030405060708090a0b0c0d0e0f1011121314",
    "",
    "none",
    "HS256",
    "ES256",
    "ES384",
    "RS256",
    "PS256",
    "JWT",
    "\u{0}",
];

fn header(chain: &[u8]) -> Value {
    let x5c: Vec<String> = chain.iter().map(|at| standard_base64(PKI.certificate(*at))).collect();
    json!({ "alg": "ES256", "typ": "JWT", "x5c": x5c })
}

/// The service's own chain.
const OWN: [u8; 2] = [0, 1];

fn rules() -> BlobRules {
    let anchors: TrustAnchors = [TrustAnchor::from_der(PKI.certificate(2)).unwrap()].into_iter().collect();
    BlobRules::new(anchors)
}

fn verify(blob: &[u8], last_no: Option<u64>) -> Result<Metadata, BlobError> {
    let _ = signer_certificates(blob);
    rules().verify(blob, NOW, last_no, &RustCrypto)
}

fn signed(header: &Value, payload: &[u8]) -> String {
    format!("{}.{}", base64url::encode(header.to_string().as_bytes()), base64url::encode(payload))
}

fn blob(signed: &str, signature: &[u8]) -> Vec<u8> {
    format!("{signed}.{}", base64url::encode(signature)).into_bytes()
}

/// What was accepted, beside what another reader finds in the payload.
fn check(metadata: &Metadata, payload: &[u8], blob: &[u8]) {
    let read: Value = serde_json::from_slice(payload).expect("a payload that is no JSON");
    assert_eq!(Some(metadata.no()), read["no"].as_u64(), "the number");
    assert_eq!(Some(metadata.next_update().to_string().as_str()), read["nextUpdate"].as_str(), "the day");
    assert_eq!(metadata.legal_header(), read["legalHeader"].as_str(), "the terms");
    let entries = read["entries"].as_array().expect("entries");
    let (problems, known) = (metadata.problems(), metadata.entries());
    let skipped = problems.iter().filter(|problem| problem.skipped).count();
    let twice = entries.len() - skipped - known.len();
    assert!(twice <= problems.len() - skipped, "an entry is lost");
    assert!(problems.iter().all(|problem| problem.index < entries.len()), "a problem of no entry");
    for entry in known {
        if let Some(aaguid) = entry.aaguid.filter(|aaguid| !aaguid.is_zero()) {
            assert_eq!(metadata.entry(aaguid).and_then(|found| found.aaguid), Some(aaguid), "another entry");
        }
        for identifier in &entry.attestation_certificate_key_identifiers {
            let found = metadata.entry_by_key_identifier(identifier).expect("an entry that is not found");
            assert!(found.attestation_certificate_key_identifiers.contains(identifier), "another entry");
        }
        let today = Date::of(NOW);
        let effective = entry.effective_reports(today);
        let future = |date: Option<Date>| date.is_some_and(|date| date > today);
        assert!(effective.iter().all(|report| !future(report.effective_date)), "a report of another day");
        assert!(effective.is_sorted_by_key(|report| report.effective_date), "reports out of order");
    }
    assert!(metadata.entry(Aaguid::ZERO).is_none(), "nobody's name");
    let _ = metadata.freshness(NOW);
    for record in PKI.records() {
        let policy = StatusPolicy::default().require_entry(true);
        let strict = metadata.assess(record, NOW, &policy);
        let loose = metadata.assess(record, NOW, &StatusPolicy::default());
        assert!(loose.is_accepted() || !strict.is_accepted(), "the stricter policy accepts more");
        assert!(!strict.is_accepted() || metadata.entry(record.aaguid).is_some(), "an entry that is not there");
    }
    let again = verify(blob, Some(metadata.no())).err();
    let (no, last_no) = (metadata.no(), metadata.no());
    assert_eq!(again, Some(BlobError::NotNewer { no, last_no }), "a BLOB is newer than itself");
}

/// # Panics
///
/// If an invariant does not hold.
pub fn run(data: &[u8]) {
    let Ok(input) = Input::arbitrary_take_rest(Unstructured::new(data)) else { return };
    match input {
        Input::Raw(bytes) => assert!(verify(&bytes, None).is_err(), "nobody signed this"),
        Input::Payload(payload) => of_service(&payload, false),
        Input::Values(edits) => {
            let mut document = payload();
            edits.iter().take(8).for_each(|it| edit(&mut document, it, &WORDS));
            of_service(document.to_string().as_bytes(), edits.is_empty());
        }
        Input::Envelope { header: edits, chain, signer, signature, last_no } => {
            let chain: Vec<u8> = chain.unwrap_or_else(|| OWN.to_vec()).into_iter().take(10).collect();
            let mut document = header(&chain);
            edits.iter().take(4).for_each(|it| edit(&mut document, it, &WORDS));
            let payload = payload().to_string();
            let signed = signed(&document, payload.as_bytes());
            let honest = PKI.sign(signer, signed.as_bytes());
            let bytes = match &signature {
                Signature::Honest => honest.clone(),
                Signature::Flip { at, bit } => {
                    let mut bytes = honest.clone();
                    let at = usize::from(*at) % bytes.len();
                    bytes[at] ^= 1 << (bit % 8);
                    bytes
                }
                Signature::Bytes(bytes) => bytes.clone(),
                Signature::Der => PKI.sign_der(signer, signed.as_bytes()),
            };
            let blob = blob(&signed, &bytes);
            let accepted = verify(&blob, last_no);
            // Who signed, with what, and how the chain begins, of the header as it is now.
            let own = PKI.is_service(signer) && bytes == honest && document["alg"] == "ES256";
            let begins = OWN.iter().enumerate().all(|(at, number)| {
                document["x5c"].get(at).and_then(Value::as_str) == Some(&standard_base64(PKI.certificate(*number)))
            });
            if let Ok(metadata) = &accepted {
                assert!(own && begins, "not the service's");
                assert!(last_no.is_none_or(|last_no| last_no < metadata.no()), "an older one");
                check(metadata, payload.as_bytes(), &blob);
            }
            if own && edits.is_empty() && chain == OWN && last_no.is_none() {
                assert!(accepted.is_ok(), "the honest BLOB: {:?}", accepted.err());
            }
        }
    }
}

fn of_service(payload: &[u8], good: bool) {
    let signed = signed(&header(&OWN), payload);
    let blob = blob(&signed, &PKI.sign(0, signed.as_bytes()));
    match verify(&blob, None) {
        Ok(metadata) => check(&metadata, payload, &blob),
        Err(error) => assert!(!good && matches!(error, BlobError::Payload(_)), "{error:?}"),
    }
}
