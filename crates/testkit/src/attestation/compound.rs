//! Format `compound`.

use super::Attestation;
use super::maker::{Made, Maker};
use crate::{
    cbor::Cbor,
    stage::{Context, Edit, Honest},
};

/// A packed statement with certificates, which faults may change, and an honest self attestation.
pub(super) fn make(maker: &Maker<'_>, cx: &Context<'_>, edit: &mut dyn Edit) -> Made {
    let certified = maker.make(Attestation::Packed, cx, edit);
    let own = maker.make(Attestation::PackedSelf, cx, &mut Honest);
    let elements = [certified.statement, own.statement].map(|statement| element("packed", statement));
    Made { statement: Cbor::Array(elements.into()), signature: certified.signature }
}

/// `{fmt, attStmt}`
pub(crate) fn element(fmt: &str, statement: Cbor) -> Cbor {
    Cbor::Map(vec![(Cbor::from("fmt"), Cbor::from(fmt)), (Cbor::from("attStmt"), statement)])
}
