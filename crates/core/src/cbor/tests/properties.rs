//! Any value, and any bytes.

use super::LIMITS;
use crate::cbor::{CborFault, Checked, Reader, check, check_all};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use proptest::prelude::*;

/// A value and its canonical form, written here and not by the code under test.
#[derive(Clone, Debug)]
enum Value {
    Int(i64),
    Bytes(Vec<u8>),
    Text(String),
    Bool(bool),
    Array(Vec<Value>),
    Map(Vec<(Box<Value>, Value)>),
}

fn head(out: &mut Vec<u8>, major: u8, argument: u64, extra: usize) {
    let widths = [(0_u64, 0_usize), (24, 1), (0x100, 2), (0x1_0000, 4), (0x1_0000_0000, 8)];
    let shortest = widths.iter().rposition(|(from, _)| argument >= *from).unwrap();
    let (_, width) = widths[(shortest + extra).min(4)];
    let info = match width {
        0 => u8::try_from(argument).unwrap(),
        1 => 24,
        2 => 25,
        4 => 26,
        _ => 27,
    };
    out.push(major << 5 | info);
    out.extend_from_slice(&argument.to_be_bytes()[8 - width..]);
}

fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Int(value) if *value >= 0 => head(out, 0, value.unsigned_abs(), 0),
        Value::Int(value) => head(out, 1, (!value).unsigned_abs(), 0),
        Value::Bytes(value) => {
            head(out, 2, u64::try_from(value.len()).unwrap(), 0);
            out.extend_from_slice(value);
        }
        Value::Text(value) => {
            head(out, 3, u64::try_from(value.len()).unwrap(), 0);
            out.extend_from_slice(value.as_bytes());
        }
        Value::Bool(value) => out.push(if *value { 0xf5 } else { 0xf4 }),
        Value::Array(values) => {
            head(out, 4, u64::try_from(values.len()).unwrap(), 0);
            values.iter().for_each(|value| write(value, out));
        }
        Value::Map(entries) => {
            head(out, 5, u64::try_from(entries.len()).unwrap(), 0);
            for (key, value) in entries {
                write(key, out);
                write(value, out);
            }
        }
    }
}

fn bytes_of(value: &Value) -> Vec<u8> {
    let mut out = vec![];
    write(value, &mut out);
    out
}

fn any_key() -> impl Strategy<Value = Value> {
    prop_oneof![
        (-40_i64..40).prop_map(Value::Int),
        any::<i64>().prop_map(Value::Int),
        "[a-c]{0,3}".prop_map(Value::Text),
    ]
}

/// A map with distinct keys in the given order.
fn map_of(entries: Vec<(Value, Value)>, sorted: bool) -> Value {
    let mut entries: Vec<(Box<Value>, Value)> =
        entries.into_iter().map(|(key, value)| (Box::new(key), value)).collect();
    let order = |key: &Value| {
        let bytes = bytes_of(key);
        (bytes[0] >> 5, bytes.len(), bytes)
    };
    let mut seen = vec![];
    entries.retain(|(key, _)| {
        let key = bytes_of(key);
        let new = !seen.contains(&key);
        seen.push(key);
        new
    });
    if sorted {
        entries.sort_by_key(|(key, _)| order(key));
    }
    Value::Map(entries)
}

fn any_value(sorted: bool) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(Value::Int),
        prop::collection::vec(any::<u8>(), 0..30).prop_map(Value::Bytes),
        "\\PC{0,8}".prop_map(Value::Text),
        any::<bool>().prop_map(Value::Bool),
    ];
    leaf.prop_recursive(4, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::vec((any_key(), inner), 0..6).prop_map(move |entries| map_of(entries, sorted)),
        ]
    })
}

fn is_sorted(value: &Value) -> bool {
    match value {
        Value::Array(values) => values.iter().all(is_sorted),
        Value::Map(entries) => {
            let keys: Vec<_> = entries.iter().map(|(key, _)| bytes_of(key)).collect();
            entries.iter().all(|(_, value)| is_sorted(value))
                && keys.is_sorted_by_key(|key| (key[0] >> 5, key.len(), key.clone()))
        }
        _ => true,
    }
}

proptest! {
    #[test]
    fn canonical_values_are_canonical(value in any_value(true)) {
        let bytes = bytes_of(&value);
        prop_assert_eq!(check_all(&bytes, &LIMITS), Ok(Checked { len: bytes.len(), canonical: true }));
        prop_assert_eq!(Reader::new(&bytes).skip(), Ok(&bytes[..]));
    }

    #[test]
    fn order_decides_what_is_canonical(value in any_value(false)) {
        let bytes = bytes_of(&value);
        prop_assert_eq!(check_all(&bytes, &LIMITS), Ok(Checked { len: bytes.len(), canonical: is_sorted(&value) }));
    }

    #[test]
    fn every_prefix_is_truncated(value in any_value(false), cut: prop::sample::Index) {
        let bytes = bytes_of(&value);
        let cut = cut.index(bytes.len());
        let fault = check(&bytes[..cut], &LIMITS).unwrap_err();
        prop_assert!(matches!(fault, CborFault::Truncated), "{fault:?}");
    }

    #[test]
    fn a_repeated_key_is_found(entries in prop::collection::vec((any_key(), (0_i64..3).prop_map(Value::Int)), 1..12), at: prop::sample::Index, to: prop::sample::Index) {
        let Value::Map(mut entries) = map_of(entries, false) else { unreachable!() };
        let again = entries[at.index(entries.len())].0.clone();
        entries.insert(to.index(entries.len() + 1), (again, Value::Bool(true)));
        prop_assert_eq!(check_all(&bytes_of(&Value::Map(entries)), &LIMITS), Err(CborFault::Duplicate));
    }

    #[test]
    fn longer_heads_are_not_canonical(value: u64, extra in 1_usize..4) {
        let value = value >> 33;
        let mut bytes = vec![];
        head(&mut bytes, 0, value, extra);
        prop_assert_eq!(check_all(&bytes, &LIMITS), Ok(Checked { len: bytes.len(), canonical: false }));
    }

    #[test]
    fn any_bytes_are_harmless(bytes: Vec<u8>) {
        let mut reader = Reader::new(&bytes);
        match check(&bytes, &LIMITS) {
            // What the check accepts, the reader can pass over, and sees the same end.
            Ok(checked) => prop_assert_eq!(reader.skip().map(<[u8]>::len), Ok(checked.len)),
            Err(_) => { let _ = reader.skip(); }
        }
        prop_assert!(reader.position() <= bytes.len());
    }
}
