//! Format `fido-u2f` (WebAuthn §8.6): authenticators of the U2F protocol.

use super::{Attested, Statement, certificate, leaf, malformed, read_x5c};
use crate::cbor::{Key, Reader};
use crate::cose::{Algorithm, KeyMaterial};
use crate::credential::AttestationType;
use crate::error::{CertificateFault, RejectionReason};
use crate::ids::Aaguid;
use crate::proof::verify_signature;
use crate::verifier::Curve;
use crate::x509::{Certificate, SubjectPublicKey};
use alloc::vec::Vec;

pub(super) fn verify<'a>(statement: &Statement<'a>) -> Result<Attested<'a>, RejectionReason> {
    // "Verify that attStmt is valid CBOR conforming to the syntax defined above"
    let (x5c, sig) = read(statement.statement)?;
    // "Check that x5c has exactly one element and let attCert be that element."
    let [_] = x5c.as_slice() else { return Err(RejectionReason::AttestationStatement) };
    let certified = leaf(&x5c)?;
    // "If certificate public key is not an Elliptic Curve (EC) public key over the P-256 curve, terminate"
    let key = certified.public_key().map_err(certificate)?;
    if !matches!(key, SubjectPublicKey::Ec { curve: Curve::P256, .. }) {
        return Err(certificate(CertificateFault::KeyType));
    }
    // "Extract the claimed rpIdHash from authenticatorData, and the claimed credentialId and credentialPublicKey from
    // authenticatorData.attestedCredentialData." Beyond that: U2F knows ES256 alone, and names no make.
    if statement.key.algorithm() != Algorithm::Es256 {
        return Err(RejectionReason::AttestationAlgorithm);
    }
    if statement.rules.u2f_zero_aaguid && statement.aaguid != Aaguid::ZERO {
        return Err(RejectionReason::AttestationStatement);
    }
    // "Convert the COSE_KEY formatted credentialPublicKey to Raw ANSI X9.62 public key format": x and y are of 32 bytes,
    // and 0x04 stands before them
    let KeyMaterial::Ec2 { x, y } = statement.key.material() else {
        return Err(RejectionReason::AttestationKeyMismatch);
    };
    // "Let verificationData be the concatenation of (0x00 || rpIdHash || clientDataHash || credentialId || publicKeyU2F)"
    let verification_data: [&[u8]; 7] =
        [&[0x00], statement.auth_data.rp_id_hash(), statement.client_data_hash, statement.credential_id, &[0x04], x, y];
    // "Verify the sig using verificationData and the certificate public key per section 4.1.4 of [SEC1] with SHA-256"
    let scheme = Algorithm::Es256.scheme();
    verify_signature(statement.verifier, scheme, key.material(), &verification_data, sig)
        .map_err(|_| RejectionReason::AttestationSignature)?;
    // "return attestation type Basic, AttCA or uncertainty, and attestation trust path x5c"
    Ok(Attested { attestation_type: AttestationType::Basic, x5c })
}

fn read(statement: &[u8]) -> Result<(Vec<Certificate<'_>>, &[u8]), RejectionReason> {
    let mut from = Reader::new(statement);
    let (mut x5c, mut sig) = (None, None);
    for _ in 0..from.map().map_err(malformed)? {
        match from.key().map_err(malformed)? {
            Key::Text("x5c") => x5c = Some(read_x5c(&mut from)?),
            Key::Text("sig") => sig = Some(from.bytes().map_err(malformed)?),
            _ => return Err(RejectionReason::AttestationStatement),
        }
    }
    x5c.zip(sig.filter(|sig| !sig.is_empty())).ok_or(RejectionReason::AttestationStatement)
}
