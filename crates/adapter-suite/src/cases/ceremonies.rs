//! Both ceremonies from end to end, and what must not work twice.

use crate::Adapter;
use crate::app::App;
use ceremony_testkit::Authenticator;
use serde_json::json;
use std::time::Duration;

pub async fn register_sign_in_step_up_rename_remove(adapter: Adapter) {
    let app = App::start(adapter).await;
    let mut device = Authenticator::new("alice");
    let mut browser = app.signed_in("alice");

    let begun = browser.begin("register").await;
    assert_eq!(begun["publicKey"]["rp"]["id"], "example.com");
    assert_eq!(begun["publicKey"]["user"]["name"], "alice@example.com");
    assert!(begun["state"].as_str().is_some_and(|state| state.len() >= 22));
    let credential = device.register(&begun["publicKey"], &app.client()).unwrap();
    let body = json!({ "credential": credential, "state": begun["state"], "name": "  Laptop " });
    let added = browser.post("register/finish", body).await.ok()["credential"].take();
    assert_eq!(added["name"], "Laptop");
    assert_eq!(added["status"], "active");
    assert_eq!(added["credential_id"], credential["id"]);
    assert_eq!(added["aaguid"], "00000000-0000-0000-0000-000000000000");
    assert_eq!(added["created_at"], "2027-01-15T08:00:00.000Z");
    assert_eq!(added["last_used_at"], serde_json::Value::Null);
    assert_eq!(added["transports"], json!(["hybrid", "internal"]));
    assert_eq!((&added["backup_eligible"], &added["backup_state"]), (&json!(true), &json!(true)));
    assert_eq!(added.get("provider"), None);

    // A second registration excludes the first passkey.
    let again = browser.begin("register").await;
    assert_eq!(again["publicKey"]["excludeCredentials"][0]["id"], credential["id"]);

    // Sign in from nothing.
    app.clock.advance(Duration::from_secs(3600));
    let mut other = app.browser();
    let body = app.assertion(&mut device, &mut other).await;
    let signed_in = other.post("authenticate/finish", body).await.ok();
    assert_eq!(signed_in["user"], "alice");
    assert_eq!(signed_in["credential"]["last_used_at"], "2027-01-15T09:00:00.000Z");
    assert!(other.cookies.contains_key("session"));

    let list = other.get("credentials").await.ok();
    assert_eq!(list["credentials"].as_array().unwrap().len(), 1);
    assert_eq!(list["signal"]["rpId"], "example.com");
    assert_eq!(list["signal"]["allAcceptedCredentialIds"], json!([credential["id"]]));
    assert_eq!(list["signal"]["userId"], begun["publicKey"]["user"]["id"]);

    // An hour later the session is too old to remove a passkey, and a step-up makes it young.
    app.clock.advance(Duration::from_secs(3600));
    let path = format!("credentials/{}", added["id"].as_str().unwrap());
    other.delete(&path).await.problem(403, "step_up_required");
    other.post("register/begin", json!({})).await.problem(403, "step_up_required");
    let renamed = other.send("PATCH", &path, Some(&json!({ "name": "Phone" }))).await.ok();
    assert_eq!(renamed["credential"]["name"], "Phone");
    let begun = other.post("authenticate/begin", json!({ "purpose": "step_up" })).await.ok();
    let body = app.answer(&mut device, &begun);
    other.post("authenticate/finish", body).await.ok();
    assert_eq!(other.get(&path).await.ok()["credential"]["name"], "Phone");
    assert_eq!(other.delete(&path).await.ok()["credential"]["status"], "revoked");

    assert_eq!(other.get("credentials").await.ok()["credentials"], json!([]));
    other.get(&path).await.problem(404, "not_found");
    other.delete(&path).await.problem(404, "not_found");
    let problem = other.post("authenticate/begin", json!({ "purpose": "step_up" })).await.problem(404, "not_found");
    assert!(problem["detail"].as_str().unwrap().contains("no passkey to confirm with"), "{problem}");
    assert_eq!(app.heard(), ["registered alice", "signed in alice", "stepped up alice", "revoked alice"]);
}

pub async fn the_window_of_a_recent_sign_in_has_two_ends(adapter: Adapter) {
    let app = App::start(adapter).await;
    let mut browser = app.signed_in("alice");
    app.clock.advance(Duration::from_secs(600));
    browser.begin("register").await;
    app.clock.advance(Duration::from_millis(1));
    browser.post("register/begin", json!({})).await.problem(403, "step_up_required");
    // A session that claims to come from the future is none.
    let future = format!("alice.{}", u64::MAX);
    browser.cookies.insert("session".to_owned(), future);
    browser.post("register/begin", json!({})).await.problem(403, "step_up_required");
}

