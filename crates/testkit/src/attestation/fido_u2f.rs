//! Format `fido-u2f`.

use super::maker::{Made, Maker, x5c};
use crate::{
    cbor::Cbor,
    certificate::attribute,
    der,
    stage::{Context, Edit, Stage},
};

pub(super) fn make(maker: &Maker<'_>, cx: &Context<'_>, edit: &mut dyn Edit) -> Made {
    let key = maker.attestation_key();
    let mut leaf = maker.leaf("u2f", &*key);
    leaf.push_name(attribute::COMMON_NAME, der::utf8("Test U2F"));
    edit.edit(cx, Stage::Certificate(&mut leaf));
    // Exactly one certificate, so that the root itself has issued it.
    let mut chain = vec![maker.ca.issued_by_root(&leaf)];
    edit.edit(cx, Stage::Chain { leaf: &leaf, chain: &mut chain });
    let cose = maker.key.cose();
    let coordinate = |label: i64| match cose.entry(label) {
        Some(Cbor::Bytes(bytes)) => bytes.clone(),
        _ => Vec::new(),
    };
    let rp_id_hash = maker.authenticator_data.get(..32).unwrap_or_default();
    let mut message = [
        &[0x00],
        rp_id_hash,
        &maker.client_data_hash(),
        maker.credential_id,
        &[0x04],
        &coordinate(-2),
        &coordinate(-3),
    ]
    .concat();
    edit.edit(cx, Stage::SignedData(&mut message));
    let signature = maker.sign(&*key, &message, cx, edit);
    let statement =
        Cbor::Map(vec![(Cbor::from("sig"), Cbor::Bytes(signature.clone())), (Cbor::from("x5c"), x5c(&chain))]);
    Made { statement, signature: Some(signature) }
}
