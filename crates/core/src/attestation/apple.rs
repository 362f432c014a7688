//! Format `apple` (WebAuthn §8.8): anonymous attestation by Apple.
//!
//! The statement has no signature of its own: the nonce stands in a certificate. Without a path to Apple's root it
//! proves nothing, and it never counts as trusted then.

use super::{Attested, Statement, certificate, leaf, malformed, read_x5c, same_key};
use crate::cbor::{Key, Reader};
use crate::credential::AttestationType;
use crate::error::{CertificateFault, RejectionReason};
use crate::x509::{Certificate, Der, explicit};
use alloc::vec::Vec;
use der::Tag;
use sha2::{Digest, Sha256};

/// 1.2.840.113635.100.8.2
const NONCE_EXTENSION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x63, 0x64, 0x08, 0x02];

pub(super) fn verify<'a>(statement: &Statement<'a>) -> Result<Attested<'a>, RejectionReason> {
    // "Verify that attStmt is valid CBOR conforming to the syntax defined above"
    let x5c = read(statement.statement)?;
    let cred_cert = leaf(&x5c)?;
    // "Concatenate authenticatorData and clientDataHash to form nonceToHash."
    // "Perform SHA-256 hash of nonceToHash to produce nonce."
    let nonce = statement.signed().iter().fold(Sha256::new(), |hash, part| hash.chain_update(part)).finalize();
    // "Verify that nonce equals the value of the extension with OID 1.2.840.113635.100.8.2 in credCert."
    let claimed = nonce_of(cred_cert).map_err(|_| certificate(CertificateFault::FormatExtension))?;
    if claimed != &nonce[..] {
        return Err(RejectionReason::AttestationBinding);
    }
    // "Verify that the credential public key equals the Subject Public Key of credCert."
    same_key(&cred_cert.public_key().map_err(certificate)?, statement.key)?;
    // "return implementation-specific values representing attestation type Anonymization CA and attestation trust path"
    Ok(Attested { attestation_type: AttestationType::AnonCa, x5c })
}

/// `SEQUENCE { [1] EXPLICIT OCTET STRING }`
fn nonce_of<'a>(certificate: &Certificate<'a>) -> Result<&'a [u8], CertificateFault> {
    let extension = certificate.extension(NONCE_EXTENSION).ok_or(CertificateFault::FormatExtension)?;
    let mut outer = Der::new(extension.value());
    let mut sequence = outer.sequence()?;
    outer.end()?;
    let mut tagged = Der::new(sequence.contents(explicit(1))?);
    sequence.end()?;
    let nonce = tagged.contents(Tag::OctetString)?;
    tagged.end()?;
    Ok(nonce)
}

fn read(statement: &[u8]) -> Result<Vec<Certificate<'_>>, RejectionReason> {
    let mut from = Reader::new(statement);
    let mut x5c = None;
    for _ in 0..from.map().map_err(malformed)? {
        match from.key().map_err(malformed)? {
            Key::Text("x5c") => x5c = Some(read_x5c(&mut from)?),
            // Earlier drafts named the algorithm; devices still do.
            Key::Text("alg") => {
                from.skip().map_err(malformed)?;
            }
            _ => return Err(RejectionReason::AttestationStatement),
        }
    }
    x5c.ok_or(RejectionReason::AttestationStatement)
}
