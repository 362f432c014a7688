//! What JavaScript gets to call, called from Rust.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "a test")]

use ceremony_testkit::{Authenticator, Client};
use ceremony_wasm::logic::Server;
use serde_json::Value;

const NOW: u64 = 1_795_000_000_000;

fn server() -> Server {
    Server::new("example.com", "Example", "https://example.com").unwrap()
}

fn page() -> Client {
    Client::new("https://example.com")
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn registered(server: &Server) -> (Authenticator, String) {
    let begun = server.begin_registration(&[7; 64], "ada", "Ada", &[1; 32], NOW).unwrap();
    let mut device = Authenticator::new("ada");
    let credential = device.register(&json(&begun.options), &page()).unwrap().to_string();
    let record = server.finish_registration(&begun.state, &credential, NOW).unwrap();
    (device, record)
}

#[test]
fn a_passkey_is_added_and_signs_in() {
    let server = server();
    let (mut device, record) = registered(&server);
    let begun = server.begin_authentication(&[2; 32], NOW).unwrap();
    let credential = device.authenticate(&json(&begun.options), &page()).unwrap().to_string();
    let written = server.finish_authentication(&begun.state, &credential, Some(&record), NOW + 1000).unwrap();
    let (before, after) = (json(&record), json(&written));
    assert_eq!(before["credential_id"], after["credential_id"]);
    assert_ne!(before["last_used_at"], after["last_used_at"]);

    assert!(server.finish_authentication(&begun.state, &credential, None, NOW).is_err());
    let (_, other) = {
        let begun = server.begin_registration(&[8; 64], "b", "B", &[3; 32], NOW).unwrap();
        let mut device = Authenticator::new("b");
        let credential = device.register(&json(&begun.options), &page()).unwrap().to_string();
        (device, server.finish_registration(&begun.state, &credential, NOW).unwrap())
    };
    assert!(server.finish_authentication(&begun.state, &credential, Some(&other), NOW).is_err());
    assert!(server.finish_authentication(&begun.state, &credential, Some(&record), NOW + 3_600_000).is_err());
}

#[test]
fn what_is_no_input_is_an_error() {
    let server = server();
    assert!(Server::new("example.com", "Example", "https://example.org").is_err());
    assert!(server.begin_authentication(&[2; 31], NOW).is_err());
    assert!(server.begin_registration(&[7; 65], "ada", "Ada", &[1; 32], NOW).is_err());
    let begun = server.begin_authentication(&[2; 32], NOW).unwrap();
    assert!(server.finish_authentication(&begun.state, "{}", None, NOW).is_err());
    assert!(server.finish_registration(b"", "[", NOW).is_err());
}
