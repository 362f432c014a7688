//! Format `fido-u2f` (WebAuthn §8.6): an authenticator of the earlier U2F protocol, which signs in its own layout.

use super::{Attested, Statement, malformed, read_x5c};
use crate::cbor::{Key, Reader};
use crate::cose::{Algorithm, KeyMaterial};
use crate::credential::AttestationType;
use crate::error::{CertificateFault, RejectionReason};
use crate::ids::Aaguid;
use crate::verifier::Curve;
use crate::x509::{Certificate, SubjectPublicKey};
use alloc::vec::Vec;

pub(super) fn verify<'a>(statement: &Statement<'a>) -> Result<Attested<'a>, RejectionReason> {
    // "Verify that attStmt is valid CBOR conforming to the syntax defined above"
    let (sig, x5c) = read(statement.statement)?;
    // "Check that x5c has exactly one element and let attCert be that element."
    let [att_cert] = x5c.as_slice() else { return Err(RejectionReason::AttestationStatement) };
    // "If certificate public key is not an Elliptic Curve (EC) public key over the P-256 curve, terminate"
    let SubjectPublicKey::Ec { curve: Curve::P256, .. } = att_cert.public_key().map_err(super::certificate)? else {
        return Err(super::certificate(CertificateFault::KeyType));
    };
    // "Extract the claimed rpIdHash from authenticatorData, and the claimed credentialId and credentialPublicKey from
    // authenticatorData.attestedCredentialData."
    let rp_id_hash = statement.auth_data.rp_id_hash();
    // "Let x be the value corresponding to the "-2" key (representing x coordinate) in credentialPublicKey, and confirm
    // its size to be of 32 bytes.", and y likewise: a key of ES256 has no others. U2F knows no other algorithm.
    let (Algorithm::Es256, KeyMaterial::Ec2 { x, y }) = (statement.key.algorithm(), statement.key.material()) else {
        return Err(RejectionReason::AttestationAlgorithm);
    };
    // "Let publicKeyU2F be the concatenation 0x04 || x || y."
    // "Let verificationData be the concatenation of (0x00 || rpIdHash || clientDataHash || credentialId ||
    // publicKeyU2F)"
    let verification_data =
        [&[0x00], &rp_id_hash[..], statement.client_data_hash.get(), statement.credential_id, &[0x04], x, y];
    // "Verify the sig using verificationData and the certificate public key per section 4.1.4 of [SEC1] with SHA-256"
    super::verify_with_certificate(statement, att_cert, Algorithm::Es256.id(), &verification_data, sig)?;
    // Beyond the specification, by policy: U2F has no AAGUID, and its signature does not cover one.
    if statement.rules.u2f_zero_aaguid && statement.aaguid != Aaguid::ZERO {
        return Err(RejectionReason::AttestationBinding);
    }
    // "return implementation-specific values representing attestation type Basic, AttCA or uncertainty, and attestation
    // trust path x5c"
    Ok(Attested { attestation_type: AttestationType::Basic, x5c })
}

fn read(statement: &[u8]) -> Result<(&[u8], Vec<Certificate<'_>>), RejectionReason> {
    let mut from = Reader::new(statement);
    let (mut sig, mut x5c) = (None, None);
    for _ in 0..from.map().map_err(malformed)? {
        match from.key().map_err(malformed)? {
            Key::Text("sig") => sig = Some(from.bytes().map_err(malformed)?),
            Key::Text("x5c") => x5c = Some(read_x5c(&mut from)?),
            _ => return Err(RejectionReason::AttestationStatement),
        }
    }
    match (sig, x5c) {
        (Some(sig), Some(x5c)) if !sig.is_empty() => Ok((sig, x5c)),
        _ => Err(RejectionReason::AttestationStatement),
    }
}

#[cfg(test)]
#[cfg(feature = "rustcrypto")]
mod tests;
