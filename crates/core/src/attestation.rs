//! Attestation statements (WebAuthn §8): one file for each format.

mod none;
mod packed;

use crate::attestation_object::AttestationObject;
use crate::cose::CredentialPublicKey;
use crate::credential::AttestationType;
use crate::error::RejectionReason;
use crate::verifier::SignatureVerifier;

/// What every format's verification procedure is given.
pub(crate) struct Statement<'a> {
    /// The attStmt map, as checked CBOR.
    pub(crate) statement: &'a [u8],
    /// The authenticator data, exactly as received: signatures cover it.
    pub(crate) auth_data: &'a [u8],
    /// The hash of the client data.
    pub(crate) client_data_hash: &'a [u8; 32],
    /// The credential public key in the authenticator data.
    pub(crate) key: &'a CredentialPublicKey,
    pub(crate) verifier: &'a dyn SignatureVerifier,
}

/// A statement went through its format's verification procedure. Only [`verify`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AttestationVerified {
    attestation_type: AttestationType,
}

impl AttestationVerified {
    pub(crate) const fn attestation_type(&self) -> AttestationType {
        self.attestation_type
    }
}

/// The formats that this library verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    None,
    Packed,
}

impl Format {
    /// R21: the format, by a case-sensitive match of its identifier: at most 32 octets of visible ASCII without `"`
    /// and `\` (WebAuthn §8.1).
    pub(crate) fn identify(fmt: &str) -> Result<Self, RejectionReason> {
        match fmt {
            "none" => Ok(Self::None),
            "packed" => Ok(Self::Packed),
            _ => Err(RejectionReason::AttestationFormatUnknown),
        }
    }
}

/// R22: runs the format's verification procedure.
pub(crate) fn verify(
    format: Format,
    object: &AttestationObject,
    client_data_hash: &[u8; 32],
    key: &CredentialPublicKey,
    verifier: &dyn SignatureVerifier,
) -> Result<AttestationVerified, RejectionReason> {
    let statement = Statement {
        statement: &object.statement,
        auth_data: object.auth_data.as_bytes(),
        client_data_hash,
        key,
        verifier,
    };
    let attestation_type = match format {
        Format::None => none::verify(&statement),
        Format::Packed => packed::verify(&statement),
    }?;
    Ok(AttestationVerified { attestation_type })
}
