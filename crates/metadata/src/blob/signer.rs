//! Who signed a BLOB, and whether he may.

use super::BlobRules;
use super::header::Header;
use crate::error::BlobError;
use ceremony::x509::{Certificate, PathRules, Revocations};
use ceremony::{SignatureVerifier, UnixTime};

/// id-kp-serverAuth, 1.3.6.1.5.5.7.3.1
const SERVER_AUTH: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];

/// Verifies the signer's chain, that it is the metadata service's, and its signature over `message`.
pub(super) fn verify(
    rules: &BlobRules,
    header: &Header,
    now: UnixTime,
    message: &[&[u8]],
    signature: &[u8],
    verifier: &dyn SignatureVerifier,
) -> Result<(), BlobError> {
    if !header.x5c.is_empty() {
        let chain = header
            .x5c
            .iter()
            .map(|der| Certificate::parse(der))
            .collect::<Result<Vec<_>, _>>()
            .map_err(BlobError::SignerCertificate)?;
        return verify_with(rules, header, &chain, now, message, signature, verifier);
    }
    // "If that attribute is missing as well, Metadata BLOB signing trust anchor is considered the BLOB signing certificate
    // chain." There can be several anchors; the error is that of the one that came furthest.
    let mut furthest = BlobError::SignerChain(ceremony::error::ChainFault::NoAnchors);
    for anchor in rules.anchors.iter() {
        let certificate = Certificate::parse(anchor.as_der()).map_err(BlobError::SignerCertificate)?;
        match verify_with(rules, header, &[certificate], now, message, signature, verifier) {
            Ok(()) => return Ok(()),
            Err(BlobError::Signature) => furthest = BlobError::Signature,
            Err(fault) if furthest != BlobError::Signature => furthest = fault,
            Err(_) => {}
        }
    }
    Err(furthest)
}

fn verify_with(
    rules: &BlobRules,
    header: &Header,
    chain: &[Certificate<'_>],
    now: UnixTime,
    message: &[&[u8]],
    signature: &[u8],
    verifier: &dyn SignatureVerifier,
) -> Result<(), BlobError> {
    let none = Revocations::default();
    let revocations = rules.revocations.as_ref().unwrap_or(&none);
    // The file is ignored "if the chain cannot be verified or if one of the chain certificates is revoked".
    let path =
        PathRules::new(now).validate(chain, &rules.anchors, revocations, verifier).map_err(BlobError::SignerChain)?;
    let signer = path.first().ok_or(BlobError::SignerChain(ceremony::error::ChainFault::Empty))?;
    if let Some(host) = &rules.host {
        let purposes = signer.extended_key_usage().map_err(BlobError::SignerCertificate)?;
        if !purposes.is_some_and(|purposes| purposes.contains(SERVER_AUTH)) {
            return Err(BlobError::SignerPurpose);
        }
        let names = signer.subject_alt_names().map_err(BlobError::SignerCertificate)?;
        if !names.is_some_and(|names| names.dns_names().any(|name| name.eq_ignore_ascii_case(host))) {
            return Err(BlobError::SignerName);
        }
    }
    let key = signer.public_key().map_err(BlobError::SignerCertificate)?;
    if !header.algorithm.suits(&key) {
        return Err(BlobError::SignerKey);
    }
    verifier.verify(header.algorithm.scheme(), key.material(), message, signature).map_err(|_| BlobError::Signature)
}
