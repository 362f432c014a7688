//! Format `apple` (WebAuthn §8.8): a certificate for this one credential, from Apple's anonymisation CA.
//!
//! The statement has no signature of its own: without a chain to Apple's root it proves nothing.

use super::{Attested, Statement, certified_key, malformed, read_x5c};
use crate::cbor::{Key, Reader};
use crate::credential::AttestationType;
use crate::error::{CertificateFault, RejectionReason};
use crate::x509::{Certificate, Der, explicit};
use alloc::vec::Vec;
use der::Tag;
use sha2::{Digest, Sha256};

/// 1.2.840.113635.100.8.2
const NONCE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x63, 0x64, 0x08, 0x02];

pub(super) fn verify<'a>(statement: &Statement<'a>) -> Result<Attested<'a>, RejectionReason> {
    // "Verify that attStmt is valid CBOR conforming to the syntax defined above"
    let x5c = read(statement.statement)?;
    let cred_cert = super::leaf(&x5c)?;
    // "Concatenate authenticatorData and clientDataHash to form nonceToHash. Perform SHA-256 hash of nonceToHash to
    // produce nonce."
    let mut nonce = Sha256::new();
    statement.signed().iter().for_each(|part| nonce.update(part));
    // "Verify that nonce equals the value of the extension with OID 1.2.840.113635.100.8.2 in credCert."
    if *certified_nonce(cred_cert)? != nonce.finalize()[..] {
        return Err(RejectionReason::AttestationBinding);
    }
    // "Verify that the credential public key equals the Subject Public Key of credCert."
    certified_key::is_of_credential(cred_cert, statement.key)?;
    // "return implementation-specific values representing attestation type Anonymization CA and attestation trust path
    // x5c"
    Ok(Attested { attestation_type: AttestationType::AnonCa, x5c })
}

fn read(statement: &[u8]) -> Result<Vec<Certificate<'_>>, RejectionReason> {
    let mut from = Reader::new(statement);
    let mut x5c = None;
    for _ in 0..from.map().map_err(malformed)? {
        match from.key().map_err(malformed)? {
            Key::Text("x5c") => x5c = Some(read_x5c(&mut from)?),
            // Sent by earlier systems, never read by the procedure.
            Key::Text("alg") => drop(from.skip().map_err(malformed)?),
            _ => return Err(RejectionReason::AttestationStatement),
        }
    }
    x5c.ok_or(RejectionReason::AttestationStatement)
}

/// The nonce that the CA put into the certificate: `SEQUENCE { [1] EXPLICIT OCTET STRING }`.
fn certified_nonce<'a>(certificate: &Certificate<'a>) -> Result<&'a [u8], RejectionReason> {
    let extension = certificate.extension(NONCE).ok_or(CertificateFault::FormatExtension);
    extension
        .and_then(|extension| read_nonce(extension.value()).map_err(|_| CertificateFault::FormatExtension))
        .map_err(super::certificate)
}

fn read_nonce(value: &[u8]) -> Result<&[u8], CertificateFault> {
    let mut outer = Der::new(value);
    let mut sequence = outer.sequence()?;
    outer.end()?;
    let mut tagged = Der::new(sequence.contents(explicit(1))?);
    sequence.end()?;
    let nonce = tagged.contents(Tag::OctetString)?;
    tagged.end()?;
    Ok(nonce)
}

#[cfg(test)]
#[cfg(feature = "rustcrypto")]
mod tests;
