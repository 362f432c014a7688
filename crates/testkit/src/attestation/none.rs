//! Format `none`.

use super::Made;
use crate::cbor::Cbor;

pub(super) fn make() -> Made {
    Made { statement: Cbor::Map(Vec::new()), signed: Vec::new() }
}
