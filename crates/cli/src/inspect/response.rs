//! A whole response: RegistrationResponseJSON or AuthenticationResponseJSON.

use super::node::Node;
use super::{authenticator_data, cose, decode, json, recognise};
use crate::text::chain;
use ceremony::{AuthenticationResponse, Error, RegistrationResponse};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// A response as a tree, with client data, attestation object and authenticator data taken apart. It may stand in a
/// member `credential`, as in a request to a server or in a case of `ceremony verify`; its inner object alone will do.
///
/// # Errors
///
/// That it is no response; inside one, faults stand at their place.
pub(crate) fn tree(bytes: &[u8]) -> Result<(&'static str, Node), String> {
    let whole = json::parse(bytes)?;
    let response = whole.get("credential").unwrap_or(&whole);
    let inner = response.get("response").unwrap_or(response);
    let name = match (inner.get("attestationObject"), inner.get("authenticatorData")) {
        (Some(_), _) => "registration response",
        (None, Some(_)) => "authentication response",
        (None, None) => return Err("a response has an `attestationObject` or `authenticatorData`".to_owned()),
    };
    let client_data = inner.get("clientDataJSON").map_or_else(
        || Node::Fault("`clientDataJSON` is missing".to_owned()),
        |text| binary(text, recognise::client_data),
    );
    let origin = client_data.get("origin").and_then(Node::as_text).map(str::to_owned);
    let origin = origin.as_deref();

    let Node::Map(inner) = inner else { return Err("`response` is a JSON object".to_owned()) };
    let mut inner: Vec<(String, Node)> =
        inner.iter().map(|(name, node)| (name.clone(), member(name, node, origin))).collect();
    match inner.iter_mut().find(|(name, _)| name == "clientDataJSON") {
        Some((_, node)) => *node = client_data,
        None => inner.push(("clientDataJSON".to_owned(), client_data)),
    }
    if response.get("response").is_none() {
        return Ok((name, Node::Map(inner)));
    }
    let Node::Map(outer) = response else { return Err("a response is a JSON object".to_owned()) };
    let mut members = Vec::new();
    for (name, node) in outer {
        match name.as_str() {
            // Its members are told beside the outer ones; of a second one the verdict below will tell.
            "response" => members.append(&mut inner),
            "clientExtensionResults" => members.push((name.clone(), without_prf_results(node))),
            _ => members.push((name.clone(), node.clone())),
        }
    }
    let well_formed = judge(bytes, name == "registration response");
    members.push(("wellFormed".to_owned(), well_formed.map_or_else(Node::Fault, |()| Node::Bool(true))));
    Ok((name, Node::Map(members)))
}

/// What the library says of the response's form.
fn judge(bytes: &[u8], registration: bool) -> Result<(), String> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let outer = serde_json::from_slice::<BTreeMap<String, &RawValue>>(text).unwrap_or_default();
    let text = outer.get("credential").map_or(text, |credential| credential.get().as_bytes());
    let read: Result<(), Error> = if registration {
        RegistrationResponse::from_json(text).map(drop)
    } else {
        AuthenticationResponse::from_json(text).map(drop)
    };
    read.map_err(|error| chain(&error))
}

fn binary(node: &Node, read: impl FnOnce(&[u8]) -> Result<Node, String>) -> Node {
    match node.as_text().ok_or_else(|| "not a string".to_owned()).and_then(decode::member).and_then(|b| read(&b)) {
        Ok(node) => node,
        Err(fault) => Node::Fault(fault),
    }
}

fn member(name: &str, node: &Node, origin: Option<&str>) -> Node {
    match (name, node) {
        ("attestationObject", _) => binary(node, |bytes| authenticator_data::attestation_object(bytes, origin)),
        ("authenticatorData", _) => binary(node, |bytes| authenticator_data::tree(bytes, origin)),
        ("signature" | "publicKey", _) | ("userHandle", Node::Text(_)) => {
            binary(node, |bytes| Ok(Node::Bytes(bytes.to_vec())))
        }
        ("publicKeyAlgorithm", Node::Int(id)) => cose::algorithm(*id),
        _ => node.clone(),
    }
}

/// PRF results are secrets of the client; they have no business on a screen.
fn without_prf_results(node: &Node) -> Node {
    let Node::Map(members) = node else { return node.clone() };
    let hidden = || Node::Note("secret of the client, not shown".to_owned());
    let members = members.iter().map(|(name, node)| match (name.as_str(), node) {
        ("prf", Node::Map(prf)) => {
            let prf =
                prf.iter().map(|(name, node)| (name.clone(), if name == "results" { hidden() } else { node.clone() }));
            (name.clone(), Node::Map(prf.collect()))
        }
        _ => (name.clone(), node.clone()),
    });
    Node::Map(members.collect())
}
