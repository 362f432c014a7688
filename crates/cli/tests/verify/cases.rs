//! Cases of the test authenticator's ceremonies, and what comes of them.

use crate::program::{ORIGIN, ceremony, challenge, creation_options, device, request_options};
use ceremony_testkit::{Algorithm, Attestation, Authenticator, Client, base64url};
use serde_json::{Value, json};
use std::process::Output;

pub(crate) fn config() -> Value {
    json!({
        "rp_id": "example.org",
        "origins": [ORIGIN],
        "challenge": challenge(),
        "user_verification": "required",
        "sign_count_policy": "reject",
    })
}

pub(crate) fn verdicts(output: &Output) -> Vec<Value> {
    String::from_utf8(output.stdout.clone()).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The verdict on one case, and the exit code.
#[track_caller]
pub(crate) fn verify(case: &Value) -> (Value, i32) {
    let output = ceremony(&["verify"], case.to_string().as_bytes());
    let mut verdicts = verdicts(&output);
    assert_eq!(verdicts.len(), 1, "{output:?}");
    (verdicts.remove(0), output.status.code().unwrap())
}

#[track_caller]
pub(crate) fn accepted(case: &Value) -> Value {
    let (verdict, _) = verify(case);
    assert_eq!(verdict["verdict"], "accept", "{verdict}");
    verdict
}

#[track_caller]
pub(crate) fn rejected(case: &Value, step: &str, code: &str) {
    let (verdict, _) = verify(case);
    assert_eq!(verdict["verdict"], "reject", "{verdict}");
    assert_eq!((&verdict["step"], &verdict["code"]), (&json!(step), &json!(code)), "{verdict}");
    assert!(verdict["message"].as_str().is_some_and(|message| !message.is_empty()));
}

#[track_caller]
pub(crate) fn bad(case: &Value, message: &str) {
    let (verdict, _) = verify(case);
    assert_eq!((&verdict["verdict"], &verdict["code"]), (&json!("reject"), &json!("bad_case")), "{verdict}");
    assert!(verdict["message"].as_str().unwrap().contains(message), "{verdict}");
}

/// The case with one member of its config set.
pub(crate) fn with(case: &Value, member: &str, value: Value) -> Value {
    let mut case = case.clone();
    case["config"][member] = value;
    case
}

pub(crate) fn registration_of(mut device: Authenticator, page: &Client) -> Value {
    let body = device.register(&creation_options(), page).unwrap();
    json!({ "id": "r", "ceremony": "registration", "config": config(), "credential": body })
}

pub(crate) fn registration() -> Value {
    registration_of(device(Algorithm::Es256, Attestation::PackedSelf), &Client::new(ORIGIN))
}

pub(crate) fn authentication() -> Value {
    let mut device = registered(device(Algorithm::Es256, Attestation::None));
    let stored = stored(&device);
    let body = device.authenticate(&request_options(), &Client::new(ORIGIN)).unwrap();
    json!({ "id": "a", "ceremony": "authentication", "config": config(), "stored": stored, "credential": body })
}

pub(crate) fn registered(mut device: Authenticator) -> Authenticator {
    device.register(&creation_options(), &Client::new(ORIGIN)).unwrap();
    device
}

pub(crate) fn stored(device: &Authenticator) -> Value {
    let credential = &device.credentials()[0];
    json!({
        "credential_id": base64url::encode(credential.id()),
        "public_key": base64url::encode(&credential.public_key()),
        "sign_count": credential.sign_count(),
        "user_handle": base64url::encode(credential.user_handle()),
        "backup_eligible": true,
        "backup_state": true,
    })
}
