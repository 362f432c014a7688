use super::super::testing::der::{explicit, sequence, tlv};
use super::super::testing::{
    Cert, Members, NOW, RS256_COSE_MODULUS, Value, Verdict, World, attestation_key, credential_key,
};
use super::SUBJECT_ALT_NAME;
use crate::base64url;
use crate::credential::AttestationType;
use crate::error::{CertificateFault, RejectionReason as Reason};
use crate::policy::AttestationFormat;
use base64ct::{Base64, Encoding};
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use sha2::{Digest, Sha256};
use std::format;
use std::string::String;
use std::vec;
use std::vec::Vec;

const ACCEPTED: Verdict = Ok(AttestationType::Basic);
const STATEMENT: Verdict = Err(Reason::AttestationStatement);
const BINDING: Verdict = Err(Reason::AttestationBinding);
const OF_HOST: Verdict = Err(Reason::AttestationCertificate(CertificateFault::SubjectAltName));

/// An answer of the service to be.
struct Answer {
    header: String,
    payload: String,
}

fn dns_names(names: &[&str]) -> Vec<u8> {
    sequence(&names.iter().map(|name| tlv(0x82, name.as_bytes())).collect::<Vec<_>>())
}

fn certificate() -> Cert {
    Cert::leaf(&attestation_key()).with(SUBJECT_ALT_NAME, false, dns_names(&["attest.android.com"]))
}

fn header(certificates: &[Vec<u8>]) -> String {
    let x5c: Vec<_> = certificates.iter().map(|der| format!("\"{}\"", Base64::encode_string(der))).collect();
    format!(r#"{{"alg":"ES256","x5c":[{}]}}"#, x5c.join(","))
}

fn payload(nonce: &str, timestamp_ms: u64, cts_profile_match: &str) -> String {
    format!(
        r#"{{"nonce":"{nonce}","timestampMs":{timestamp_ms},"apkPackageName":"com.google.android.gms","apkDigestSha256":"4/c=",
        "apkCertificateDigestSha256":["8P1s="],"ctsProfileMatch":{cts_profile_match},"basicIntegrity":true}}"#
    )
}

fn nonce(world: &World) -> String {
    Base64::encode_string(&Sha256::digest(world.signed()))
}

impl Answer {
    fn new(world: &World) -> Self {
        Self { header: header(&[certificate().der()]), payload: payload(&nonce(world), NOW.as_millis() - 1000, "true") }
    }

    fn of(certificate: &Cert) -> Self {
        Self { header: header(&[certificate.der()]), ..Self::new(&World::new()) }
    }

    fn paying(payload: String) -> Self {
        Self { payload, ..Self::new(&World::new()) }
    }

    fn signed(&self) -> String {
        format!("{}.{}", base64url::encode(self.header.as_bytes()), base64url::encode(self.payload.as_bytes()))
    }

    fn jws(&self, key: &SigningKey) -> String {
        let signature: Signature = key.sign(self.signed().as_bytes());
        format!("{}.{}", self.signed(), base64url::encode(&signature.to_bytes()))
    }

    fn verdict(&self) -> Verdict {
        verify(&World::new(), &statement(&self.jws(&attestation_key())))
    }
}

fn statement(response: &str) -> Members {
    Members::new([("ver", Value::Text("14366018")), ("response", Value::Bytes(response.as_bytes().to_vec()))])
}

fn good(world: &World) -> Members {
    statement(&Answer::new(world).jws(&attestation_key()))
}

fn verify(world: &World, statement: &Members) -> Verdict {
    world.verify(AttestationFormat::AndroidSafetynet, statement)
}

#[test]
fn a_good_answer_is_accepted() {
    let world = World::new();
    assert_eq!(verify(&world, &good(&world)), ACCEPTED);
    // Intermediates come along, and the host may have other names.
    let names = dns_names(&["www.example.com", "attest.android.com"]);
    let leaf = Cert::leaf(&attestation_key()).with(SUBJECT_ALT_NAME, false, names).der();
    let header = header(&[leaf, Cert::leaf(&credential_key()).der()]);
    assert_eq!(Answer { header, ..Answer::new(&world) }.verdict(), ACCEPTED);
}

