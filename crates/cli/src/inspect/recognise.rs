//! What the input is.

use super::decode::{Candidate, candidates};
use super::node::Node;
use super::{Kind, authenticator_data, cbor, certificate, cose, json, response};

/// Reads the input as what it is said to be, or as the first thing that it can be.
///
/// # Errors
///
/// Why it is nothing known, for each way to read it.
pub(crate) fn recognise(input: &[u8], kind: Kind) -> Result<Node, String> {
    if input.trim_ascii().is_empty() {
        return Err("the input is empty".to_owned());
    }
    let candidates = candidates(input);
    if candidates.is_empty() {
        return Err("the input is neither base64url, base64, hexadecimal nor JSON".to_owned());
    }
    let mut faults = Vec::new();
    for Candidate { encoding, bytes } in candidates {
        match read(&bytes, kind) {
            Ok((name, tree)) => {
                let input = ("input".to_owned(), Node::Note(format!("{name}, {} bytes", bytes.len())));
                // A response's own members stand at the top; anything else gets the name that it has in a response.
                let members = match (member_name(name), tree) {
                    (None, Node::Map(members)) => members,
                    (name, tree) => vec![(name.unwrap_or("response").to_owned(), tree)],
                };
                return Ok(Node::Map(std::iter::once(input).chain(members).collect()));
            }
            Err(fault) => faults.push(format!("as {encoding}: {fault}")),
        }
    }
    Err(format!("the input can't be read {}", faults.join("; ")))
}

const CLIENT_DATA: &str = "client data";
const ATTESTATION_OBJECT: &str = "attestation object";
const AUTHENTICATOR_DATA: &str = "authenticator data";
const COSE_KEY: &str = "COSE key";
const CERTIFICATE: &str = "certificate";

/// The member of a response that holds such a thing.
fn member_name(name: &str) -> Option<&'static str> {
    match name {
        CLIENT_DATA => Some("clientDataJSON"),
        ATTESTATION_OBJECT => Some("attestationObject"),
        AUTHENTICATOR_DATA => Some("authenticatorData"),
        COSE_KEY => Some("credentialPublicKey"),
        CERTIFICATE => Some("certificate"),
        _ => None,
    }
}

fn read(bytes: &[u8], kind: Kind) -> Result<(&'static str, Node), String> {
    match kind {
        Kind::Auto => guess(bytes),
        Kind::ClientData => Ok((CLIENT_DATA, client_data(bytes)?)),
        Kind::AttestationObject => Ok((ATTESTATION_OBJECT, authenticator_data::attestation_object(bytes, None)?)),
        Kind::AuthenticatorData => Ok((AUTHENTICATOR_DATA, authenticator_data::tree(bytes, None)?)),
        Kind::CoseKey => Ok((COSE_KEY, cose_key(bytes)?)),
        Kind::Certificate => Ok((CERTIFICATE, certificate::tree(bytes)?)),
        Kind::Response => response::tree(bytes),
    }
}

fn guess(bytes: &[u8]) -> Result<(&'static str, Node), String> {
    if bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start().starts_with(b"{") {
        return guess_json(bytes);
    }
    // A DER SEQUENCE; what else begins so is no certificate.
    if let Some(tree) = bytes.first().filter(|first| **first == 0x30).and_then(|_| certificate::tree(bytes).ok()) {
        return Ok((CERTIFICATE, tree));
    }
    match cbor::whole(bytes) {
        Ok(value) if authenticator_data::is_attestation_object(&value) => read(bytes, Kind::AttestationObject),
        Ok(value) if cose::is_key(&value) => Ok((COSE_KEY, cose::tree(value))),
        other => match authenticator_data::tree(bytes, None) {
            Ok(tree) => Ok((AUTHENTICATOR_DATA, tree)),
            Err(fault) => Err(match other {
                Ok(_) => "CBOR that is neither an attestation object nor a COSE key".to_owned(),
                // An attestation object begins as a map of three.
                Err(cbor) if bytes.first() == Some(&0xa3) => cbor,
                Err(cbor) => format!("neither JSON nor authenticator data nor CBOR ({fault}; {cbor})"),
            }),
        },
    }
}

fn guess_json(bytes: &[u8]) -> Result<(&'static str, Node), String> {
    let tree = json::parse(bytes)?;
    let has = |name| tree.get(name).is_some();
    if has("response") || has("clientDataJSON") || has("credential") {
        response::tree(bytes)
    } else if has("challenge") || has("origin") {
        Ok((CLIENT_DATA, client_data(bytes)?))
    } else {
        Err("an object that is neither a response nor client data".to_owned())
    }
}

/// Client data; what it must have and has not stands in the tree as missing.
pub(crate) fn client_data(bytes: &[u8]) -> Result<Node, String> {
    match json::parse(bytes)? {
        Node::Map(mut members) => {
            for name in ["type", "challenge", "origin"] {
                if !members.iter().any(|(key, _)| key == name) {
                    members.push((name.to_owned(), Node::Fault(format!("`{name}` is missing"))));
                }
            }
            Ok(Node::Map(members))
        }
        _ => Err("client data is a JSON object".to_owned()),
    }
}

fn cose_key(bytes: &[u8]) -> Result<Node, String> {
    match cose::tree(cbor::whole(bytes)?) {
        Node::Fault(fault) => Err(fault),
        tree => Ok(tree),
    }
}
