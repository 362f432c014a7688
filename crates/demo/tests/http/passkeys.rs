//! The whole life of a passkey, and what is refused on the way.

use super::client::Browser;
use super::process::Demo;
use ceremony_testkit::{Authenticator, Fault};
use serde_json::{Value, json};
use std::collections::HashSet;

const CREDENTIALS: &str = "/auth/passkeys/credentials";
const FINISH: &str = "/auth/passkeys/authenticate/finish";

#[tokio::test]
async fn providers_are_named() {
    let list =
        r#"{"07070707-0707-0707-0707-070707070707": {"name": "Seven", "icon_light": "data:image/png;base64,AAAA"}}"#;
    let demo = Demo::start_with_providers(list).await;
    let mut browser = Browser::with_account(&demo, "ada@example.com").await;
    let listed = browser.add_passkey(&mut Authenticator::new("seven").aaguid([7; 16]), "").await;
    assert_eq!(listed["aaguid"], "07070707-0707-0707-0707-070707070707");
    assert_eq!(listed["provider"], json!({ "name": "Seven", "icon_light": "data:image/png;base64,AAAA" }));
    // Google Password Manager is known without a list.
    let google = [0xea, 0x9b, 0x8d, 0x66, 0x4d, 0x01, 0x1d, 0x21, 0x3c, 0xe4, 0xb6, 0xb4, 0x8c, 0xb5, 0x75, 0xd4];
    let listed = browser.add_passkey(&mut Authenticator::new("google").aaguid(google), "").await;
    assert_eq!(listed["provider"]["name"], "Google Password Manager");
    let unknown = browser.add_passkey(&mut Authenticator::new("unknown").aaguid([8; 16]), "").await;
    assert_eq!(unknown.get("provider"), None);
}

#[tokio::test]
async fn the_whole_path() {
    whole_path(&Demo::start().await).await;
}

