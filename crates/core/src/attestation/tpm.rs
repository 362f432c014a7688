//! Format `tpm` (WebAuthn §8.3): a Trusted Platform Module certifies the credential key.

mod aik;
mod cert_info;
mod pub_area;
mod structure;
mod vendors;

use super::{Attested, Statement, aaguid_extension, leaf, malformed, read_x5c, verify_with_certificate};
use crate::cbor::{Key, Reader};
use crate::cose::Algorithm;
use crate::credential::AttestationType;
use crate::error::RejectionReason;
use crate::verifier::{Hash, SignatureScheme};
use crate::x509::Certificate;
use alloc::vec::Vec;
use cert_info::CertInfo;
use pub_area::PubArea;
use structure::digest;

/// The members of the statement.
struct Members<'a> {
    alg: i64,
    sig: &'a [u8],
    x5c: Vec<Certificate<'a>>,
    cert_info: &'a [u8],
    pub_area: &'a [u8],
}

pub(super) fn verify<'a>(statement: &Statement<'a>) -> Result<Attested<'a>, RejectionReason> {
    // "Verify that attStmt is valid CBOR conforming to the syntax defined above"
    let members = read(statement.statement)?;
    // "Verify that the public key specified by the parameters and unique fields of pubArea is identical to the
    // credentialPublicKey in the attestedCredentialData in authenticatorData."
    let pub_area = PubArea::read(members.pub_area).ok_or(RejectionReason::AttestationStatement)?;
    if !pub_area.is_key(statement.key) {
        return Err(RejectionReason::AttestationKeyMismatch);
    }
    // "Validate that certInfo is valid": that the AIK signed it comes first, so that nothing in it is used before
    let aik = leaf(&members.x5c)?;
    // "Verify the sig is a valid signature over certInfo using the attestation public key in aikCert with the algorithm
    // specified in alg." The text calls it a TPMT_SIGNATURE; what TPMs' clients send, as the specification's own
    // vectors do, is the signature alone.
    verify_with_certificate(statement, aik, members.alg, &[members.cert_info], members.sig)?;
    // "Verify that aikCert meets the requirements in § 8.3.1"
    aik::check(aik, statement.rules.tpm_known_vendor)?;
    // "If aikCert contains an extension with OID 1.3.6.1.4.1.45724.1.1.4 (id-fido-gen-ce-aaguid) verify that the value
    // of this extension matches the aaguid in authenticatorData."
    aaguid_extension(aik, statement.aaguid)?;

    // "Verify that magic is set to TPM_GENERATED_VALUE", "that type is set to TPM_ST_ATTEST_CERTIFY"
    let cert_info = CertInfo::read(members.cert_info).ok_or(RejectionReason::AttestationStatement)?;
    // "Concatenate authenticatorData and clientDataHash to form attToBeSigned."
    // "Verify that extraData is set to the hash of attToBeSigned using the hash algorithm employed in alg."
    let hash = hash_of(members.alg).ok_or(RejectionReason::AttestationAlgorithm)?;
    if cert_info.extra_data != digest(hash, &statement.signed()) {
        return Err(RejectionReason::AttestationBinding);
    }
    // "Verify that attested contains a TPMS_CERTIFY_INFO structure, whose name field contains a valid Name for pubArea,
    // as computed using the procedure specified in [TPMv2-Part1] section 16 using the nameAlg in the pubArea."
    let name_hash = pub_area.name_hash().filter(|hash| *hash != Hash::Sha1 || statement.rules.allow_sha1);
    let name_hash = name_hash.ok_or(RejectionReason::AttestationAlgorithm)?;
    if cert_info.name_alg != pub_area.name_alg || cert_info.name_digest != digest(name_hash, &[members.pub_area]) {
        return Err(RejectionReason::AttestationBinding);
    }
    // "return implementation-specific values representing attestation type AttCA and attestation trust path x5c"
    Ok(Attested { attestation_type: AttestationType::AttCa, x5c: members.x5c })
}

/// The hash that a signature algorithm employs.
fn hash_of(alg: i64) -> Option<Hash> {
    match Algorithm::from_id(alg)?.scheme() {
        SignatureScheme::Ecdsa(_, hash) | SignatureScheme::RsaPkcs1(hash) | SignatureScheme::RsaPss(hash) => Some(hash),
        _ => None,
    }
}

fn read(statement: &[u8]) -> Result<Members<'_>, RejectionReason> {
    let mut from = Reader::new(statement);
    let (mut ver, mut alg, mut sig, mut x5c, mut cert_info, mut pub_area) = (None, None, None, None, None, None);
    for _ in 0..from.map().map_err(malformed)? {
        match from.key().map_err(malformed)? {
            Key::Text("ver") => ver = Some(from.text().map_err(malformed)?),
            Key::Text("alg") => alg = Some(from.int().map_err(malformed)?),
            Key::Text("sig") => sig = Some(from.bytes().map_err(malformed)?),
            Key::Text("x5c") => x5c = Some(read_x5c(&mut from)?),
            Key::Text("certInfo") => cert_info = Some(from.bytes().map_err(malformed)?),
            Key::Text("pubArea") => pub_area = Some(from.bytes().map_err(malformed)?),
            _ => return Err(RejectionReason::AttestationStatement),
        }
    }
    match (ver, alg, sig, x5c, cert_info, pub_area) {
        (Some("2.0"), Some(alg), Some(sig), Some(x5c), Some(cert_info), Some(pub_area)) if !sig.is_empty() => {
            Ok(Members { alg, sig, x5c, cert_info, pub_area })
        }
        _ => Err(RejectionReason::AttestationStatement),
    }
}
