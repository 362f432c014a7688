//! Faults of the attestation statement: packed self, and none.

use super::Fault;
use crate::{
    cbor::Cbor,
    stage::{Context, Stage},
};

pub(super) fn edit(fault: Fault, cx: &Context<'_>, stage: &mut Stage<'_>) {
    match stage {
        Stage::AttestationStatement(statement) => edit_statement(fault, cx, statement),
        Stage::Signature { message, signature } if fault == Fault::PackedSigWrong => {
            **signature = cx.other_key.sign(message);
        }
        _ => {}
    }
}

fn edit_statement(fault: Fault, cx: &Context<'_>, statement: &mut Cbor) {
    let x5c = match fault {
        Fault::PackedEmpty => {
            *statement = Cbor::Map(Vec::new());
            return;
        }
        Fault::PackedAlgMissing => return statement.remove("alg"),
        Fault::PackedAlgText => return statement.set("alg", "ES256"),
        Fault::PackedSigMissing => return statement.remove("sig"),
        Fault::PackedSigNotBytes => return statement.set("sig", "signature"),
        Fault::PackedSigEmpty => return statement.set("sig", Vec::new()),
        Fault::PackedAlgDiffers => {
            return statement.set("alg", if cx.algorithm.cose_id() == -7 { -257 } else { -7 });
        }
        Fault::PackedEcdaa => {
            return statement.push("ecdaaKeyId", cx.stream.draw("an ECDAA key id", 16));
        }
        Fault::NoneNotEmpty => return statement.push("alg", cx.algorithm.cose_id()),
        Fault::PackedX5cNotArray => Cbor::Bytes(cx.stream.draw("no certificate", 64)),
        Fault::PackedX5cEmpty => Cbor::Array(Vec::new()),
        Fault::PackedX5cEntryNotBytes => Cbor::Array(vec![Cbor::from("certificate")]),
        Fault::PackedX5cEntryEmpty => Cbor::Array(vec![Cbor::Bytes(Vec::new())]),
        Fault::PackedX5cEntryGarbage => Cbor::Array(vec![Cbor::Bytes(cx.stream.draw("no certificate", 64))]),
        _ => return,
    };
    statement.push("x5c", x5c);
}
