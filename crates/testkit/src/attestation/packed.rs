//! Format `packed` (§8.2).

use super::{Made, Making, certificates};
use crate::{
    ca::TestCa,
    cbor::Cbor,
    certificate::{CertificateKey, CertificateSpec, Extension, Name},
    der,
    stage::Edit,
};

pub(super) fn make_self(making: &Making<'_>, edit: &mut dyn Edit) -> Made {
    let signed = making.sign(&making.credential_key, making.message(), edit);
    let statement = Cbor::Map(vec![
        (Cbor::from("alg"), Cbor::Int(making.credential_key.algorithm().cose_id())),
        (Cbor::from("sig"), Cbor::from(signed.signature.as_slice())),
    ]);
    Made { statement, signed: vec![signed] }
}

pub(super) fn make(making: &Making<'_>, edit: &mut dyn Edit) -> Made {
    let mut leaf = leaf(making.ca(), making.attestation_key(), making.aaguid);
    if let Some(serial) = &making.settings.enterprise_serial
        && making.is_enterprise
    {
        leaf.set_extension(Extension::new(Extension::FIDO_SERIAL, false, der::octet_string(serial)));
    }
    let x5c = making.x5c(leaf, edit);
    let signed = making.sign(making.attestation_key(), making.message(), edit);
    let statement = Cbor::Map(vec![
        (Cbor::from("alg"), Cbor::Int(signed.key.algorithm().cose_id())),
        (Cbor::from("sig"), Cbor::from(signed.signature.as_slice())),
        (Cbor::from("x5c"), certificates(x5c)),
    ]);
    Made { statement, signed: vec![signed] }
}

/// The attestation certificate of a model (§8.2.1), with the AAGUID extension.
pub(super) fn leaf(ca: &TestCa, key: &CertificateKey, aaguid: &[u8]) -> CertificateSpec {
    let mut leaf = ca.leaf(Name::attestation("Test Authenticator"), key);
    leaf.set_extension(Extension::aaguid(aaguid));
    leaf
}
