//! Format `packed` (WebAuthn §8.2): self attestation, or a certificate of the authenticator's make.

mod leaf;

use super::{Attested, Statement, malformed, read_x5c};
use crate::cbor::{Key, Reader};
use crate::credential::AttestationType;
use crate::error::RejectionReason;
use crate::proof::verify_signature;
use crate::x509::Certificate;
use alloc::vec::Vec;

/// The members of the statement.
struct Members<'a> {
    alg: i64,
    sig: &'a [u8],
    x5c: Option<Vec<Certificate<'a>>>,
}

pub(super) fn verify<'a>(statement: &Statement<'a>) -> Result<Attested<'a>, RejectionReason> {
    // "Verify that attStmt is valid CBOR conforming to the syntax defined above"
    let members = read(statement.statement)?;
    match members.x5c {
        // "If x5c is present"
        Some(x5c) => by_certificate(statement, members.alg, members.sig, x5c),
        // "If x5c is not present, self attestation is in use."
        None => by_credential_key(statement, members.alg, members.sig),
    }
}

fn by_certificate<'a>(
    statement: &Statement<'a>,
    alg: i64,
    sig: &[u8],
    x5c: Vec<Certificate<'a>>,
) -> Result<Attested<'a>, RejectionReason> {
    let certificate = super::leaf(&x5c)?;
    // "Verify that sig is a valid signature over the concatenation of authenticatorData and clientDataHash using the
    // attestation public key in attestnCert with the algorithm specified in alg."
    super::verify_with_certificate(statement, certificate, alg, &statement.signed(), sig)?;
    // "Verify that attestnCert meets the requirements in § 8.2.1"
    leaf::check(certificate, statement)?;
    // "If attestnCert contains an extension with OID 1.3.6.1.4.1.45724.1.1.4 (id-fido-gen-ce-aaguid) verify that the
    // value of this extension matches the aaguid in authenticatorData."
    super::aaguid_extension(certificate, statement.aaguid)?;
    // "return implementation-specific values representing attestation type Basic, AttCA or uncertainty"
    Ok(Attested { attestation_type: AttestationType::Basic, x5c })
}

fn by_credential_key<'a>(statement: &Statement<'a>, alg: i64, sig: &[u8]) -> Result<Attested<'a>, RejectionReason> {
    // "Validate that alg matches the algorithm of the credentialPublicKey in authenticatorData."
    if alg != statement.key.algorithm().id() {
        return Err(RejectionReason::AttestationAlgorithm);
    }
    // "Verify that sig is a valid signature over the concatenation of authenticatorData and clientDataHash using the
    // credential public key with alg."
    verify_signature(
        statement.verifier,
        statement.key.algorithm().scheme(),
        statement.key.material(),
        &statement.signed(),
        sig,
    )
    .map_err(|_| RejectionReason::AttestationSignature)?;
    Ok(Attested::bare(AttestationType::SelfAttestation))
}

fn read(statement: &[u8]) -> Result<Members<'_>, RejectionReason> {
    let mut from = Reader::new(statement);
    let (mut alg, mut sig, mut x5c) = (None, None, None);
    for _ in 0..from.map().map_err(malformed)? {
        match from.key().map_err(malformed)? {
            Key::Text("alg") => alg = Some(from.int().map_err(malformed)?),
            Key::Text("sig") => sig = Some(from.bytes().map_err(malformed)?),
            // An empty array is malformed, never self attestation.
            Key::Text("x5c") => x5c = Some(read_x5c(&mut from)?),
            // `ecdaaKeyId` is of earlier levels; the CDDL of this one is closed.
            _ => return Err(RejectionReason::AttestationStatement),
        }
    }
    match (alg, sig) {
        (Some(alg), Some(sig)) if !sig.is_empty() => Ok(Members { alg, sig, x5c }),
        _ => Err(RejectionReason::AttestationStatement),
    }
}
