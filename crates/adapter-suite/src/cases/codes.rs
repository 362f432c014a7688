//! What a client may learn.

use crate::Adapter;
use crate::app::App;
use crate::client::Answer;
use ceremony_testkit::{Authenticator, Client, SignCount};
use serde_json::{Value, json};

pub async fn every_code_and_its_status(adapter: Adapter) {
    let app = App::with(adapter, |builder| builder.max_credentials_per_user(2)).await;
    let (mut device, mut browser, credential) = app.person("alice").await;

    // registration_failed: another origin than the relying party's.
    let begun = browser.begin("register").await;
    let evil = Client::new("https://login.example.com");
    let foreign = Authenticator::new("x").register(&begun["publicKey"], &evil).unwrap();
    let body = json!({ "credential": foreign, "state": begun["state"] });
    browser.post("register/finish", body).await.problem(400, "registration_failed");

    // credential_exists: Bob's device claims Alice's credential id, and nothing of hers moves.
    let mut bob = app.signed_in("bob");
    let begun = bob.begin("register").await;
    let stolen = Authenticator::new("alice").register(&begun["publicKey"], &app.client()).unwrap();
    assert_eq!(stolen["id"], credential["credential_id"]);
    let body = json!({ "credential": stolen, "state": begun["state"] });
    bob.post("register/finish", body).await.problem(409, "credential_exists");
    let body = app.assertion(&mut device, &mut browser).await;
    assert_eq!(browser.post("authenticate/finish", body).await.ok()["user"], "alice");

    // limit_reached, at begin and at finish.
    let late = browser.begin("register").await;
    app.register(&mut Authenticator::new("second"), &mut browser).await;
    browser.post("register/begin", json!({})).await.problem(409, "limit_reached");
    let third = Authenticator::new("third").register(&late["publicKey"], &app.client()).unwrap();
    let body = json!({ "credential": third, "state": late["state"] });
    browser.post("register/finish", body).await.problem(409, "limit_reached");

    // not_signed_in
    let mut nobody = app.browser();
    nobody.post("register/begin", json!({})).await.problem(401, "not_signed_in");
    nobody.delete(&format!("credentials/{}", credential["id"].as_str().unwrap())).await.problem(401, "not_signed_in");

    // sign_in_refused: the passkey is right, the account is locked.
    let (mut device, _, _) = app.person("locked").await;
    let mut browser = app.browser();
    let body = app.assertion(&mut device, &mut browser).await;
    let refused = browser.post("authenticate/finish", body).await;
    refused.problem(403, "sign_in_refused");
    assert_eq!(refused.header("set-cookie"), None);
    assert!(!app.heard().contains(&"signed in locked".to_owned()));

    // ceremony_unusable: what can't be a handle is no more than an unknown one.
    let (mut device, mut browser, _) = app.person("carol").await;
    for state in ["", "x", "not a handle", &"A".repeat(5000)] {
        let mut body = app.assertion(&mut device, &mut browser).await;
        body["state"] = json!(state);
        browser.post("authenticate/finish", body).await.problem(400, "ceremony_unusable");
    }
}

pub async fn a_full_store_is_unavailable_and_evicts_nothing(adapter: Adapter) {
    let app = App::with(adapter, |builder| {
        let store = ceremony_http::ceremony_service::memory::MemoryCeremonies::new(3);
        builder.ceremonies(std::sync::Arc::new(store))
    })
    .await;
    let (mut device, mut browser, _) = app.person("alice").await;
    let kept = app.assertion(&mut device, &mut browser).await;
    for _ in 0..2 {
        app.browser().begin("authenticate").await;
    }
    app.browser().post("authenticate/begin", json!({})).await.problem(503, "unavailable");
    browser.post("authenticate/finish", kept).await.ok();
}

/// Status, headers and body must tell nothing but the code.
fn alike(answers: &[Answer]) {
    let (first, rest) = answers.split_first().unwrap();
    for other in rest {
        assert_eq!(first.status, other.status);
        assert_eq!(first.text(), other.text());
        assert_eq!(first.header_names(), other.header_names());
    }
}