#[test]
fn an_answer_signed_with_rsa_is_accepted() {
    let world = World::new().with_stub_verifier();
    let certificate =
        Cert::of_rsa(&RS256_COSE_MODULUS).with(SUBJECT_ALT_NAME, false, dns_names(&["attest.android.com"]));
    let answer = Answer::of(&certificate);
    let answer = Answer { header: answer.header.replace("ES256", "RS256"), ..answer };
    let jws = format!("{}.{}", answer.signed(), base64url::encode(b"good"));
    assert_eq!(verify(&world, &statement(&jws)), ACCEPTED);
    let jws = format!("{}.{}", answer.signed(), base64url::encode(b"bad"));
    assert_eq!(verify(&world, &statement(&jws)), Err(Reason::AttestationSignature));
}

#[test]
fn neg_g01_g02_version_or_response_empty() {
    let world = World::new();
    let good = good(&world);
    for wrong in [
        good.clone().with("ver", Value::Text("")),
        good.clone().with("ver", Value::Int(1)),
        good.clone().without("ver"),
        good.clone().with("response", Value::Bytes(vec![])),
        good.clone().with("response", Value::Text("a.b.c")),
        good.clone().with("response", Value::Bytes(vec![0xff, b'.', b'.'])),
        good.clone().without("response"),
        good.with("alg", Value::Int(-7)),
    ] {
        assert_eq!(verify(&world, &wrong), STATEMENT);
    }
}

#[test]
fn response_is_a_compact_jws() {
    let world = World::new();
    let jws = Answer::new(&world).jws(&attestation_key());
    let signed = Answer::new(&world).signed();
    for wrong in [".", "..", "...", "e30", "e30.e30", "e30.e30.", &signed, &format!("{jws}."), &format!("{jws}=")] {
        assert_eq!(verify(&world, &statement(wrong)), STATEMENT, "{wrong}");
    }
}

