//! Format `android-safetynet` (WebAuthn §8.5): a statement of Google's former SafetyNet service about an Android device.
//!
//! The service has ended and the format is to be removed; it is here for who has to judge old registrations again.

use super::{Attested, Statement, certificate, leaf, malformed};
use crate::base64url;
use crate::cbor::{Key, Reader};
use crate::credential::AttestationType;
use crate::error::{CertificateFault, Part, RejectionReason};
use crate::json::Json;
use crate::proof::verify_signature;
use crate::verifier::{Hash, SignatureScheme};
use crate::x509::{Certificate, GeneralName, MAX_CERTIFICATE, MAX_CHAIN, SubjectPublicKey};
use alloc::vec::Vec;
use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};

/// Whom the certificate must be for.
const HOST: &str = "attest.android.com";

/// How old a statement may be, in milliseconds.
const MAX_AGE: u64 = 60_000;

/// How deep its JSON nests.
const DEPTH: usize = 8;

const PART: Part = Part::AttStmt;
const REFUSED: RejectionReason = RejectionReason::AttestationStatement;

/// A JWS in its compact form (RFC 7515 §3.1).
struct Jws<'a> {
    header: Vec<u8>,
    payload: Vec<u8>,
    /// What is signed: header and payload as they were sent, and the dot between them.
    signed: &'a str,
    signature: Vec<u8>,
}

pub(super) fn verify<'a>(statement: &Statement<'a>) -> Result<Attested<'a>, RejectionReason> {
    // "Verify that attStmt is valid CBOR conforming to the syntax defined above"
    let response = read(statement.statement)?;
    // "Verify that response is a valid SafetyNet response of version ver": a JWS, signed by the service
    let jws = Jws::read(response).ok_or(REFUSED)?;
    let x5c = certificates(&jws.header, statement)?;
    let signer = leaf(&x5c)?;
    let key = signer.public_key().map_err(certificate)?;
    if !matches!(key, SubjectPublicKey::Rsa { .. }) {
        return Err(RejectionReason::AttestationAlgorithm);
    }
    let scheme = SignatureScheme::RsaPkcs1(Hash::Sha256);
    verify_signature(statement.verifier, scheme, key.material(), &[jws.signed.as_bytes()], &jws.signature)
        .map_err(|_| RejectionReason::AttestationSignature)?;

    let payload = Json::parse(&jws.payload, DEPTH).map_err(|_| REFUSED)?;
    let [nonce, cts_profile_match, timestamp] = payload
        .members(PART, [("nonce", PART), ("ctsProfileMatch", PART), ("timestampMs", PART)])
        .map_err(|_| REFUSED)?;
    // "Verify that the nonce attribute in the payload of response is identical to the Base64 encoding of the SHA-256 hash
    // of the concatenation of authenticatorData and clientDataHash."
    let hash = statement.signed().iter().fold(Sha256::new(), |hash, part| hash.chain_update(part)).finalize();
    let nonce = nonce.and_then(|nonce| nonce.string(PART).ok()).ok_or(REFUSED)?;
    if nonce != Base64::encode_string(&hash) {
        return Err(RejectionReason::AttestationBinding);
    }
    // "Verify that the SafetyNet response actually came from the SafetyNet service": the chain is judged as any other
    is_for_host(signer)?;
    // Of the service's own rules: the device passed, and it is about this moment.
    let passed = cts_profile_match.and_then(|passed| passed.boolean(PART).ok());
    let made = timestamp.and_then(|at| at.integer(PART).ok()).and_then(|at| u64::try_from(at).ok());
    let age = made.and_then(|made| statement.now.as_millis().checked_sub(made));
    if passed != Some(true) || age.is_none_or(|age| age > MAX_AGE) {
        return Err(REFUSED);
    }
    // "return implementation-specific values representing attestation type Basic and attestation trust path x5c"
    Ok(Attested { attestation_type: AttestationType::Basic, x5c })
}

/// The `response`, a text in UTF-8.
fn read(statement: &[u8]) -> Result<&str, RejectionReason> {
    let mut from = Reader::new(statement);
    let (mut ver, mut response) = (None, None);
    for _ in 0..from.map().map_err(malformed)? {
        match from.key().map_err(malformed)? {
            Key::Text("ver") => ver = Some(from.text().map_err(malformed)?),
            Key::Text("response") => response = Some(from.bytes().map_err(malformed)?),
            _ => return Err(REFUSED),
        }
    }
    let (Some(ver), Some(response)) = (ver, response) else { return Err(REFUSED) };
    if ver.is_empty() || response.is_empty() {
        return Err(REFUSED);
    }
    core::str::from_utf8(response).map_err(|_| REFUSED)
}

impl<'a> Jws<'a> {
    fn read(compact: &'a str) -> Option<Self> {
        let (signed, signature) = compact.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        Some(Self {
            header: base64url::decode(header).ok()?,
            payload: base64url::decode(payload).ok()?,
            signed,
            signature: base64url::decode(signature).ok()?,
        })
    }
}

/// The certificates of the header, which must name RS256, the service's one algorithm.
fn certificates<'a>(header: &[u8], statement: &Statement<'a>) -> Result<Vec<Certificate<'a>>, RejectionReason> {
    let header = Json::parse(header, DEPTH).map_err(|_| REFUSED)?;
    let [alg, x5c] = header.members(PART, [("alg", PART), ("x5c", PART)]).map_err(|_| REFUSED)?;
    if alg.and_then(|alg| alg.string(PART).ok()).as_deref() != Some("RS256") {
        return Err(RejectionReason::AttestationAlgorithm);
    }
    let mut decoded = Vec::new();
    for entry in x5c.ok_or(REFUSED)?.elements(PART).map_err(|_| REFUSED)? {
        let text = entry.string(PART).map_err(|_| REFUSED)?;
        if decoded.len() >= MAX_CHAIN || text.len() > MAX_CERTIFICATE * 2 {
            return Err(REFUSED);
        }
        decoded.push(Base64::decode_vec(&text).map_err(|_| REFUSED)?);
    }
    if decoded.is_empty() {
        return Err(REFUSED);
    }
    // A second statement of this format beside the first has no place.
    statement.decoded.set(decoded).map_err(|_| REFUSED)?;
    let decoded = statement.decoded.get().ok_or(REFUSED)?;
    decoded.iter().map(|der| Certificate::parse(der).map_err(certificate)).collect()
}

fn is_for_host(signer: &Certificate<'_>) -> Result<(), RejectionReason> {
    let names = signer.subject_alt_names().map_err(certificate)?;
    let is_host = |name: GeneralName<'_>| matches!(name, GeneralName::DnsName(name) if name.eq_ignore_ascii_case(HOST));
    if names.is_some_and(|names| names.iter().any(is_host)) {
        Ok(())
    } else {
        Err(certificate(CertificateFault::SubjectAltName))
    }
}