pub async fn a_replay_is_refused(adapter: Adapter) {
    let app = App::start(adapter).await;
    let (mut device, mut browser, _) = app.person("alice").await;
    let body = app.assertion(&mut device, &mut browser).await;
    browser.post("authenticate/finish", body.clone()).await.ok();
    browser.post("authenticate/finish", body).await.problem(400, "ceremony_unusable");

    let begun = browser.begin("register").await;
    let mut second = Authenticator::new("alice's second");
    let credential = second.register(&begun["publicKey"], &app.client()).unwrap();
    let body = json!({ "credential": credential, "state": begun["state"] });
    browser.post("register/finish", body.clone()).await.ok();
    browser.post("register/finish", body).await.problem(400, "ceremony_unusable");
}

pub async fn of_fifty_copies_at_once_one_signs_in(adapter: Adapter) {
    let app = App::start(adapter).await;
    let (mut device, _, _) = app.person("alice").await;
    let mut browser = app.browser();
    let body = app.assertion(&mut device, &mut browser).await;
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let (mut browser, body) = (browser.clone(), body.clone());
            tokio::spawn(async move { browser.post("authenticate/finish", body).await })
        })
        .collect();
    let mut signed_in = 0;
    for task in tasks {
        let answer = task.await.unwrap();
        if answer.status == 200 {
            signed_in += 1;
        } else {
            answer.problem(400, "ceremony_unusable");
        }
    }
    assert_eq!(signed_in, 1);
    assert_eq!(app.heard().iter().filter(|heard| *heard == "signed in alice").count(), 1);
}

pub async fn a_failed_attempt_uses_the_ceremony_up(adapter: Adapter) {
    let app = App::start(adapter).await;
    let (mut device, mut browser, _) = app.person("alice").await;
    let good = app.assertion(&mut device, &mut browser).await;
    let mut bad = good.clone();
    bad["credential"]["response"]["signature"] = json!("MAYCAQECAQE");
    browser.post("authenticate/finish", bad).await.problem(401, "authentication_failed");
    browser.post("authenticate/finish", good).await.problem(400, "ceremony_unusable");
}

pub async fn a_ceremony_expires(adapter: Adapter) {
    let app = App::start(adapter).await;
    let (mut device, mut browser, _) = app.person("alice").await;
    let body = app.assertion(&mut device, &mut browser).await;
    app.clock.advance(Duration::from_secs(3600));
    browser.post("authenticate/finish", body).await.problem(400, "ceremony_unusable");
}

pub async fn finish_compares_the_session_with_the_one_at_begin(adapter: Adapter) {
    let app = App::start(adapter).await;
    let mut alice = app.signed_in("alice");
    let begun = alice.begin("register").await;
    let credential = Authenticator::new("x").register(&begun["publicKey"], &app.client()).unwrap();
    let body = json!({ "credential": credential, "state": begun["state"] });
    // The same browser, in which Bob signed in meanwhile.
    let mut bob = alice.clone();
    bob.cookies.insert("session".to_owned(), app.token("bob"));
    bob.post("register/finish", body.clone()).await.problem(400, "ceremony_unusable");
    assert_eq!(bob.get("credentials").await.ok()["credentials"], json!([]));

    // A step-up of one user is none of another's, and none of nobody's.
    let (mut device, mut browser, _) = app.person("carol").await;
    for session in [Some("bob"), None] {
        let begun = browser.post("authenticate/begin", json!({ "purpose": "step_up" })).await.ok();
        let body = app.answer(&mut device, &begun);
        let mut other = browser.clone();
        other.cookies.remove("session");
        if let Some(user) = session {
            other.cookies.insert("session".to_owned(), app.token(user));
        }
        other.post("authenticate/finish", body).await.problem(400, "ceremony_unusable");
    }
    browser.cookies.remove("session");
    browser.post("authenticate/begin", json!({ "purpose": "step_up" })).await.problem(401, "not_signed_in");
    assert!(!app.heard().iter().any(|heard| heard.starts_with("stepped") || heard.starts_with("signed")));
}

pub async fn a_registration_is_no_authentication(adapter: Adapter) {
    let app = App::start(adapter).await;
    let (mut device, mut browser, _) = app.person("alice").await;
    let begun = browser.begin("register").await;
    let mut body = app.assertion(&mut device, &mut browser).await;
    body["state"] = begun["state"].clone();
    browser.post("authenticate/finish", body).await.problem(400, "ceremony_unusable");
}

pub async fn a_registration_can_go_without_a_dialogue(adapter: Adapter) {
    let app = App::start(adapter).await;
    let mut browser = app.signed_in("alice");
    let begun = browser.post("register/begin", json!({ "mediation": "conditional" })).await.ok();
    assert_eq!(begun["mediation"], "conditional");
    let client = app.client().conditional(true);
    let credential = Authenticator::new("x").register(&begun["publicKey"], &client).unwrap();
    let body = json!({ "credential": credential, "state": begun["state"] });
    browser.post("register/finish", body).await.ok();
    assert_eq!(browser.begin("register").await.get("mediation"), None);
}
