//! The worst inputs that are known: each fills a cap, or makes the core do what costs the most.

mod cbor;
mod certificates;
mod json;
mod keys;
mod sign_ins;
mod statements;
mod stored;

use crate::case::Case;
use ceremony::x509::{TrustAnchor, TrustAnchors};
use ceremony_testkit::{Stage, TestCa};

/// The cap of a body, in bytes.
const BODY: usize = 64 * 1024;

/// All of them.
#[must_use]
pub fn all() -> Vec<Case> {
    let mut list = Vec::new();
    json::add(&mut list);
    cbor::add(&mut list);
    statements::add(&mut list);
    certificates::add(&mut list);
    keys::add(&mut list);
    sign_ins::add(&mut list);
    stored::add(&mut list);
    list
}

/// As much of `piece(n)` as fits into `room` bytes, after `head`.
fn filled(head: &str, room: usize, mut piece: impl FnMut(usize) -> String) -> String {
    let mut text = String::from(head);
    for at in 0.. {
        let next = piece(at);
        if text.len() + next.len() > room || next.is_empty() {
            break;
        }
        text.push_str(&next);
    }
    text
}

/// Takes out of a response what repeats the attestation object: it has to agree, and takes room from what is measured.
fn without_copies(stage: Stage<'_>) {
    if let Stage::Response(response) = stage
        && let Some(serde_json::Value::Object(members)) = response.get_mut("response")
    {
        for copy in ["authenticatorData", "publicKey", "publicKeyAlgorithm"] {
            members.remove(copy);
        }
    }
}

/// The roots of authorities.
pub(crate) fn anchors<'a>(authorities: impl IntoIterator<Item = &'a TestCa>) -> TrustAnchors {
    authorities.into_iter().map(|ca| TrustAnchor::from_der(ca.root_der()).expect("a root")).collect()
}
