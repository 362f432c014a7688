//! The endpoints of the FIDO conformance tool's server harness.

use super::process::Demo;
use ceremony_adapter_suite::client::{Answer, Headers, send};
use ceremony_testkit::{Attestation, Authenticator, Client};
use serde_json::{Value, json};

async fn post(demo: &Demo, path: &str, session: &str, body: &Value) -> Answer {
    let headers: Headers =
        vec![("content-type".into(), "application/json".into()), ("cookie".into(), format!("conformance={session}"))];
    send(demo.address(), "POST", path, &headers, body.to_string().as_bytes()).await
}

fn begun(answer: &Answer) -> (Value, String) {
    let cookie = answer.header("set-cookie").unwrap();
    let session = cookie.strip_prefix("conformance=").and_then(|rest| rest.split(';').next()).unwrap();
    let options = answer.ok();
    assert_eq!((&options["status"], &options["errorMessage"]), (&json!("ok"), &json!("")));
    (options, session.to_owned())
}

/// As the tool writes responses.
fn renamed(mut response: Value) -> Value {
    let members = response.as_object_mut().unwrap();
    let results = members.remove("clientExtensionResults").unwrap();
    members.insert("getClientExtensionResults".to_owned(), results);
    members.remove("rawId");
    response
}

#[tokio::test]
async fn the_tool_registers_and_signs_in() {
    let demo = Demo::start_with(&["--conformance"]).await;
    let page = Client::new(demo.origin());
    let mut device = Authenticator::new("tool").attestation(Attestation::PackedSelf);

    let asked = json!({
        "username": "alice", "displayName": "Alice", "attestation": "direct",
        "authenticatorSelection": {"userVerification": "required", "requireResidentKey": false},
        "extensions": {"example.extension": true},
    });
    let (options, session) = begun(&post(&demo, "/attestation/options", "", &asked).await);
    assert_eq!(options["attestation"], "direct");
    assert_eq!(options["extensions"]["example.extension"], true);
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    let response = renamed(device.register(&options, &page).unwrap());
    assert_eq!(post(&demo, "/attestation/result", &session, &response).await.ok()["status"], "ok");

    // A begun ceremony is taken once.
    let again = post(&demo, "/attestation/result", &session, &response).await;
    assert_eq!((again.status, &again.json()["status"]), (400, &json!("failed")));

    let asked = json!({"username": "alice", "userVerification": "required"});
    let (options, session) = begun(&post(&demo, "/assertion/options", "", &asked).await);
    assert_eq!(options["allowCredentials"].as_array().unwrap().len(), 1);
    let response = renamed(device.authenticate(&options, &page).unwrap());
    assert_eq!(post(&demo, "/assertion/result", &session, &response).await.ok()["errorMessage"], "");
}

#[tokio::test]
async fn what_is_wrong_is_told() {
    let demo = Demo::start_with(&["--conformance"]).await;
    for (path, body) in [
        ("/attestation/options", json!({})),
        ("/attestation/result", json!({"id": 1})),
        ("/attestation/result", json!(null)),
        ("/assertion/options", json!({"username": "nobody"})),
        ("/assertion/result", json!([])),
    ] {
        let answer = post(&demo, path, "", &body).await;
        let told = answer.json();
        assert_eq!((answer.status, &told["status"]), (400, &json!("failed")), "{path}");
        assert!(!told["errorMessage"].as_str().unwrap().is_empty());
    }
}

/// Text inside text inside text, each with all of a reader's depth to spend again, must not end the process by its stack.
#[tokio::test]
async fn text_inside_text_does_not_reset_the_depth() {
    let demo = Demo::start_with(&["--conformance"]).await;
    let mut inner = "1".to_owned();
    let mut body = String::new();
    while body.len() < 60_000 {
        let escaped = inner.replace('\\', "\\u005c").replace('"', "\\u0022");
        let object = format!(r#"{{"$serde_json::private::RawValue":"{escaped}"}}"#);
        inner = format!("{}{object}{}", "[".repeat(120), "]".repeat(120));
        body = format!(r#"{{"username":{inner}}}"#);
    }
    for path in ["/attestation/options", "/attestation/result", "/assertion/options", "/assertion/result"] {
        let headers: Headers = vec![("content-type".into(), "application/json".into())];
        let answer = send(demo.address(), "POST", path, &headers, body.as_bytes()).await;
        assert_eq!((answer.status, &answer.json()["status"]), (400, &json!("failed")), "{path}");
    }
    // What such an object holds is not looked into.
    let hidden = json!({"username": {"$serde_json::private::RawValue": "\"alice\""}});
    let answer = post(&demo, "/attestation/options", "", &hidden).await;
    assert_eq!(answer.json()["errorMessage"], "username is missing");
}

#[tokio::test]
async fn without_the_flag_there_is_nothing() {
    let demo = Demo::start().await;
    let answer = post(&demo, "/attestation/options", "", &json!({"username": "alice"})).await;
    answer.problem(404, "not_found");
}
