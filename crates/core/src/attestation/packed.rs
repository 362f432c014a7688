//! Format `packed` (WebAuthn §8.2): self attestation.

use super::Statement;
use crate::cbor::{Key, Reader};
use crate::credential::AttestationType;
use crate::error::RejectionReason;
use crate::proof::verify_signature;

/// The members of the statement.
struct Members<'a> {
    alg: i64,
    sig: &'a [u8],
}

pub(super) fn verify(statement: &Statement<'_>) -> Result<AttestationType, RejectionReason> {
    // "Verify that attStmt is valid CBOR conforming to the syntax defined above"
    let members = read(statement.statement)?;
    // x5c is not there, so that self attestation is in use:
    // "Validate that alg matches the algorithm of the credentialPublicKey in authenticatorData."
    if members.alg != statement.key.algorithm().id() {
        return Err(RejectionReason::AttestationAlgorithm);
    }
    // "Verify that sig is a valid signature over the concatenation of authenticatorData and clientDataHash using the
    // credential public key with alg."
    verify_signature(
        statement.verifier,
        statement.key.algorithm(),
        statement.key.material(),
        &[statement.auth_data, statement.client_data_hash],
        members.sig,
    )
    .map_err(|_| RejectionReason::AttestationSignature)?;
    Ok(AttestationType::SelfAttestation)
}

fn read(statement: &[u8]) -> Result<Members<'_>, RejectionReason> {
    let wrong = |_| RejectionReason::AttestationStatement;
    let mut from = Reader::new(statement);
    let (mut alg, mut sig) = (None, None);
    for _ in 0..from.map().map_err(wrong)? {
        match from.key().map_err(wrong)? {
            Key::Text("alg") => alg = Some(from.int().map_err(wrong)?),
            Key::Text("sig") => sig = Some(from.bytes().map_err(wrong)?),
            // Certificates need a chain to judge them by; until then a statement with them counts as of an unknown
            // format, never as self attestation.
            Key::Text("x5c") => return Err(RejectionReason::AttestationFormatUnknown),
            // `ecdaaKeyId` is of earlier levels; the CDDL of this one is closed.
            _ => return Err(RejectionReason::AttestationStatement),
        }
    }
    match (alg, sig) {
        (Some(alg), Some(sig)) if !sig.is_empty() => Ok(Members { alg, sig }),
        _ => Err(RejectionReason::AttestationStatement),
    }
}