pub async fn whatever_the_cause_a_refused_passkey_gets_one_answer(adapter: Adapter) {
    let app = App::start(adapter).await;
    let mut counting = Authenticator::new("alice").sign_count(SignCount::Counter { start: 5, step: 1 });
    let mut browser = app.signed_in("alice");
    let credential = app.register(&mut counting, &mut browser).await;
    let mut browser = app.browser();
    let mut answers = Vec::new();

    // A wrong signature.
    let mut body = app.assertion(&mut counting, &mut browser).await;
    body["credential"]["response"]["signature"] = json!("MAYCAQECAQE");
    answers.push(browser.post("authenticate/finish", body).await);
    // Another origin.
    let begun = browser.begin("authenticate").await;
    let assertion = counting.authenticate(&begun["publicKey"], &Client::new("https://login.example.com")).unwrap();
    answers
        .push(browser.post("authenticate/finish", json!({ "credential": assertion, "state": begun["state"] })).await);
    // No user verification.
    let begun = browser.begin("authenticate").await;
    let mut options = begun["publicKey"].clone();
    options["userVerification"] = json!("discouraged");
    let assertion = counting.clone().user_verified(false).authenticate(&options, &app.client()).unwrap();
    answers
        .push(browser.post("authenticate/finish", json!({ "credential": assertion, "state": begun["state"] })).await);
    // A counter that went back.
    let mut clone = counting.clone();
    let body = app.assertion(&mut counting, &mut browser).await;
    browser.post("authenticate/finish", body).await.ok();
    let id = clone.credentials()[0].id().to_vec();
    clone.credential_mut(&id).unwrap().set_sign_count(1);
    let mut browser = app.browser();
    let body = app.assertion(&mut clone, &mut browser).await;
    answers.push(browser.post("authenticate/finish", body).await);
    // Another user's passkey than the named one's.
    let (mut bobs, _, _) = app.person("bob").await;
    let begun = browser.post("authenticate/begin", json!({ "email": "alice@example.com" })).await.ok();
    let body = app.answer(&mut bobs, &begun);
    answers.push(browser.post("authenticate/finish", body).await);
    // A name without an account, with a passkey nobody knows.
    let mut stray = Authenticator::new("stray");
    stray.register(&app.signed_in("zoe").begin("register").await["publicKey"], &app.client()).unwrap();
    let begun = browser.post("authenticate/begin", json!({ "email": "x@elsewhere.example" })).await.ok();
    let body = app.answer(&mut stray, &begun);
    answers.push(browser.post("authenticate/finish", body).await);
    // A suspended one.
    let stored = app.passkeys.list(&ceremony_http::UserId::new("alice").unwrap()).await.unwrap();
    assert_eq!(stored[0].id.to_string(), credential["id"].as_str().unwrap());
    app.passkeys.suspend(&stored[0].record.credential_id, "lost").await.unwrap();
    let body = app.assertion(&mut counting, &mut browser).await;
    answers.push(browser.post("authenticate/finish", body).await);

    for answer in &answers {
        let problem = answer.problem(401, "authentication_failed");
        assert_eq!(problem.as_object().unwrap().len(), 5, "{problem}");
    }
    alike(&answers);

    // Suspended passkeys stay on the list, and in what the browser is told.
    let list = app.signed_in("alice").get("credentials").await.ok();
    assert_eq!(list["credentials"][0]["status"], "suspended");
    assert_eq!(list["signal"]["allAcceptedCredentialIds"].as_array().unwrap().len(), 1);
}

pub async fn only_a_passkey_that_nobody_has_is_unknown(adapter: Adapter) {
    let app = App::start(adapter).await;
    let mut stray = Authenticator::new("stray");
    stray.register(&app.signed_in("zoe").begin("register").await["publicKey"], &app.client()).unwrap();
    let mut browser = app.browser();
    let body = app.assertion(&mut stray, &mut browser).await;
    let problem = browser.post("authenticate/finish", body).await.problem(401, "unknown_credential");
    assert_eq!(problem.as_object().unwrap().len(), 5);
}

pub async fn steps_and_hints_are_for_localhost(adapter: Adapter) {
    for (app, told) in [(App::local(adapter).await, true), (App::start(adapter).await, false)] {
        let (mut device, _, _) = app.person("alice").await;
        let mut browser = app.browser();
        let mut body = app.assertion(&mut device, &mut browser).await;
        body["credential"]["response"]["signature"] = json!("MAYCAQECAQE");
        let problem = browser.post("authenticate/finish", body).await.problem(401, "authentication_failed");
        assert_eq!(problem.get("step").is_some_and(Value::is_string), told, "{problem}");
        assert_eq!(problem.get("hint").is_some_and(Value::is_string), told, "{problem}");

        let body = json!({ "credential": { "id": 1 }, "state": "x" });
        let problem = browser.post("authenticate/finish", body).await.problem(400, "invalid_request");
        assert_eq!(problem.get("hint").is_some_and(Value::is_string), told, "{problem}");
    }
}

pub async fn a_name_with_an_account_looks_like_one_without(adapter: Adapter) {
    for app in [App::start(adapter).await, App::listed(adapter).await] {
        app.person("alice").await;
        let mut shapes = Vec::new();
        // With a passkey, without one, without an account.
        for email in ["alice@example.com", "bob@example.com", "carol@elsewhere.example", "ALICE@example.com"] {
            let answer = app.browser().post("authenticate/begin", json!({ "email": email })).await;
            let names: Vec<String> = answer.header_names().into_iter().map(str::to_owned).collect();
            shapes.push((answer.status, names, shape(&answer.ok())));
        }
        for other in &shapes[1..] {
            assert_eq!(&shapes[0].0, &other.0);
            assert_eq!(&shapes[0].1, &other.1);
            assert_eq!(keys(&shapes[0].2), keys(&other.2));
        }
        // The same name gets the same list each time.
        let list = |answer: &Value| answer["publicKey"]["allowCredentials"].clone();
        for email in ["alice@example.com", "carol@elsewhere.example"] {
            let first = app.browser().post("authenticate/begin", json!({ "email": email })).await.ok();
            let second = app.browser().post("authenticate/begin", json!({ "email": email })).await.ok();
            assert_eq!(list(&first), list(&second));
            assert_ne!(first["publicKey"]["challenge"], second["publicKey"]["challenge"]);
        }
    }
}

/// A value with its leaves replaced by their kind and length, lists by their first entry.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(members) => members.iter().map(|(name, inner)| (name.clone(), shape(inner))).collect(),
        Value::Array(list) if list.first().is_some_and(Value::is_object) => json!([{}]),
        Value::Array(_) => json!([]),
        Value::String(_) => json!("text"),
        other => other.clone(),
    }
}

fn keys(value: &Value) -> String {
    value.to_string()
}
