//! CBOR into the tree.

use super::node::Node;
use super::{certificate, cose};
use ciborium::Value;

/// Compound attestation nests five deep; this is room enough for anything that is worth a look.
const MAX_DEPTH: usize = 32;

/// Reads one CBOR item and returns how many bytes it took.
///
/// # Errors
///
/// What is wrong with the bytes.
pub(crate) fn first(bytes: &[u8]) -> Result<(Value, usize), String> {
    let mut rest = bytes;
    let value = ciborium::de::from_reader_with_recursion_limit(&mut rest, MAX_DEPTH).map_err(|error| {
        use ciborium::de::Error;
        match error {
            Error::Io(_) => "CBOR that ends too early".to_owned(),
            Error::Syntax(at) => format!("not CBOR at byte {at}"),
            Error::Semantic(..) => "CBOR that can't be read".to_owned(),
            Error::RecursionLimitExceeded => format!("CBOR nested deeper than {MAX_DEPTH}"),
        }
    })?;
    Ok((value, bytes.len().saturating_sub(rest.len())))
}

/// Reads bytes that are one CBOR item.
///
/// # Errors
///
/// What is wrong with the bytes.
pub(crate) fn whole(bytes: &[u8]) -> Result<Value, String> {
    let (value, len) = first(bytes)?;
    match bytes.len().saturating_sub(len) {
        0 => Ok(value),
        more => Err(format!("{more} bytes follow the CBOR item")),
    }
}

pub(crate) fn tree(value: Value) -> Node {
    match value {
        Value::Integer(value) => Node::Int(value.into()),
        Value::Bytes(bytes) => Node::Bytes(bytes),
        Value::Float(value) => Node::Float(value),
        Value::Text(text) => Node::Text(text),
        Value::Bool(value) => Node::Bool(value),
        Value::Null => Node::Null,
        Value::Tag(tag, value) => Node::Map(vec![(format!("tag {tag}"), tree(*value))]),
        Value::Array(items) => Node::List(items.into_iter().map(tree).collect()),
        Value::Map(entries) => Node::Map(entries.into_iter().map(|(key, value)| entry(key, value)).collect()),
        _ => Node::Note("a CBOR value of another type".to_owned()),
    }
}

fn certificate(value: Value) -> Node {
    match value {
        Value::Bytes(der) => certificate::tree(&der).unwrap_or_else(Node::Fault),
        other => tree(other),
    }
}

fn entry(key: Value, value: Value) -> (String, Node) {
    let name = match key {
        Value::Text(text) => text,
        Value::Integer(number) => i128::from(number).to_string(),
        other => tree(other).to_string().trim().to_owned(),
    };
    let value = match value {
        // In every attestation statement this is a chain of certificates.
        Value::Array(items) if name == "x5c" => {
            return (name, Node::List(items.into_iter().map(certificate).collect()));
        }
        other => other,
    };
    let node = match tree(value) {
        // In every attestation statement this is a COSE algorithm, but for the tpm format's names of it.
        Node::Int(alg) if name == "alg" => cose::algorithm(alg),
        node => node,
    };
    (name, node)
}
