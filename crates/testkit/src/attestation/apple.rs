//! Format `apple`.

use super::maker::{Made, Maker, x5c};
use crate::{
    cbor::Cbor,
    certificate::{attribute, basic_constraints, extension, key_usage},
    der,
    stage::{Context, Edit},
    stream::sha256,
};

pub(super) fn make(maker: &Maker<'_>, cx: &Context<'_>, edit: &mut dyn Edit) -> Made {
    let mut leaf = maker.leaf("apple", maker.key);
    leaf.push_name(attribute::COMMON_NAME, der::utf8("Test Credential"));
    leaf.push_extension(extension::BASIC_CONSTRAINTS, true, basic_constraints(false, None));
    leaf.push_extension(extension::KEY_USAGE, true, key_usage(false));
    leaf.push_extension(extension::APPLE_NONCE, false, nonce(&sha256(&maker.message())));
    let chain = maker.chain(leaf, cx, edit);
    Made { statement: Cbor::Map(vec![(Cbor::from("x5c"), x5c(&chain))]), signature: None }
}

/// `SEQUENCE { [1] EXPLICIT OCTET STRING }`
pub(crate) fn nonce(hash: &[u8]) -> Vec<u8> {
    der::sequence([der::explicit(1, &der::octets(hash))])
}
