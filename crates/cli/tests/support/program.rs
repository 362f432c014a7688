//! The program under test, and the test authenticator's ceremonies as cases for it.

use ceremony_testkit::{Algorithm, Attestation, Authenticator, SignCount, base64url};
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Output, Stdio};

pub(crate) const ORIGIN: &str = "https://example.org";

/// Runs `ceremony` and hands it the input while its output is read, so that neither blocks the other.
pub(crate) fn ceremony(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ceremony"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A program that has seen enough closes its end: that is no failure of the test.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

pub(crate) fn challenge() -> String {
    base64url::encode(&[0xfb; 32])
}

pub(crate) fn device(algorithm: Algorithm, attestation: Attestation) -> Authenticator {
    Authenticator::new("cli")
        .algorithm(algorithm)
        .attestation(attestation)
        .sign_count(SignCount::Counter { start: 5, step: 1 })
}

pub(crate) fn creation_options() -> Value {
    let parameters = [-7, -8, -257].map(|alg| json!({ "type": "public-key", "alg": alg }));
    json!({
        "rp": { "id": "example.org", "name": "Example" },
        "user": { "id": base64url::encode(&[7; 32]), "name": "ada", "displayName": "" },
        "challenge": challenge(),
        "pubKeyCredParams": parameters,
        "authenticatorSelection": { "residentKey": "required", "userVerification": "required" },
        "attestation": "direct",
    })
}

pub(crate) fn request_options() -> Value {
    json!({ "rpId": "example.org", "challenge": challenge(), "userVerification": "required" })
}
