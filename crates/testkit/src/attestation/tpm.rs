//! Format `tpm`.

use super::maker::{Made, Maker, x5c};
use crate::{
    cbor::Cbor,
    certificate::{Attribute, basic_constraints, extension, key_usage, name},
    der,
    stage::{Context, Edit, Stage},
    stream::sha256,
};

/// tcg-kp-AIKCertificate
pub(crate) const AIK_CERTIFICATE: &[u32] = &[2, 23, 133, 8, 3];

/// `TPMS_ATTEST` before it becomes bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CertInfo {
    /// TPM_GENERATED_VALUE.
    pub magic: u32,
    /// TPM_ST_ATTEST_CERTIFY.
    pub kind: u16,
    /// The hash of authenticatorData ‖ clientDataHash.
    pub extra_data: Vec<u8>,
    /// The name of the certified key: its hash algorithm and its hash.
    pub name: Vec<u8>,
    /// Bytes behind the structure.
    pub trailing: Vec<u8>,
}

impl CertInfo {
    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend(self.magic.to_be_bytes());
        out.extend(self.kind.to_be_bytes());
        out.extend(buffer(&[]));
        out.extend(buffer(&self.extra_data));
        // clock, resetCount, restartCount, safe, firmwareVersion
        out.extend([0; 17]);
        out.extend([0x20; 8]);
        out.extend(buffer(&self.name));
        out.extend(buffer(&[]));
        out.extend(&self.trailing);
        out
    }
}

/// A TPM2B: a buffer behind its length.
pub(crate) fn buffer(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("buffers of a TPM are short");
    [&length.to_be_bytes(), bytes].concat()
}

/// `TPMT_PUBLIC` of a COSE key, with the name algorithm SHA-256; empty for a key that no TPM has.
pub(crate) fn pub_area(cose: &Cbor) -> Vec<u8> {
    let bytes = |label: i64| match cose.entry(label) {
        Some(Cbor::Bytes(bytes)) => bytes.clone(),
        _ => Vec::new(),
    };
    // nameAlg SHA-256, objectAttributes, no authPolicy, no symmetric algorithm, no scheme
    let common = [0x00, 0x0b, 0x00, 0x06, 0x04, 0x72, 0x00, 0x00, 0x00, 0x10, 0x00, 0x10];
    match cose.entry(1) {
        Some(Cbor::Int(2)) => {
            let curve: u16 = match cose.entry(-1) {
                Some(Cbor::Int(2)) => 4,
                Some(Cbor::Int(3)) => 5,
                _ => 3,
            };
            [&[0x00, 0x23], &common[..], &curve.to_be_bytes(), &[0x00, 0x10], &buffer(&bytes(-2)), &buffer(&bytes(-3))]
                .concat()
        }
        Some(Cbor::Int(3)) => {
            let n = bytes(-1);
            let bits = u16::try_from(n.len() * 8).expect("an RSA modulus of a test is short");
            // The exponent 65537 is written as zero.
            [&[0x00, 0x01], &common[..], &bits.to_be_bytes(), &[0; 4], &buffer(&n)].concat()
        }
        _ => Vec::new(),
    }
}

pub(super) fn make(maker: &Maker<'_>, cx: &Context<'_>, edit: &mut dyn Edit) -> Made {
    let mut pub_area = pub_area(&maker.key.cose());
    edit.edit(cx, Stage::PubArea(&mut pub_area));
    let mut cert_info = CertInfo {
        magic: 0xff54_4347,
        kind: 0x8017,
        extra_data: sha256(&maker.message()),
        name: [&[0x00, 0x0b], sha256(&pub_area).as_slice()].concat(),
        trailing: Vec::new(),
    };
    edit.edit(cx, Stage::CertInfo(&mut cert_info));
    let cert_info = cert_info.encode();

    let key = maker.attestation_key();
    let mut leaf = maker.leaf("aik", &*key);
    leaf.push_extension(extension::SUBJECT_ALT_NAME, true, subject_alt_name(true));
    leaf.push_extension(extension::BASIC_CONSTRAINTS, true, basic_constraints(false, None));
    leaf.push_extension(extension::KEY_USAGE, true, key_usage(false));
    leaf.push_extension(extension::EXTENDED_KEY_USAGE, false, der::sequence([der::oid(AIK_CERTIFICATE)]));
    leaf.push_extension(extension::FIDO_AAGUID, false, der::octets(&maker.aaguid));
    let chain = maker.chain(leaf, cx, edit);
    let signature = maker.sign(&*key, &cert_info, cx, edit);
    let statement = Cbor::Map(vec![
        (Cbor::from("alg"), Cbor::Int(-7)),
        (Cbor::from("sig"), Cbor::Bytes(signature.clone())),
        (Cbor::from("ver"), Cbor::from("2.0")),
        (Cbor::from("x5c"), x5c(&chain)),
        (Cbor::from("pubArea"), Cbor::Bytes(pub_area)),
        (Cbor::from("certInfo"), Cbor::Bytes(cert_info)),
    ]);
    Made { statement, signature: Some(signature) }
}

/// Manufacturer, model and version, in one relative name or in three.
pub(crate) fn subject_alt_name(in_one: bool) -> Vec<u8> {
    subject_alt_name_of(&tpm_attributes(), in_one)
}

/// tcg-at-tpmManufacturer, tcg-at-tpmModel, tcg-at-tpmVersion
pub(crate) fn tpm_attributes() -> Vec<Attribute> {
    [(1, "id:494E5443"), (2, "Test TPM"), (3, "id:00010002")]
        .into_iter()
        .map(|(last, text)| Attribute { oid: vec![2, 23, 133, 2, last], value: der::utf8(text) })
        .collect()
}

pub(crate) fn subject_alt_name_of(attributes: &[Attribute], in_one: bool) -> Vec<u8> {
    let relative: Vec<Vec<Attribute>> = if in_one {
        vec![attributes.to_vec()]
    } else {
        attributes.iter().map(|attribute| vec![attribute.clone()]).collect()
    };
    der::sequence([der::explicit(4, &name(&relative))])
}
