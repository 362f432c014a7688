//! Format `none`.

use crate::cbor::Cbor;

pub(super) const FORMAT: &str = "none";

pub(super) fn statement() -> Cbor {
    Cbor::Map(Vec::new())
}
