//! Format `tpm` (§8.3).

mod structures;

pub use structures::{CertInfo, PubArea, PubParameters};

use super::{Made, Making, certificates};
use crate::{
    algorithm::Hash,
    ca::TestCa,
    cbor::Cbor,
    certificate::{CertificateKey, CertificateSpec, Extension, Name},
    der,
    stage::{Edit, Stage},
};

/// tcg-at-tpmManufacturer, -Model and -Version.
pub(crate) const MANUFACTURER: &str = "2.23.133.2.1";
pub(crate) const MODEL: &str = "2.23.133.2.2";
pub(crate) const VERSION: &str = "2.23.133.2.3";
/// tcg-kp-AIKCertificate.
const AIK_PURPOSE: &str = "2.23.133.8.3";

pub(super) fn make(making: &Making<'_>, edit: &mut dyn Edit) -> Made {
    let mut fields = PubArea::of(&making.credential_key.cose());
    edit.edit(making.cx, Stage::PubArea(&mut fields));
    let mut pub_area = fields.encode();
    edit.edit(making.cx, Stage::PubAreaBytes(&mut pub_area));

    // "the hash of attToBeSigned using the hash algorithm employed in alg"
    let hash = making.attestation_key().algorithm().hash().unwrap_or(Hash::Sha256);
    let mut cert_info = CertInfo::new(hash.digest(&making.message()), name(fields.name_alg, &pub_area));
    let message = making.message();
    edit.edit(making.cx, Stage::CertInfo { message: &message, pub_area: &pub_area, info: &mut cert_info });

    let x5c = making.x5c(leaf(making.ca(), making.attestation_key()), edit);
    let signed = making.sign(making.attestation_key(), cert_info.encode(), edit);
    let statement = Cbor::Map(vec![
        (Cbor::from("alg"), Cbor::Int(signed.key.algorithm().cose_id())),
        (Cbor::from("sig"), Cbor::from(signed.signature.as_slice())),
        (Cbor::from("ver"), Cbor::from("2.0")),
        (Cbor::from("x5c"), certificates(x5c)),
        (Cbor::from("pubArea"), Cbor::from(pub_area)),
        (Cbor::from("certInfo"), Cbor::from(signed.message.as_slice())),
    ]);
    Made { statement, signed: vec![signed] }
}

/// TPM_ALG_ID of a hash.
pub(crate) const fn hash_id(hash: Hash) -> u16 {
    match hash {
        Hash::Sha1 => 0x0004,
        Hash::Sha256 => 0x000b,
        Hash::Sha384 => 0x000c,
        Hash::Sha512 => 0x000d,
    }
}

/// The Name of an object: nameAlg, then its digest of the public area. SHA-256 stands in where nameAlg is no hash.
pub(crate) fn name(name_alg: u16, pub_area: &[u8]) -> Vec<u8> {
    let hash = [Hash::Sha1, Hash::Sha384, Hash::Sha512].into_iter().find(|&hash| hash_id(hash) == name_alg);
    [name_alg.to_be_bytes().to_vec(), hash.unwrap_or(Hash::Sha256).digest(pub_area)].concat()
}

/// The certificate of an attestation identity key (§8.3.1).
pub(super) fn leaf(ca: &TestCa, key: &CertificateKey) -> CertificateSpec {
    let mut leaf = ca.leaf(Name::empty(), key);
    leaf.set_extension(Extension::extended_key_usage(&[AIK_PURPOSE]));
    leaf.set_extension(Extension::directory_name(&device(), true));
    leaf
}

/// The TPM's own name, one attribute in each relative distinguished name.
pub(crate) fn device() -> Name {
    Name::empty()
        .with(MANUFACTURER, der::utf8_string("id:FFFFF1D0"))
        .with(MODEL, der::utf8_string("Test TPM"))
        .with(VERSION, der::utf8_string("id:00000001"))
}
