//! COSE keys, with the names of the IANA registry.

use super::cbor;
use super::node::Node;
use ciborium::Value;

const ALGORITHMS: [(i128, &str); 22] = [
    (-7, "ES256"),
    (-8, "EdDSA"),
    (-9, "ESP256"),
    (-19, "Ed25519"),
    (-35, "ES384"),
    (-36, "ES512"),
    (-37, "PS256"),
    (-38, "PS384"),
    (-39, "PS512"),
    (-47, "ES256K"),
    (-48, "ML-DSA-44"),
    (-49, "ML-DSA-65"),
    (-50, "ML-DSA-87"),
    (-51, "ESP384"),
    (-52, "ESP512"),
    (-53, "Ed448"),
    (-257, "RS256"),
    (-258, "RS384"),
    (-259, "RS512"),
    (-260, "WalnutDSA"),
    (-65535, "RS1"),
    (-25, "ECDH-ES+HKDF-256"),
];

const KEY_TYPES: [(i128, &str); 5] = [(1, "OKP"), (2, "EC2"), (3, "RSA"), (4, "Symmetric"), (7, "AKP")];

const CURVES: [(i128, &str); 8] = [
    (1, "P-256"),
    (2, "P-384"),
    (3, "P-521"),
    (4, "X25519"),
    (5, "X448"),
    (6, "Ed25519"),
    (7, "Ed448"),
    (8, "secp256k1"),
];

fn named(value: i128, names: &[(i128, &'static str)]) -> Node {
    let known = names.iter().find(|(number, _)| *number == value);
    known.map_or(Node::Int(value), |(_, name)| Node::Named(value, name))
}

/// A COSE algorithm by name.
pub(crate) fn algorithm(id: i128) -> Node {
    named(id, &ALGORITHMS)
}

/// Whether the value is a map with a key type, as every COSE key is.
pub(crate) fn is_key(value: &Value) -> bool {
    value.as_map().is_some_and(|entries| entries.iter().any(|(label, _)| label.as_integer() == Some(1.into())))
}

/// A COSE key with its parameters by name.
pub(crate) fn tree(key: Value) -> Node {
    if !is_key(&key) {
        return Node::Fault("a COSE key is a map with the key type (1)".to_owned());
    }
    let Value::Map(entries) = key else { return cbor::tree(key) };
    let integer = |value: &Value| value.as_integer().map(i128::from);
    let kty = entries.iter().find(|(label, _)| integer(label) == Some(1)).and_then(|(_, value)| integer(value));
    let members = entries.into_iter().map(|(label, value)| match integer(&label) {
        Some(label) => parameter(kty, label, value),
        None => (cbor::tree(label).to_string().trim().to_owned(), cbor::tree(value)),
    });
    Node::Map(members.collect())
}

fn parameter(kty: Option<i128>, label: i128, value: Value) -> (String, Node) {
    let name = match (kty, label) {
        (_, 1) => "kty",
        (_, 2) => "kid",
        (_, 3) => "alg",
        (_, 4) => "key_ops",
        (_, 5) => "base_iv",
        (Some(1 | 2), -1) => "crv",
        (Some(1 | 2), -2) => "x",
        (Some(2), -3) => "y",
        (Some(1 | 2), -4) => "d",
        (Some(3), -1) => "n",
        (Some(3), -2) => "e",
        (Some(3), -3) => "d",
        (Some(4), -1) => "k",
        (Some(7), -1) => "pub",
        (Some(7), -2) => "priv",
        _ => return (label.to_string(), cbor::tree(value)),
    };
    let node = match (name, cbor::tree(value)) {
        ("d" | "k" | "priv", _) => Node::Note("a private key, not shown".to_owned()),
        ("kty", Node::Int(kty)) => named(kty, &KEY_TYPES),
        ("alg", Node::Int(alg)) => algorithm(alg),
        ("crv", Node::Int(curve)) => named(curve, &CURVES),
        (_, node) => node,
    };
    (name.to_owned(), node)
}
