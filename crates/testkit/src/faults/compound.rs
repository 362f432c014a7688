//! Faults of compound attestation.

use super::{Fault, flip_last_bit};
use crate::{
    cbor::Cbor,
    stage::{Context, Stage},
};

pub(super) fn edit(fault: Fault, cx: &Context<'_>, stage: &mut Stage<'_>) {
    match stage {
        Stage::Signature { message, signature } if fault == Fault::CompoundAllWrong => {
            **signature = cx.sign_wrongly(message);
        }
        Stage::AttestationStatement(statement) => edit_statement(fault, statement),
        _ => {}
    }
}

fn edit_statement(fault: Fault, statement: &mut Cbor) {
    let Cbor::Array(parts) = statement else { return };
    let Some(first) = parts.first_mut() else { return };
    match fault {
        Fault::CompoundMap => *statement = first.entry("attStmt").cloned().unwrap_or(Cbor::Null),
        Fault::CompoundOfOne => parts.truncate(1),
        Fault::CompoundNested => {
            // Of format none, so that the depth of the object is no second fault.
            let none = Cbor::Map(vec![
                (Cbor::from("fmt"), Cbor::from("none")),
                (Cbor::from("attStmt"), Cbor::Map(Vec::new())),
            ]);
            let inner = Cbor::Array(vec![none.clone(), none]);
            parts[0] = Cbor::Map(vec![(Cbor::from("fmt"), Cbor::from("compound")), (Cbor::from("attStmt"), inner)]);
        }
        Fault::CompoundNoFormat => first.remove("fmt"),
        Fault::CompoundNoStatement => first.remove("attStmt"),
        Fault::CompoundUnknownFormat => first.set("fmt", "unheard-of"),
        Fault::CompoundOneWrong => {
            if let Some(Cbor::Bytes(signature)) = first.entry("attStmt").and_then(|inner| inner.entry("sig")) {
                let (mut signature, mut inner) =
                    (signature.clone(), first.entry("attStmt").cloned().unwrap_or(Cbor::Null));
                flip_last_bit(&mut signature);
                inner.set("sig", signature);
                first.set("attStmt", inner);
            }
        }
        _ => {}
    }
}
