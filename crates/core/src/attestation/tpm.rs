//! Format `tpm` (WebAuthn §8.3): a TPM's key, certified by an attestation identity key (AIK) of the same TPM.
//!
//! `sig` is the bare signature in the form of its algorithm, as every client sends it and the specification's test vector
//! has it, although the text calls it a TPMT_SIGNATURE.

mod aik;
mod cert_info;
mod digest;
mod fields;
mod pub_area;
mod vendors;

use super::{Attested, Statement, malformed, read_x5c};
use crate::cbor::{Key, Reader};
use crate::cose::Algorithm;
use crate::credential::AttestationType;
use crate::error::RejectionReason;
use crate::x509::Certificate;
use alloc::vec::Vec;
use cert_info::CertInfo;
use pub_area::PubArea;

/// The members of the statement, `ver` aside.
struct Members<'a> {
    alg: i64,
    x5c: Vec<Certificate<'a>>,
    sig: &'a [u8],
    cert_info: &'a [u8],
    pub_area: &'a [u8],
}

pub(super) fn verify<'a>(statement: &Statement<'a>) -> Result<Attested<'a>, RejectionReason> {
    // "Verify that attStmt is valid CBOR conforming to the syntax defined above"
    let Members { alg, x5c, sig, cert_info, pub_area } = read(statement.statement)?;
    // "Verify that the public key specified by the parameters and unique fields of pubArea is identical to the
    // credentialPublicKey in the attestedCredentialData in authenticatorData."
    let public = PubArea::parse(pub_area)?;
    if !public.is_key(statement.key) {
        return Err(RejectionReason::AttestationKeyMismatch);
    }
    // "Verify that x5c is present." "Verify the sig is a valid signature over certInfo using the attestation public key
    // in aikCert with the algorithm specified in alg."
    let aik_cert = super::leaf(&x5c)?;
    super::verify_with_certificate(statement, aik_cert, alg, &[cert_info], sig)?;
    // "Verify that aikCert meets the requirements in § 8.3.1"
    aik::check(aik_cert, statement.rules).map_err(super::certificate)?;
    // "If aikCert contains an extension with OID 1.3.6.1.4.1.45724.1.1.4 (id-fido-gen-ce-aaguid) verify that the value
    // of this extension matches the aaguid in authenticatorData."
    super::aaguid_extension(aik_cert, statement.aaguid)?;
    // "Verify that magic is set to TPM_GENERATED_VALUE." "Verify that type is set to TPM_ST_ATTEST_CERTIFY."
    let certified = CertInfo::parse(cert_info)?;
    // "Concatenate authenticatorData and clientDataHash to form attToBeSigned." "Verify that extraData is set to the hash
    // of attToBeSigned using the hash algorithm employed in alg."
    let hash = Algorithm::from_id(alg).and_then(digest::of_algorithm).ok_or(RejectionReason::AttestationAlgorithm)?;
    if certified.extra_data != digest::digest(hash, &statement.signed()) {
        return Err(RejectionReason::AttestationBinding);
    }
    // "Verify that attested contains a TPMS_CERTIFY_INFO structure [...] whose name field contains a valid Name for
    // pubArea, as computed using the procedure specified in [TPMv2-Part1] section 16 using the nameAlg in the pubArea."
    if certified.name != public.name(statement.rules.allow_sha1)? {
        return Err(RejectionReason::AttestationBinding);
    }
    // "return implementation-specific values representing attestation type AttCA and attestation trust path x5c"
    Ok(Attested { attestation_type: AttestationType::AttCa, x5c })
}

fn read(statement: &[u8]) -> Result<Members<'_>, RejectionReason> {
    let mut from = Reader::new(statement);
    let (mut ver, mut alg, mut x5c, mut sig, mut cert_info, mut pub_area) = (None, None, None, None, None, None);
    for _ in 0..from.map().map_err(malformed)? {
        match from.key().map_err(malformed)? {
            Key::Text("ver") => ver = Some(from.text().map_err(malformed)?),
            Key::Text("alg") => alg = Some(from.int().map_err(malformed)?),
            Key::Text("x5c") => x5c = Some(read_x5c(&mut from)?),
            Key::Text("sig") => sig = Some(from.bytes().map_err(malformed)?),
            Key::Text("certInfo") => cert_info = Some(from.bytes().map_err(malformed)?),
            Key::Text("pubArea") => pub_area = Some(from.bytes().map_err(malformed)?),
            // `ecdaaKeyId` is of earlier levels; the CDDL of this one is closed.
            _ => return Err(RejectionReason::AttestationStatement),
        }
    }
    match (ver, alg, x5c, sig, cert_info, pub_area) {
        (Some("2.0"), Some(alg), Some(x5c), Some(sig), Some(cert_info), Some(pub_area)) if !sig.is_empty() => {
            Ok(Members { alg, x5c, sig, cert_info, pub_area })
        }
        _ => Err(RejectionReason::AttestationStatement),
    }
}

#[cfg(test)]
#[cfg(feature = "rustcrypto")]
mod tests;
