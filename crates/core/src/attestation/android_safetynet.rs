//! Format `android-safetynet` (WebAuthn §8.5), deprecated: a signed answer of a service that no longer exists, for who
//! verifies registrations of the past again.

mod response;

use super::{Attested, Statement, malformed};
use crate::cbor::{Key, Reader};
use crate::credential::AttestationType;
use crate::error::{CertificateFault, RejectionReason};
use crate::time::UnixTime;
use crate::x509::{Certificate, Der, implicit};
use alloc::vec::Vec;
use base64ct::{Base64, Encoding};
use core::time::Duration;
use response::Response;
use sha2::{Digest, Sha256};

/// The service's host, which its certificate is for.
const HOST: &str = "attest.android.com";

/// How old an answer may be.
const MAX_AGE: Duration = Duration::from_secs(60);

/// id-ce-subjectAltName, 2.5.29.17
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];

pub(super) fn verify<'a>(statement: &Statement<'a>) -> Result<Attested<'a>, RejectionReason> {
    // "Verify that attStmt is valid CBOR conforming to the syntax defined above"
    let response = read(statement.statement)?;
    // "Verify that response is a valid SafetyNet response of version ver by following the steps indicated by the
    // SafetyNet online documentation.": a JSON Web Signature with its certificates
    let response = Response::parse(response)?;
    let x5c = certificates(statement, &response)?;
    let leaf = super::leaf(&x5c)?;
    super::verify_with_certificate(statement, leaf, response.algorithm.id(), &[response.signed], &response.signature)?;
    let payload = response.payload()?;
    if !payload.cts_profile_match {
        return Err(RejectionReason::AttestationStatement);
    }
    // "Verify that the nonce attribute in the payload of response is identical to the Base64 encoding of the SHA-256
    // hash of the concatenation of authenticatorData and clientDataHash."
    let mut nonce = Sha256::new();
    statement.signed().iter().for_each(|part| nonce.update(part));
    if payload.nonce != Base64::encode_string(&nonce.finalize()) {
        return Err(RejectionReason::AttestationBinding);
    }
    // "Verify that the SafetyNet response actually came from the SafetyNet service by following the steps in the
    // SafetyNet online documentation.": the certificate is the host's, and the answer is fresh
    if !is_for_host(leaf).map_err(|_| super::certificate(CertificateFault::SubjectAltName))? {
        return Err(super::certificate(CertificateFault::SubjectAltName));
    }
    let made = UnixTime::from_millis(payload.timestamp_ms);
    if made > statement.now || statement.now.saturating_since(made) > MAX_AGE {
        return Err(RejectionReason::AttestationBinding);
    }
    // "return implementation-specific values representing attestation type Basic and attestation trust path x5c"
    Ok(Attested { attestation_type: AttestationType::Basic, x5c })
}

/// `response`, if `ver` says anything: "there is only one format of the SafetyNet response and ver is reserved for future
/// use".
fn read(statement: &[u8]) -> Result<&str, RejectionReason> {
    let mut from = Reader::new(statement);
    let (mut ver, mut response) = (None, None);
    for _ in 0..from.map().map_err(malformed)? {
        match from.key().map_err(malformed)? {
            Key::Text("ver") => ver = Some(from.text().map_err(malformed)?),
            Key::Text("response") => response = Some(from.bytes().map_err(malformed)?),
            _ => return Err(RejectionReason::AttestationStatement),
        }
    }
    match (ver, response.map(core::str::from_utf8)) {
        (Some(ver), Some(Ok(response))) if !ver.is_empty() => Ok(response),
        _ => Err(RejectionReason::AttestationStatement),
    }
}

/// The certificates, whose bytes are kept where the statement's own are: they came in another encoding.
fn certificates<'a>(
    statement: &Statement<'a>,
    response: &Response<'_>,
) -> Result<Vec<Certificate<'a>>, RejectionReason> {
    // Taken if a compound statement has two of this format, which no authenticator makes.
    statement.decoded.set(response.x5c()?).map_err(|_| RejectionReason::AttestationStatement)?;
    let decoded = statement.decoded.get().ok_or(RejectionReason::AttestationStatement)?;
    decoded.iter().map(|der| Certificate::parse(der).map_err(super::certificate)).collect()
}

/// Whether one of the certificate's DNS names is the host.
fn is_for_host(certificate: &Certificate<'_>) -> Result<bool, CertificateFault> {
    let extension = certificate.extension(SUBJECT_ALT_NAME).ok_or(CertificateFault::SubjectAltName)?;
    let mut outer = Der::new(extension.value());
    let mut names = outer.sequence()?;
    outer.end()?;
    let mut found = false;
    while !names.is_empty() {
        let name = names.any()?;
        // dNSName
        found |= name.tag == implicit(2) && name.contents == HOST.as_bytes();
    }
    Ok(found)
}

#[cfg(test)]
#[cfg(feature = "rustcrypto")]
mod tests;
