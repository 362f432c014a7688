//! Format `packed`.

use crate::cbor::Cbor;

pub(super) const FORMAT: &str = "packed";

pub(super) fn self_statement(algorithm: i64, signature: Vec<u8>) -> Cbor {
    Cbor::Map(vec![(Cbor::from("alg"), Cbor::Int(algorithm)), (Cbor::from("sig"), Cbor::Bytes(signature))])
}
