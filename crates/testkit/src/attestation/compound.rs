//! Format `compound` (§8.9).

use super::{Made, Making};
use crate::{cbor::Cbor, stage::Edit};

pub(super) fn make(making: &Making<'_>, edit: &mut dyn Edit) -> Made {
    let mut signed = Vec::new();
    let mut parts = Vec::new();
    // A compound statement holds no compound one, and a list that says otherwise would not end.
    for &part in making.settings.compound.iter().filter(|&&part| part != super::Attestation::Compound) {
        let made = making.make(part, edit);
        signed.extend(made.signed);
        parts.push(Cbor::Map(vec![
            (Cbor::from("fmt"), Cbor::from(part.format())),
            (Cbor::from("attStmt"), made.statement),
        ]));
    }
    Made { statement: Cbor::Array(parts), signed }
}
