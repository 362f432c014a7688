//! Format `none`.

use crate::cbor::Cbor;

pub(super) fn statement() -> Cbor {
    Cbor::Map(Vec::new())
}
