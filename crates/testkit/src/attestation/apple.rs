//! Format `apple` (§8.8).

use super::{Made, Making, certificates};
use crate::{
    cbor::Cbor,
    certificate::{Extension, Name},
    der,
    stage::Edit,
    stream::sha256,
};

pub(super) fn make(making: &Making<'_>, edit: &mut dyn Edit) -> Made {
    let subject = Name::empty()
        .with(Name::COMMON_NAME, der::utf8_string("a test device"))
        .with(Name::ORGANIZATIONAL_UNIT, der::utf8_string("AAA Certification"))
        .with(Name::ORGANIZATION, der::utf8_string("Apple Inc."));
    let mut leaf = making.ca().leaf(subject, &making.credential_key);
    leaf.set_extension(nonce(&sha256(&making.message())));
    let x5c = making.x5c(leaf, edit);
    Made { statement: Cbor::Map(vec![(Cbor::from("x5c"), certificates(x5c))]), signed: Vec::new() }
}

/// The extension that ties the certificate to the registration.
pub(crate) fn nonce(nonce: &[u8]) -> Extension {
    let value = der::sequence(&[der::explicit(1, &der::octet_string(nonce))]);
    Extension::new(Extension::APPLE_NONCE, false, value)
}