#[test]
fn header_names_an_algorithm_that_suits_the_certificate() {
    let world = World::new();
    let header = header(&[certificate().der()]);
    let judge = |header: String| Answer { header, ..Answer::new(&world) }.verdict();
    for alg in ["none", "HS256", "RS256", "es256", "ES384"] {
        assert_eq!(judge(header.replace("ES256", alg)), Err(Reason::AttestationAlgorithm), "{alg}");
    }
    for wrong in [
        "[]".into(),
        "{".into(),
        "{}".into(),
        header.replace(r#""ES256""#, "1"),
        header.replace(r#""alg":"ES256","#, ""),
        header.replace(r#""x5c""#, r#""alg":"ES256","x5c""#),
        header.replace(r#""x5c""#, r#""crit":["b64"],"x5c""#),
    ] {
        assert_eq!(judge(wrong.clone()), STATEMENT, "{wrong}");
    }
}

#[test]
fn signature_is_the_certificates() {
    let world = World::new();
    let answer = Answer::new(&world);
    assert_eq!(verify(&world, &statement(&answer.jws(&credential_key()))), Err(Reason::AttestationSignature));
    let signature: Signature = attestation_key().sign(answer.signed().as_bytes());
    let der = signature.to_der();
    for wrong in [&[0; 64][..], &[1; 63], &[1; 65], &[], der.as_bytes()] {
        let jws = format!("{}.{}", answer.signed(), base64url::encode(wrong));
        assert_eq!(verify(&world, &statement(&jws)), Err(Reason::AttestationSignature));
    }
}

#[test]
fn neg_g03_another_nonce() {
    let world = World::new();
    let hash = Sha256::digest(world.signed());
    let of_data = Base64::encode_string(&Sha256::digest(&world.auth_data));
    for nonce in ["", of_data.as_str(), &base64url::encode(&hash), &format!("{}\\n", nonce(&world))] {
        assert_eq!(Answer::paying(payload(nonce, NOW.as_millis(), "true")).verdict(), BINDING, "{nonce}");
    }
}

#[test]
fn neg_g04_no_certificate() {
    let world = World::new();
    let good = Base64::encode_string(&certificate().der());
    let many = vec![format!("\"{good}\""); 9].join(",");
    let long = format!("\"{}\"", "A".repeat(12_000));
    for x5c in ["", "1", "null", "\"*\"", "\"\\u00e9\"", "\"MAA\"", "\"MDA_\"", &many, &long] {
        let header = format!(r#"{{"alg":"ES256","x5c":[{x5c}]}}"#);
        assert_eq!(Answer { header, ..Answer::new(&world) }.verdict(), STATEMENT, "{x5c}");
    }
    let header = format!(r#"{{"alg":"ES256","x5c":"{good}"}}"#);
    assert_eq!(Answer { header, ..Answer::new(&world) }.verdict(), STATEMENT);
    let header = r#"{"alg":"ES256","x5c":["MAA="]}"#.into();
    let garbage = Answer { header, ..Answer::new(&world) };
    assert_eq!(garbage.verdict(), Err(Reason::AttestationCertificate(CertificateFault::Der)));
}

/// A certificate of this length.
fn certificate_of(len: usize) -> Vec<u8> {
    let filled = |filling: Vec<u8>| certificate().with(&[0x2a, 0x03], false, filling).der();
    // The lengths around a long filling take more bytes, and the signature varies in length with what it covers.
    let empty = filled(Vec::new()).len();
    let fillings = (len - empty - 16..len - empty).flat_map(|filling| [0, 1, 2, 3].map(|byte| vec![byte; filling]));
    fillings.map(filled).find(|der| der.len() == len).unwrap()
}

#[test]
fn certificates_are_at_most_eight_of_8_kib() {
    let of = |header: String| Answer { header, ..Answer::new(&World::new()) }.verdict();
    let good = certificate().der();
    assert_eq!(of(header(&vec![good.clone(); 8])), ACCEPTED);
    assert_eq!(of(header(&vec![good.clone(); 9])), STATEMENT);
    assert_eq!(of(header(&[certificate_of(8192)])), ACCEPTED);
    assert_eq!(of(header(&[good.clone(), certificate_of(8192)])), ACCEPTED);
    // In base64 one byte more is no longer; then the text is too long to be decoded at all.
    let too_large = Err(Reason::AttestationCertificate(CertificateFault::TooLarge));
    assert_eq!(of(header(&[good.clone(), vec![0x30; 8193]])), too_large);
    assert_eq!(of(header(&[good, vec![0x30; 8194]])), STATEMENT);
}

#[test]
fn neg_g05_certificate_of_another_host() {
    let leaf = Cert::leaf(&attestation_key());
    assert_eq!(Answer::of(&leaf).verdict(), OF_HOST);
    for names in [
        dns_names(&[]),
        dns_names(&["android.com"]),
        dns_names(&["*.android.com"]),
        dns_names(&["attest.android.com.example"]),
        dns_names(&["xattest.android.com"]),
        dns_names(&["attest.android.com\0.example"]),
        // Of other kinds: an address of mail, and one that is tagged twice
        sequence(&[tlv(0x81, b"attest.android.com")]),
        sequence(&[explicit(2, b"attest.android.com")]),
        tlv(0x82, b"attest.android.com"),
        [dns_names(&["attest.android.com"]), vec![0x05, 0x00]].concat(),
    ] {
        assert_eq!(Answer::of(&leaf.clone().with(SUBJECT_ALT_NAME, false, names)).verdict(), OF_HOST);
    }
}

#[test]
fn neg_g06_profile_that_does_not_match() {
    let nonce = nonce(&World::new());
    for cts_profile_match in ["false", "\"true\"", "1", "null"] {
        assert_eq!(Answer::paying(payload(&nonce, NOW.as_millis(), cts_profile_match)).verdict(), STATEMENT);
    }
    let without = payload(&nonce, NOW.as_millis(), "true").replace("ctsProfileMatch", "basicIntegrityMatch");
    assert_eq!(Answer::paying(without).verdict(), STATEMENT);
}

#[test]
fn neg_g07_g08_time() {
    let nonce = nonce(&World::new());
    for (timestamp_ms, verdict) in [
        (NOW.as_millis(), ACCEPTED),
        (NOW.as_millis() + 1, BINDING),
        (NOW.as_millis() - 60_000, ACCEPTED),
        (NOW.as_millis() - 60_001, BINDING),
        (0, BINDING),
    ] {
        assert_eq!(Answer::paying(payload(&nonce, timestamp_ms, "true")).verdict(), verdict, "{timestamp_ms}");
    }
    let negative = payload(&nonce, 1, "true").replace(":1,", ":-1,");
    assert_eq!(Answer::paying(negative).verdict(), STATEMENT);
}

#[test]
fn every_changed_byte_is_seen() {
    let world = World::new();
    let jws = Answer::new(&world).jws(&attestation_key());
    let (_, payload_and_signature) = jws.split_once('.').unwrap();
    world.assert_covers(AttestationFormat::AndroidSafetynet, &good(&world), &[payload_and_signature.as_bytes()]);
}
