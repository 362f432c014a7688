//! Sign-ins that start with an e-mail address show nothing of who has an account.

use super::client::Browser;
use super::process::Demo;
use ceremony_adapter_suite::client::Answer;
use ceremony_testkit::Authenticator;
use serde_json::{Value, json};

const BEGIN: &str = "/auth/passkeys/authenticate/begin";

/// The JSON with every text and number replaced by its type, and lists by their first entry's shape.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), shape(value))).collect(),
        Value::Array(entries) => entries.first().map(shape).into_iter().collect(),
        Value::String(_) => "text".into(),
        Value::Number(_) => "number".into(),
        other => other.clone(),
    }
}

fn allowed(answer: &Answer) -> Vec<Value> {
    answer.ok()["publicKey"]["allowCredentials"].as_array().unwrap().clone()
}

#[tokio::test]
async fn unknown_names_look_like_known_ones() {
    let demo = Demo::start().await;
    let mut ada = Browser::with_account(&demo, "ada@example.com").await;
    let added = ada.add_passkey(&mut Authenticator::new("ada's phone"), "Phone").await;
    Browser::with_account(&demo, "bob@example.com").await;

    let ask = async |email: &str| Browser::new(&demo).post(BEGIN, json!({ "email": email })).await;
    let known = ask(" ADA@example.com ").await;
    assert_eq!(allowed(&known)[0]["id"], added["credential_id"]);
    for email in ["bob@example.com", "nobody@example.com", "no address", &"x".repeat(10_000)] {
        let other = ask(email).await;
        assert_eq!(other.status, known.status);
        assert_eq!(shape(&other.json()), shape(&known.json()), "{email}");
        assert_eq!(other.header_names(), known.header_names());
        assert!(!allowed(&other).is_empty());
        assert_eq!(allowed(&other), allowed(&ask(&email.to_uppercase()).await), "the same each time");
        assert_ne!(allowed(&other), allowed(&known));
    }
    assert!(allowed(&ask("").await).is_empty(), "nobody is named");
}

#[tokio::test]
async fn a_name_and_a_passkey_belong_together() {
    let demo = Demo::start().await;
    let mut device = Authenticator::new("ada's phone");
    Browser::with_account(&demo, "ada@example.com").await.add_passkey(&mut device, "Phone").await;
    let mut browser = Browser::new(&demo);
    let assertion = browser.assertion(&mut device, json!({ "email": "ada@example.com" })).await;
    assert_eq!(browser.finish(&assertion).await.ok()["user"]["email"], "ada@example.com");

    // The same passkey, where somebody else was named: whether they have an account does not show.
    Browser::with_account(&demo, "bob@example.com").await;
    let mut bodies = Vec::new();
    for email in ["nobody@example.com", "bob@example.com"] {
        let mut browser = Browser::new(&demo);
        let begun = browser.post(BEGIN, json!({ "email": email })).await.ok();
        let mut options = begun["publicKey"].clone();
        options["allowCredentials"] = json!([]);
        let credential = device.authenticate(&options, &browser.client()).unwrap();
        let answer = browser.finish(&json!({ "credential": credential, "state": begun["state"] })).await;
        answer.problem(401, "authentication_failed");
        bodies.push(answer.body);
    }
    assert_eq!(bodies[0], bodies[1]);
}
