//! Attestation objects: any bytes, where a client's stand, judged in a registration.
//!
//! Invariants: no panic; reading takes memory in proportion to the bytes (counted), judging with a verifier that says yes to
//! everything as much more, and with a real one a bounded amount. What is read is well formed to a recursive model of CBOR,
//! and ciborium finds the same format, statement and authenticator data in it. What is accepted has the RP ID's hash, the
//! flags, an offered algorithm and one id twice; with a real verifier its statement holds to a second one too, over messages
//! put together anew. What a real verifier accepts, one that says yes accepts. The record outlives both of its forms.

use crate::support::bounds::Bounds;
use crate::support::cbor::{self, Limits};
use crate::support::cose;
use crate::support::envelope;
use crate::support::reread::{Expected, registration};
use crate::support::scene::{NOW, Rules, Scene};
use crate::support::verifier::Answer;
use ceremony::RegistrationResponse;

thread_local! {
    static SCENES: [Scene; 3] = {
        let [_, truth, strict] = Scene::all(Answer::Truth);
        [Scene::new(Answer::Yes, Rules::Default), truth, strict]
    };
}

fn compare(response: &RegistrationResponse, data: &[u8]) {
    assert_eq!(response.attestation_object(), data);
    let item = cbor::item(data, Limits::RESPONSE).expect("well formed");
    assert_eq!(item.len, data.len());
    let (value, len) = cose::value(data).expect("CBOR");
    assert_eq!(len, data.len());
    // Members beyond the three may have numbers for keys.
    let map = value.as_map().expect("a map");
    let find = |name| map.iter().find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value);
    assert_eq!(find("fmt").and_then(ciborium::Value::as_text), Some(response.attestation_format()));
    let auth_data = find("authData").and_then(ciborium::Value::as_bytes).expect("authData");
    assert_eq!(auth_data, response.authenticator_data().as_bytes());
    let (statement, len) = cose::value(response.attestation_statement()).expect("a statement");
    assert_eq!(len, response.attestation_statement().len());
    // Not a number is not itself.
    assert_eq!(format!("{:?}", find("attStmt")), format!("{:?}", Some(&statement)));
    assert_eq!(statement.is_array(), response.attestation_format() == "compound");
    if let Some(lookup) = response.attestation_lookup() {
        // Beside it, members may have numbers for keys.
        let x5c = statement.as_map().is_some_and(|map| map.iter().any(|(key, _)| key.as_text() == Some("x5c")));
        let parts = statement.is_array() || response.attestation_format() == "android-safetynet";
        assert!(
            lookup.certificate_key_identifier().is_none() || x5c || parts,
            "a key identifier without a certificate"
        );
    }
}

/// # Panics
///
/// If an invariant does not hold.
pub fn run(data: &[u8]) {
    let body = envelope::registration(&envelope::client_data("webauthn.create"), data);
    let response = Bounds::PARSE.hold(body.len(), || RegistrationResponse::from_json(&body));
    let Ok(response) = response else { return };
    compare(&response, data);
    SCENES.with(|scenes| {
        let [yes, truth, strict] = scenes.each_ref().map(|scene| {
            let state = scene.begin_registration().1;
            let bounds = if scene.recorder.is_real() { Bounds::VERIFY } else { Bounds::JUDGE };
            let done = bounds.hold(body.len(), || scene.ceremony.finish_registration(state, &response, NOW));
            let asked = scene.recorder.take().len();
            assert!(asked <= 16 * 8, "{asked} signatures");
            done
        });
        let expected = |signed| Expected { kind: "webauthn.create", any_top_origin: false, signed };
        if let Ok(done) = &yes {
            registration(&body, expected(false), done);
        }
        if let Ok(done) = &truth {
            registration(&body, expected(true), done);
        }
        assert!(truth.is_err() || yes.is_ok(), "{:?} where every signature is good", yes.err());
        assert!(strict.is_err() || truth.is_ok(), "{:?} by looser rules", truth.err());
    });
}
