//! Format `fido-u2f` (§8.6).

use super::{Made, Making, certificates};
use crate::{
    ca::TestCa,
    cbor::Cbor,
    certificate::{CertificateKey, CertificateSpec, Name},
    stage::{Edit, Stage},
};

pub(super) fn make(making: &Making<'_>, edit: &mut dyn Edit) -> Made {
    let mut leaf = leaf(making.ca(), making.attestation_key());
    edit.edit(making.cx, Stage::Certificate { depth: 0, message: &making.message(), spec: &mut leaf });
    // "0x00 || rpIdHash || clientDataHash || credentialId || publicKeyU2F"
    let rp_id_hash = &making.authenticator_data[..making.authenticator_data.len().min(32)];
    let key = making.credential_key.cose();
    let coordinate = |label: i64| match key.entry(label) {
        Some(Cbor::Bytes(bytes)) => bytes.clone(),
        _ => Vec::new(),
    };
    let message =
        [&[0], rp_id_hash, making.client_data_hash, making.credential_id, &[4], &coordinate(-2), &coordinate(-3)]
            .concat();
    let signed = making.sign(making.attestation_key(), message, edit);
    let statement = Cbor::Map(vec![
        (Cbor::from("sig"), Cbor::from(signed.signature.as_slice())),
        (Cbor::from("x5c"), certificates(vec![leaf.encode()])),
    ]);
    Made { statement, signed: vec![signed] }
}

/// The one certificate, which the root itself signs.
pub(super) fn leaf(ca: &TestCa, key: &CertificateKey) -> CertificateSpec {
    ca.leaf_of_root(Name::attestation("Test U2F Key"), key)
}
