//! Faults of the attestation object.

use super::Fault;
use crate::{
    cbor::Cbor,
    stage::{Context, Stage},
};

pub(super) fn edit(fault: Fault, cx: &Context<'_>, stage: &mut Stage<'_>) {
    match stage {
        Stage::AttestationObject(object) => edit_object(fault, object),
        Stage::AttestationObjectBytes(bytes) => edit_bytes(fault, bytes),
        Stage::CredentialPublicKey(key) => edit_key(fault, cx, key),
        _ => {}
    }
}

fn edit_key(fault: Fault, cx: &Context<'_>, key: &mut Cbor) {
    match fault {
        Fault::HalfFloatAlgorithm => {
            key.set(3, Cbor::Raw(float(cx.algorithm.cose_id())));
        }
        Fault::HugeNegativeAlgorithm => key.set(3, Cbor::Raw([&[0x3b], [0xff; 8].as_slice()].concat())),
        _ => {}
    }
}

/// A small integer as a half float, or as a single one where the half has no room.
fn float(number: i64) -> Vec<u8> {
    let magnitude = number.unsigned_abs();
    // Ten bits of fraction hold every integer below 2048.
    if magnitude >= 2048 {
        return [&[0xfa], (number as f32).to_be_bytes().as_slice()].concat();
    }
    let exponent = magnitude.checked_ilog2().unwrap_or(0);
    let fraction = (magnitude << 10 >> exponent) & 0x3ff;
    let sign = if number < 0 { 0x8000 } else { 0 };
    let half = sign | u64::from(exponent + 15) << 10 | fraction;
    [&[0xf9], &half.to_be_bytes()[6..]].concat()
}

fn edit_bytes(fault: Fault, bytes: &mut Vec<u8>) {
    match fault {
        Fault::ObjectNotCbor => *bytes = b"{\"fmt\":\"none\"}".to_vec(),
        Fault::ObjectTruncated => {
            bytes.pop();
        }
        Fault::ObjectTrailingByte => bytes.push(0),
        Fault::ObjectIndefinite => {
            if let Some(head) = bytes.first_mut() {
                *head = 0xbf;
            }
            bytes.push(0xff);
        }
        _ => {}
    }
}

fn edit_object(fault: Fault, object: &mut Cbor) {
    let format = match object.entry("fmt") {
        Some(Cbor::Text(text)) => text.clone(),
        _ => String::new(),
    };
    match fault {
        Fault::ObjectArray => {
            if let Cbor::Map(entries) = object {
                *object = Cbor::Array(entries.drain(..).map(|(_, value)| value).collect());
            }
        }
        Fault::FormatMissing => object.remove("fmt"),
        Fault::FormatNotText => object.set("fmt", format.as_bytes()),
        Fault::StatementMissing => object.remove("attStmt"),
        Fault::StatementArray => object.set("attStmt", Cbor::Array(Vec::new())),
        Fault::AuthDataMissing => object.remove("authData"),
        Fault::AuthDataNotBytes => object.set("authData", "authenticator data"),
        Fault::AuthDataEmpty => object.set("authData", Vec::new()),
        Fault::ObjectDuplicateKey => insert(object, 1, Cbor::from("fmt"), Cbor::from(format.as_str())),
        Fault::FormatIndefinite => {
            let chunk = Cbor::from(format.as_str()).encode();
            object.set("fmt", Cbor::Raw([&[0x7f], chunk.as_slice(), &[0xff]].concat()));
        }
        Fault::ObjectTagged => *object = Cbor::Tag(55_799, Box::new(object.clone())),
        Fault::NonMinimalLength => {
            object.remove("fmt");
            insert(object, 0, Cbor::Raw(b"\x78\x03fmt".to_vec()), Cbor::from(format.as_str()));
        }
        Fault::UnsortedKeys => {
            if let Cbor::Map(entries) = object {
                entries.reverse();
            }
        }
        Fault::CborDepthBomb => {
            let mut nested = vec![0x81; 10_000];
            nested.push(0x80);
            object.set("attStmt", Cbor::Raw(nested));
        }
        Fault::HugeLength => object.set("authData", Cbor::Raw(vec![0x5b, 0x80, 0, 0, 0, 0, 0, 0, 0])),
        Fault::FormatInvalidUtf8 => object.set("fmt", Cbor::Raw(b"\x64non\xff".to_vec())),
        Fault::CtapIntegerKeys => {
            let value = |key: &str| object.entry(key).cloned().unwrap_or(Cbor::Null);
            *object = Cbor::Map(vec![
                (Cbor::Int(1), value("fmt")),
                (Cbor::Int(2), value("authData")),
                (Cbor::Int(3), value("attStmt")),
            ]);
        }
        Fault::ExtraObjectKey => insert(object, 1, Cbor::from("extra"), Cbor::from(true)),
        Fault::FormatUnknown => object.set("fmt", "unheard-of"),
        Fault::FormatWrongCase => object.set("fmt", format.to_uppercase().as_str()),
        Fault::FormatTooLong => object.set("fmt", "f".repeat(33).as_str()),
        Fault::FormatWithQuote => object.set("fmt", format!("{format}\"").as_str()),
        _ => {}
    }
}

fn insert(object: &mut Cbor, position: usize, key: Cbor, value: Cbor) {
    if let Cbor::Map(entries) = object {
        entries.insert(position.min(entries.len()), (key, value));
    }
}

#[cfg(test)]
mod tests {
    use super::float;

    #[test]
    fn floats_are_those_of_ieee_754() {
        assert_eq!(float(-7), [0xf9, 0xc7, 0x00]);
        assert_eq!(float(-8), [0xf9, 0xc8, 0x00]);
        assert_eq!(float(-257), [0xf9, 0xdc, 0x04]);
        assert_eq!(float(1), [0xf9, 0x3c, 0x00]);
        assert_eq!(float(-65_535), [0xfa, 0xc7, 0x7f, 0xff, 0x00]);
    }
}
