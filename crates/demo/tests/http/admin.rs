//! What administrators see and do, and that nobody else does.

use super::client::{Browser, PASSWORD};
use super::process::Demo;
use ceremony_adapter_suite::client::Answer;
use ceremony_testkit::{Authenticator, SignCount};
use serde_json::{Value, json};
use std::time::Duration;

const ADMIN: [&str; 2] = ["--admin", " Eve@Example.com ,root@example.com"];

/// The events of a query, once this kind is among them.
pub async fn events(admin: &mut Browser, query: &str, kind: &str) -> Vec<Value> {
    for _ in 0..100 {
        let events = admin.get(&format!("/admin/audit?limit=100{query}")).await.ok()["events"].take();
        let events = events.as_array().unwrap().clone();
        if events.iter().any(|event| event["kind"] == kind) {
            return events;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no event {kind}");
}

fn find<'a>(events: &'a [Value], kind: &str) -> &'a Value {
    events.iter().find(|event| event["kind"] == kind).unwrap_or_else(|| panic!("no {kind} in {events:?}"))
}

async fn id(browser: &mut Browser) -> String {
    browser.get("/auth/me").await.ok()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn nobody_else_gets_in() {
    let demo = Demo::start_with(&ADMIN).await;
    let mut ada = Browser::with_account(&demo, "ada@example.com").await;
    let user = id(&mut ada).await;
    let passkeys = format!("/admin/users/{user}/passkeys");
    let row = format!("{passkeys}/AAAAAAAAAAAAAAAAAAAAAA");
    let routes = [
        ("GET", "/admin/users".to_owned()),
        ("GET", passkeys),
        ("POST", format!("{row}/suspend")),
        ("POST", format!("{row}/reactivate")),
        ("GET", "/admin/audit".to_owned()),
        ("HEAD", "/admin/audit".to_owned()),
    ];
    for (method, path) in &routes {
        let check = |answer: &Answer, status, code: &str| match *method {
            "HEAD" => assert_eq!((answer.status, answer.body.len()), (status, 0)),
            _ => drop(answer.problem(status, code)),
        };
        check(&ada.send(method, path, b"").await, 403, "not_an_administrator");
        check(&Browser::new(&demo).send(method, path, b"").await, 401, "not_signed_in");
        let other = if *method == "POST" { "GET" } else { "POST" };
        let answer = ada.send(other, path, b"{}").await;
        answer.problem(405, "invalid_request");
        assert_eq!(answer.header("allow"), Some(if *method == "POST" { "POST" } else { "GET,HEAD" }));
        let mut stranger = ada.clone();
        stranger.origin = "https://evil.example".to_owned();
        if *method == "POST" {
            stranger.send(method, path, b"").await.problem(403, "cross_site");
        }
    }
    assert_eq!(ada.get("/auth/me").await.ok()["is_admin"], false);
    for email in ["eve@example.com", "root@example.com"] {
        let mut admin = Browser::with_account(&demo, email).await;
        assert_eq!(admin.get("/auth/me").await.ok()["is_admin"], true);
        admin.get("/admin/users").await.ok();
    }
}

#[tokio::test]
async fn accounts_come_in_pages() {
    let demo = Demo::start_with(&ADMIN).await;
    let mut admin = Browser::with_account(&demo, "eve@example.com").await;
    admin.add_passkey(&mut Authenticator::new("eve's phone"), "").await;
    for number in 0..4 {
        Browser::with_account(&demo, &format!("person{number}@example.com")).await;
    }
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let page = admin.get(&format!("/admin/users?limit=2&after={after}")).await.ok();
        seen.extend(page["users"].as_array().unwrap().clone());
        match page["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
        assert_eq!(page["users"].as_array().unwrap().len(), 2);
    }
    let emails: Vec<&str> = seen.iter().map(|user| user["email"].as_str().unwrap()).collect();
    let expected = ["eve", "person0", "person1", "person2", "person3"].map(|name| format!("{name}@example.com"));
    assert_eq!(emails, expected);
    assert_eq!((&seen[0]["passkeys"], &seen[1]["passkeys"]), (&json!(1), &json!(0)));
    assert!(seen[0]["created_at"].as_str().unwrap().ends_with('Z') && seen[0].get("password_hash").is_none());
    for query in ["limit=0", "limit=101", "limit=x", "after=%00", "user=a/b"] {
        admin.get(&format!("/admin/users?{query}")).await.problem(400, "invalid_request");
    }
    admin.get("/admin/audit?after=x").await.problem(400, "invalid_request");
    let head = admin.send("HEAD", "/admin/users", b"").await;
    assert_eq!((head.status, head.body.len()), (200, 0));
}

#[tokio::test]
async fn suspending_and_reactivating() {
    let demo = Demo::start_with(&ADMIN).await;
    let mut admin = Browser::with_account(&demo, "eve@example.com").await;
    let mut ada = Browser::with_account(&demo, "ada@example.com").await;
    let (mut phone, mut key) = (Authenticator::new("phone"), Authenticator::new("key"));
    let (one, two) = (ada.add_passkey(&mut phone, "Phone").await, ada.add_passkey(&mut key, "Key").await);
    let user = id(&mut ada).await;
    let path = |row: &Value, what: &str| format!("/admin/users/{user}/passkeys/{}/{what}", row["id"].as_str().unwrap());
    let mut elsewhere = Browser::new(&demo);
    let assertion = elsewhere.assertion(&mut phone, json!({})).await;
    elsewhere.finish(&assertion).await.ok();

    for _ in 0..2 {
        let suspended = admin.post(&path(&one, "suspend"), json!({})).await.ok()["credential"].take();
        assert_eq!(suspended["status"], "suspended");
        assert_eq!(suspended["status_reason"], "suspended by an administrator");
        assert!(suspended["status_since"].as_str().unwrap().ends_with('Z'));
    }
    elsewhere.get("/auth/me").await.problem(401, "not_signed_in");
    ada.get("/auth/me").await.ok();
    let assertion = elsewhere.assertion(&mut phone, json!({})).await;
    elsewhere.finish(&assertion).await.problem(401, "authentication_failed");
    ada.send("DELETE", &format!("/auth/passkeys/credentials/{}", two["id"].as_str().unwrap()), b"").await.ok();
    let list = admin.get(&format!("/admin/users/{user}/passkeys")).await.ok()["credentials"].take();
    let states: Vec<_> = list.as_array().unwrap().iter().map(|one| (&one["name"], &one["status"])).collect();
    assert_eq!(states, [(&json!("Phone"), &json!("suspended")), (&json!("Key"), &json!("revoked"))]);
    assert!(list[1]["status_reason"].is_string() && list[1]["status_since"].is_string());

    let active = admin.post(&path(&one, "reactivate"), json!({})).await.ok()["credential"].take();
    assert_eq!((&active["status"], active.get("status_reason")), (&json!("active"), None));
    let assertion = elsewhere.assertion(&mut phone, json!({})).await;
    elsewhere.finish(&assertion).await.ok();
    // What its owner removed stays removed.
    for what in ["suspend", "reactivate"] {
        admin.post(&path(&two, what), json!({})).await.problem(409, "passkey_removed");
    }
    let admins = id(&mut admin).await;
    let row = one["id"].as_str().unwrap();
    for path in [
        format!("/admin/users/{admins}/passkeys/{row}/suspend"),
        format!("/admin/users/nobody/passkeys/{row}/suspend"),
        format!("/admin/users/{user}/passkeys/AAAAAAAAAAAAAAAAAAAAAA/suspend"),
        format!("/admin/users/{user}/passkeys/x/suspend"),
        format!("/admin/users/{user}/passkeys/{row}/erase"),
        format!("/admin/users/{user}/passkeys/{row}/suspend/x"),
    ] {
        admin.post(&path, json!({})).await.problem(404, "not_found");
    }
    admin.get("/admin/users/nobody/passkeys").await.problem(404, "not_found");
    admin.get(&format!("/admin/users/{user}/nothing")).await.problem(404, "not_found");
}

#[tokio::test]
async fn the_trail_tells_what_happened_and_no_secret() {
    let demo = Demo::start_with(&ADMIN).await;
    let mut admin = Browser::with_account(&demo, "eve@example.com").await;
    let mut ada = Browser::with_account(&demo, "ada@example.com").await;
    let user = id(&mut ada).await;
    let mut device = Authenticator::new("ada's phone");
    let added = ada.add_passkey(&mut device, "Ada's own phone").await;
    let row = added["id"].as_str().unwrap().to_owned();
    let assertion = ada.assertion(&mut device, json!({})).await;
    ada.finish(&assertion).await.ok();
    ada.finish(&assertion).await.problem(400, "ceremony_unusable");
    let wrong = json!({ "email": "ada@example.com", "password": "a wrong password" });
    Browser::new(&demo).post("/auth/login", wrong).await.problem(401, "login_failed");
    let unknown = json!({ "email": "nobody@example.com", "password": PASSWORD });
    Browser::new(&demo).post("/auth/login", unknown).await.problem(401, "login_failed");
    ada.login("ada@example.com").await.ok();
    admin.post(&format!("/admin/users/{user}/passkeys/{row}/suspend"), json!({})).await.ok();
    let assertion = ada.assertion(&mut device, json!({})).await;
    ada.finish(&assertion).await.problem(401, "authentication_failed");
    admin.post(&format!("/admin/users/{user}/passkeys/{row}/reactivate"), json!({})).await.ok();
    ada.send("DELETE", &format!("/auth/passkeys/credentials/{row}"), b"").await.ok();
    let cookies = ada.cookies.clone();
    ada.post("/auth/logout-everywhere", json!({})).await.ok();

    let all = events(&mut admin, "", "signed_out_everywhere").await;
    let about = events(&mut admin, &format!("&user={user}"), "signed_out_everywhere").await;
    let admins = id(&mut admin).await;
    let by = format!("by {admins}");
    let table = [
        ("account_created", None, Some("with a password")),
        ("registration_succeeded", Some(&row), None),
        ("authentication_succeeded", Some(&row), None),
        ("password_sign_in", None, None),
        ("password_sign_in_failed", None, None),
        ("credential_suspended", Some(&row), None),
        ("suspended_by_administrator", Some(&row), Some(by.as_str())),
        ("authentication_failed", Some(&row), None),
        ("reactivated_by_administrator", Some(&row), Some(by.as_str())),
        ("credential_revoked", Some(&row), None),
        ("signed_out_everywhere", None, None),
    ];
    for (kind, credential, detail) in table {
        let event = find(&about, kind);
        assert_eq!(event["user"], user.as_str(), "{event}");
        assert_eq!(event.get("credential").and_then(Value::as_str), credential.map(String::as_str), "{event}");
        if let Some(detail) = detail {
            assert_eq!(event["detail"], detail);
        }
        assert!(event["at"].as_str().unwrap().ends_with('Z'));
    }
    assert!(find(&about, "authentication_failed")["detail"].is_string(), "why it failed");
    // Newest first; the others' are not among one account's.
    assert_eq!(about[0]["kind"], "signed_out_everywhere");
    assert!(about.iter().all(|event| event["user"] == user.as_str()) && all.len() > about.len());
    assert!(all.iter().any(|event| event["kind"] == "password_sign_in_failed" && event.get("user").is_none()));
    assert!(find(&all, "ceremony_replayed").get("user").is_none());
    assert!(!all.iter().any(|event| event["kind"] == "authentication_began"), "anybody can begin");

    let text = serde_json::to_string(&all).unwrap();
    let secrets =
        ["ada@", "nobody@", PASSWORD, "a wrong password", "own phone", added["credential_id"].as_str().unwrap()];
    for secret in secrets.into_iter().chain(cookies.values().map(String::as_str)) {
        assert!(!text.contains(secret), "{secret} in {text}");
    }

    // In pages, too.
    let first = admin.get("/admin/audit?limit=3").await.ok();
    let next = first["next"].as_str().unwrap();
    let second = admin.get(&format!("/admin/audit?limit=3&after={next}")).await.ok();
    assert_eq!(first["events"].as_array().unwrap()[..], all[..3]);
    assert_eq!(second["events"].as_array().unwrap()[..], all[3..6]);

    // And it is still there after a restart.
    let demo = demo.restart().await;
    let mut admin = Browser::new(&demo);
    admin.login("eve@example.com").await.ok();
    let again = events(&mut admin, &format!("&user={user}"), "signed_out_everywhere").await;
    assert_eq!(again, about);
}

/// The service suspends a passkey itself when its counter goes back. Who has the copy is signed in with it, until an
/// administrator who suspends the passkey is told that it is.
#[tokio::test]
async fn suspending_ends_the_sessions_of_a_passkey_that_is_suspended_already() {
    let mut demo = Demo::start_with_settings("sign_count = \"suspend\"\n").await;
    demo.kill().await;
    demo.start_again(&ADMIN).await;
    let mut admin = Browser::with_account(&demo, "eve@example.com").await;
    let mut ada = Browser::with_account(&demo, "ada@example.com").await;
    let mut phone = Authenticator::new("phone").sign_count(SignCount::Counter { start: 5, step: 1 });
    let row = ada.add_passkey(&mut phone, "Phone").await["id"].as_str().unwrap().to_owned();
    let (mut copy, mut thief) = (phone.clone(), Browser::new(&demo));
    let assertion = thief.assertion(&mut copy, json!({})).await;
    thief.finish(&assertion).await.ok();
    let assertion = ada.assertion(&mut phone, json!({})).await;
    ada.finish(&assertion).await.problem(401, "authentication_failed");

    thief.get("/auth/me").await.ok();
    let path = format!("/admin/users/{}/passkeys/{row}/suspend", id(&mut ada).await);
    assert_eq!(admin.post(&path, json!({})).await.ok()["credential"]["status"], "suspended");
    thief.get("/auth/me").await.problem(401, "not_signed_in");
    ada.get("/auth/me").await.ok();
}