/// From a new account to a passkey that is removed.
pub async fn whole_path(demo: &Demo) {
    let mut device = Authenticator::new("ada's phone");
    let mut browser = Browser::with_account(demo, "ada@example.com").await;
    let me = browser.get("/auth/me").await.ok();
    let added = browser.add_passkey(&mut device, "Phone").await;
    assert_eq!((&added["name"], &added["status"]), (&json!("Phone"), &json!("active")));
    assert_eq!(browser.get(CREDENTIALS).await.ok()["credentials"], json!([added]));

    // A device does not get a second one.
    let begun = browser.post("/auth/passkeys/register/begin", json!({})).await.ok();
    assert!(device.register(&begun["publicKey"], &browser.client()).is_err());

    browser.post("/auth/logout", json!({})).await.ok();
    browser.get(CREDENTIALS).await.problem(401, "not_signed_in");
    let assertion = browser.assertion(&mut device, json!({})).await;
    let signed_in = browser.finish(&assertion).await.ok();
    assert_eq!(signed_in["user"], json!({ "id": me["id"], "email": "ada@example.com" }));
    assert_eq!(signed_in["credential"]["id"], added["id"]);
    assert!(signed_in["credential"]["last_used_at"].is_string());
    assert_eq!(browser.get("/auth/me").await.ok()["authenticated_by"], "passkey");

    let assertion = browser.assertion(&mut device, json!({ "purpose": "step_up" })).await;
    let before = browser.cookies.clone();
    browser.finish(&assertion).await.ok();
    assert_eq!(browser.cookies, before, "a step-up opens no session");

    let one = format!("{CREDENTIALS}/{}", added["id"].as_str().unwrap());
    let renamed = browser.send("PATCH", &one, br#"{"name":"Old phone"}"#).await.ok();
    assert_eq!(renamed["credential"]["name"], "Old phone");
    assert_eq!(browser.get(&one).await.ok()["credential"]["name"], "Old phone");

    let removed = browser.send("DELETE", &one, b"").await.ok();
    assert_eq!(removed["credential"]["status"], "revoked");
    assert_eq!(browser.get(CREDENTIALS).await.ok()["credentials"], json!([]));
    browser.get(&one).await.problem(404, "not_found");
    assert_eq!(browser.get("/auth/me").await.status, 200, "the session that removed it stays");
    let assertion = browser.assertion(&mut device, json!({})).await;
    browser.finish(&assertion).await.problem(401, "authentication_failed");
}

#[tokio::test]
async fn a_removed_passkey_ends_the_sessions_it_opened() {
    let demo = Demo::start().await;
    let mut device = Authenticator::new("ada's phone");
    let mut browser = Browser::with_account(&demo, "ada@example.com").await;
    let added = browser.add_passkey(&mut device, "").await;
    let mut thief = Browser::new(&demo);
    let assertion = thief.assertion(&mut device, json!({})).await;
    thief.finish(&assertion).await.ok();
    browser.send("DELETE", &format!("{CREDENTIALS}/{}", added["id"].as_str().unwrap()), b"").await.ok();
    thief.get("/auth/me").await.problem(401, "not_signed_in");
    browser.get("/auth/me").await.ok();
}

#[tokio::test]
async fn replays_and_other_browsers_are_refused() {
    let demo = Demo::start().await;
    let mut device = Authenticator::new("ada's phone");
    let mut browser = Browser::with_account(&demo, "ada@example.com").await;
    browser.add_passkey(&mut device, "Phone").await;
    browser.post("/auth/logout", json!({})).await.ok();

    let assertion = browser.assertion(&mut device, json!({})).await;
    let mut other = Browser::new(&demo);
    other.finish(&assertion).await.problem(400, "ceremony_unusable");
    let mut other = Browser::new(&demo);
    other.assertion(&mut device, json!({})).await;
    other.finish(&assertion).await.problem(400, "ceremony_unusable");
    browser.finish(&assertion).await.ok();
    browser.finish(&assertion).await.problem(400, "ceremony_unusable");

    let begun = browser.post("/auth/passkeys/authenticate/begin", json!({})).await.ok();
    let forged = device.authenticate_with(&begun["publicKey"], &browser.client(), Fault::OriginSubdomain);
    let credential: Value = serde_json::from_slice(&forged.unwrap()).unwrap();
    let body = json!({ "credential": credential, "state": begun["state"] });
    let problem = browser.finish(&body).await.problem(401, "authentication_failed");
    assert!(problem["step"].is_string() && problem["hint"].is_string(), "on localhost the answer explains: {problem}");
    browser.finish(&body).await.problem(400, "ceremony_unusable");
}

#[tokio::test]
async fn of_fifty_copies_of_an_assertion_one_signs_in() {
    let demo = Demo::start().await;
    let mut device = Authenticator::new("ada's phone");
    let mut browser = Browser::with_account(&demo, "ada@example.com").await;
    browser.add_passkey(&mut device, "Phone").await;
    browser.post("/auth/logout", json!({})).await.ok();
    let assertion = browser.assertion(&mut device, json!({})).await;

    let copies: Vec<_> = (0..50)
        .map(|_| {
            let (mut browser, assertion) = (browser.clone(), assertion.clone());
            tokio::spawn(async move { browser.finish(&assertion).await })
        })
        .collect();
    let mut answers = Vec::new();
    for copy in copies {
        answers.push(copy.await.unwrap());
    }
    let (good, bad): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!(good.len(), 1);
    for answer in bad {
        answer.problem(400, "ceremony_unusable");
        assert_eq!(answer.header("set-cookie"), None);
    }
}

#[tokio::test]
async fn other_peoples_passkeys_are_not_there() {
    let demo = Demo::start().await;
    let mut ada = Browser::with_account(&demo, "ada@example.com").await;
    let mut eve = Browser::with_account(&demo, "eve@example.com").await;
    let added = ada.add_passkey(&mut Authenticator::new("ada's phone"), "Phone").await;
    let one = format!("{CREDENTIALS}/{}", added["id"].as_str().unwrap());
    let unknown = format!("{CREDENTIALS}/AAAAAAAAAAAAAAAAAAAAAA");
    for (method, body) in [("GET", &b""[..]), ("PATCH", br#"{"name":"mine"}"#), ("DELETE", b"")] {
        let foreign = eve.send(method, &one, body).await;
        foreign.problem(404, "not_found");
        assert_eq!(foreign.body, eve.send(method, &unknown, body).await.body);
    }
    assert_eq!(eve.get(CREDENTIALS).await.ok()["credentials"], json!([]));
    assert_eq!(ada.get(&one).await.ok()["credential"], added);
}

#[tokio::test]
async fn a_step_up_is_for_its_own_user() {
    let demo = Demo::start().await;
    let mut eve = Browser::with_account(&demo, "eve@example.com").await;
    let mut device = Authenticator::new("eve's phone");
    eve.add_passkey(&mut device, "Phone").await;
    let assertion = eve.assertion(&mut device, json!({ "purpose": "step_up" })).await;
    // Another account signs in in the same browser meanwhile.
    eve.post("/auth/register", json!({ "email": "ada@example.com", "password": "correct horse" })).await;
    let answer = eve.finish(&assertion).await;
    assert!(matches!(answer.status, 400 | 401), "{}", answer.text());
    answer.any_problem();
    assert_eq!(eve.get("/auth/me").await.ok()["authenticated_by"], "password");
    let mut nobody = Browser::new(&demo);
    let body = json!({ "purpose": "step_up" });
    nobody.post("/auth/passkeys/authenticate/begin", body).await.problem(401, "not_signed_in");
}

#[tokio::test]
async fn a_restart_keeps_accounts_passkeys_and_what_was_begun() {
    let demo = Demo::start().await;
    let mut device = Authenticator::new("ada's phone");
    let mut browser = Browser::with_account(&demo, "ada@example.com").await;
    browser.add_passkey(&mut device, "Phone").await;
    let listed = browser.get(CREDENTIALS).await.ok();
    let decoys = browser.post("/auth/passkeys/authenticate/begin", json!({ "email": "x@example.com" })).await.ok();
    let mut other = Browser::new(&demo);
    let assertion = other.assertion(&mut device, json!({})).await;

    let demo = demo.restart().await;
    assert_eq!(browser.get(CREDENTIALS).await.ok(), listed);
    let again = browser.post("/auth/passkeys/authenticate/begin", json!({ "email": "x@example.com" })).await.ok();
    assert_eq!(again["publicKey"]["allowCredentials"], decoys["publicKey"]["allowCredentials"]);
    other.finish(&assertion).await.ok();
    other.finish(&assertion).await.problem(400, "ceremony_unusable");
    Browser::new(&demo).login("ada@example.com").await.ok();

    let raw = std::fs::read(demo.database()).unwrap();
    for secret in browser.cookies.values().chain(other.cookies.values()) {
        assert!(!raw.windows(secret.len()).any(|window| window == secret.as_bytes()), "a token in the database");
    }
}

#[tokio::test]
async fn challenges_and_states_never_repeat() {
    let demo = Demo::start().await;
    let mut browser = Browser::new(&demo);
    let mut seen = HashSet::new();
    for _ in 0..20 {
        let begun = browser.post("/auth/passkeys/authenticate/begin", json!({})).await.ok();
        assert!(seen.insert(begun["publicKey"]["challenge"].to_string()));
        assert!(seen.insert(begun["state"].to_string()));
    }
    let answer = browser.send("POST", FINISH, br#"{"credential":{},"state":"x"}"#).await;
    answer.problem(400, "invalid_request");
}
