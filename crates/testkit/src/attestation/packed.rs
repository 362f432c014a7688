//! Format `packed`.

use super::maker::{Made, Maker, x5c};
use crate::{
    cbor::Cbor,
    certificate::{CertificateSpec, attribute, basic_constraints, extension, key_usage},
    der,
    stage::{Context, Edit},
};

pub(super) fn self_attestation(maker: &Maker<'_>, cx: &Context<'_>, edit: &mut dyn Edit) -> Made {
    let signature = maker.sign(maker.key, &maker.message(), cx, edit);
    let statement = Cbor::Map(vec![
        (Cbor::from("alg"), Cbor::Int(maker.algorithm.cose_id())),
        (Cbor::from("sig"), Cbor::Bytes(signature.clone())),
    ]);
    Made { statement, signature: Some(signature) }
}

pub(super) fn with_certificate(maker: &Maker<'_>, cx: &Context<'_>, edit: &mut dyn Edit) -> Made {
    let key = maker.attestation_key();
    let mut leaf = maker.leaf("packed", &*key);
    subject(&mut leaf);
    leaf.push_extension(extension::BASIC_CONSTRAINTS, true, basic_constraints(false, None));
    leaf.push_extension(extension::KEY_USAGE, true, key_usage(false));
    leaf.push_extension(extension::FIDO_AAGUID, false, der::octets(&maker.aaguid));
    if let Some(serial) = maker.enterprise_serial {
        leaf.push_extension(extension::FIDO_SERIAL_NUMBER, false, der::octets(serial));
    }
    let chain = maker.chain(leaf, cx, edit);
    let signature = maker.sign(&*key, &maker.message(), cx, edit);
    let statement = Cbor::Map(vec![
        (Cbor::from("alg"), Cbor::Int(-7)),
        (Cbor::from("sig"), Cbor::Bytes(signature.clone())),
        (Cbor::from("x5c"), x5c(&chain)),
    ]);
    Made { statement, signature: Some(signature) }
}

/// The subject that packed leaves have (WebAuthn §8.2.1).
pub(super) fn subject(leaf: &mut CertificateSpec) {
    leaf.push_name(attribute::COUNTRY, der::printable("SE"));
    leaf.push_name(attribute::ORGANIZATION, der::utf8("Ceremony"));
    leaf.push_name(attribute::ORGANIZATIONAL_UNIT, der::utf8("Authenticator Attestation"));
    leaf.push_name(attribute::COMMON_NAME, der::utf8("Test Authenticator"));
}
