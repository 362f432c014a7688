//! CBOR of any kind, in each place where a response may hold what nobody knows: an extension's output, a member of the
//! attestation object, a parameter of a key.
//!
//! Invariants: no panic, however deep or wide; memory in proportion to the bytes (counted). The library's reader, which does
//! not recurse, takes exactly what a recursive model takes, and calls canonical what the model does; ciborium reads whatever
//! it takes and ends at the same byte.

use crate::support::bounds::Bounds;
use crate::support::cbor::{self, Limits};
use crate::support::cose;
use crate::support::envelope;
use crate::support::scene::KEY;
use ceremony::{AuthenticationResponse, CredentialPublicKey, RegistrationResponse};

/// A map of one entry, under the key "x".
fn extensions(item: &[u8]) -> Vec<u8> {
    [b"\xa1\x61x", item].concat()
}

/// The key with one entry more, behind all the others.
fn key(item: &[u8]) -> Vec<u8> {
    [&[0xa6], &KEY[1..], b"\x61x", item].concat()
}

/// Well formed inside of something of so many levels, with so many items before it.
fn fits(whole: &[u8], limits: Limits) -> Option<cbor::Item> {
    cbor::item(whole, limits).filter(|item| item.len == whole.len())
}

/// # Panics
///
/// If an invariant does not hold.
pub fn run(data: &[u8]) {
    if data.is_empty() || data.len() > 30_000 {
        return;
    }
    let map = extensions(data);
    let mut auth_data = envelope::authenticator_data(0x80);
    auth_data.extend(&map);
    let body = envelope::authentication(&envelope::client_data("webauthn.get"), &auth_data, b"signature");
    let response = Bounds::PARSE.hold(body.len(), || AuthenticationResponse::from_json(&body));
    let model = fits(&map, Limits::RESPONSE);
    assert_eq!(response.is_ok(), model.is_some(), "{:?}, and {model:?}", response.err());
    if let (Ok(response), Some(model)) = (&response, model) {
        assert_eq!(response.authenticator_data().canonical(), model.canonical);
        assert_eq!(response.authenticator_data().extensions(), Some(&*map));
        assert_eq!(cose::value(&map).expect("what is read").1, map.len());
    }

    let mut object = b"\xa4\x63fmt\x64none\x67attStmt\xa0\x68authData\x58\x25".to_vec();
    object.extend(envelope::authenticator_data(0));
    object.extend(b"\x69x-unknown");
    object.extend(data);
    let body = envelope::registration(&envelope::client_data("webauthn.create"), &object);
    let response = Bounds::PARSE.hold(body.len(), || RegistrationResponse::from_json(&body));
    let model = fits(&object, Limits::RESPONSE);
    assert_eq!(response.is_ok(), model.is_some(), "{:?}, and {model:?}", response.err());

    let cose = key(data);
    let read = Bounds::PARSE.hold(cose.len(), || CredentialPublicKey::from_cose(&cose, false));
    let model = fits(&cose, Limits::KEY);
    assert_eq!(read.is_ok(), model.is_some(), "{:?}, and {model:?}", read.err());
    assert!(CredentialPublicKey::from_cose(&cose, true).is_err(), "a parameter that nobody knows");
}
