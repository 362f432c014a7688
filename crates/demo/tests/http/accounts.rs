//! Accounts with passwords, and their sessions.

use super::client::{Browser, PASSWORD};
use super::process::Demo;
use serde_json::json;

#[tokio::test]
async fn register_login_me_logout() {
    let demo = Demo::start().await;
    let mut browser = Browser::new(&demo);
    browser.get("/auth/me").await.problem(401, "not_signed_in");

    let answer = browser.post("/auth/register", json!({ "email": " Ada@Example.com ", "password": PASSWORD })).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(answer.json()["user"]["email"], "ada@example.com");
    let cookie = answer.header("set-cookie").unwrap().to_owned();
    assert!(cookie.starts_with(&format!("session-{}=", demo.address().port())), "{cookie}");
    assert!(cookie.contains("; HttpOnly; SameSite=Lax; Path=/;") && !cookie.contains("Secure"), "{cookie}");

    let me = browser.get("/auth/me").await.ok();
    assert_eq!(me["email"], "ada@example.com");
    assert_eq!(me["id"], answer.json()["user"]["id"]);
    assert_eq!((&me["has_password"], &me["is_admin"]), (&json!(true), &json!(false)));
    assert_eq!(me["authenticated_by"], "password");
    assert!(me["authenticated_at"].as_str().unwrap().ends_with('Z'), "{me}");

    // Signing in again gives another token, and the one before is worth nothing.
    let before = browser.clone();
    assert_eq!(browser.login("ADA@example.com").await.ok(), answer.json());
    assert_ne!(browser.cookies, before.cookies);
    before.clone().get("/auth/me").await.problem(401, "not_signed_in");

    let before = browser.clone();
    browser.send("POST", "/auth/logout", b"").await.ok();
    assert!(browser.cookies.is_empty());
    browser.get("/auth/me").await.problem(401, "not_signed_in");
    before.clone().get("/auth/me").await.problem(401, "not_signed_in");
    browser.post("/auth/logout", json!({})).await.ok();
}

#[tokio::test]
async fn signing_out_everywhere() {
    let demo = Demo::start().await;
    let mut here = Browser::with_account(&demo, "ada@example.com").await;
    let mut there = Browser::new(&demo);
    there.login("ada@example.com").await.ok();
    let mut bob = Browser::with_account(&demo, "bob@example.com").await;
    let before = here.clone();
    let answer = here.post("/auth/logout-everywhere", json!({})).await;
    assert_eq!((answer.ok(), here.cookies.len()), (json!({}), 0));
    for browser in [&mut here, &mut there, &mut before.clone()] {
        browser.get("/auth/me").await.problem(401, "not_signed_in");
        browser.post("/auth/logout-everywhere", json!({})).await.problem(401, "not_signed_in");
    }
    bob.get("/auth/me").await.ok();
}

#[tokio::test]
async fn a_password_is_changed_by_who_signed_in_not_long_ago() {
    let demo = Demo::start().await;
    let mut here = Browser::with_account(&demo, "ada@example.com").await;
    let mut there = Browser::new(&demo);
    there.login("ada@example.com").await.ok();
    here.post("/auth/password", json!({ "password": "another password" })).await.ok();
    here.get("/auth/me").await.ok();
    there.get("/auth/me").await.problem(401, "not_signed_in");
    there.login("ada@example.com").await.problem(401, "login_failed");
    there.post("/auth/login", json!({ "email": "ada@example.com", "password": "another password" })).await.ok();

    let demo = Demo::start_with_settings("max_auth_age = 1\n").await;
    let mut here = Browser::with_account(&demo, "ada@example.com").await;
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    here.post("/auth/password", json!({ "password": "another password" })).await.problem(403, "step_up_required");
    here.login("ada@example.com").await.ok();
}

#[tokio::test]
async fn wrong_names_and_wrong_passwords_are_alike() {
    let demo = Demo::start().await;
    let mut browser = Browser::with_account(&demo, "ada@example.com").await;
    browser.cookies.clear();
    let wrong = json!({ "email": "ada@example.com", "password": "incorrect horse" });
    let wrong = browser.post("/auth/login", wrong).await;
    let unknown = browser.login("bob@example.com").await;
    wrong.problem(401, "login_failed");
    assert_eq!((wrong.status, wrong.body.clone()), (unknown.status, unknown.body.clone()));
    assert_eq!(wrong.header_names(), unknown.header_names());
    assert!(browser.cookies.is_empty());
    for password in ["", "short", &"x".repeat(2000)] {
        let body = json!({ "email": "ada@example.com", "password": password });
        browser.post("/auth/login", body).await.problem(401, "login_failed");
    }
}

#[tokio::test]
async fn bad_accounts_are_refused_with_a_reason() {
    let demo = Demo::start().await;
    let mut browser = Browser::with_account(&demo, "ada@example.com").await;
    let taken = json!({ "email": "ADA@example.com", "password": PASSWORD });
    browser.post("/auth/register", taken).await.problem(409, "email_taken");
    let long = format!("{}@example.com", "a".repeat(250));
    let table = [
        ("", PASSWORD, "needs an @"),
        ("ada", PASSWORD, "needs an @"),
        ("a@b@c", PASSWORD, "one @"),
        ("@example.com", PASSWORD, "one @"),
        ("a d@example.com", PASSWORD, "space"),
        ("a\u{7}@example.com", PASSWORD, "does not belong"),
        (&long, PASSWORD, "254"),
        ("bob@example.com", "1234567", "at least 8"),
        ("bob@example.com", &"x".repeat(1025), "1024"),
    ];
    for (email, password, reason) in table {
        let answer = browser.post("/auth/register", json!({ "email": email, "password": password })).await;
        let detail = answer.problem(400, "invalid_request")["detail"].take();
        assert!(detail.as_str().unwrap().contains(reason), "{email:?}: {detail}");
    }
}

#[tokio::test]
async fn guesses_at_a_password_are_counted_by_name_and_all_requests_by_address() {
    let demo = Demo::start_with_settings("rate_limit_account = 3\n").await;
    let mut browser = Browser::with_account(&demo, "ada@example.com").await;
    for email in ["ada@example.com", "nobody@example.com"] {
        for attempt in 0..4 {
            let guess = json!({ "email": email, "password": format!("guess {attempt}") });
            let answer = browser.post("/auth/login", guess).await;
            match attempt {
                3 => drop(answer.problem(429, "rate_limited")),
                _ => drop(answer.problem(401, "login_failed")),
            }
            let wait = answer.header("retry-after").map(|wait| wait.parse::<u32>().unwrap());
            assert_eq!(wait.is_some_and(|wait| wait > 0), attempt == 3, "{wait:?}");
        }
    }
    // The same name however it is typed; others are not met.
    browser.login(" ADA@example.com").await.problem(429, "rate_limited");
    browser.login("bob@example.com").await.problem(401, "login_failed");
    browser.get("/auth/me").await.ok();

    let demo = Demo::start_with_settings("rate_limit_peer = 4\n").await;
    let mut browser = Browser::with_account(&demo, "ada@example.com").await;
    for _ in 0..3 {
        browser.post("/auth/token", json!({})).await.problem(404, "not_found");
    }
    let answer = browser.post("/auth/logout", json!({})).await;
    answer.problem(429, "rate_limited");
    assert!(answer.header("retry-after").is_some());
    // What only reads is not counted.
    browser.get("/auth/me").await.ok();
}

#[tokio::test]
async fn nothing_secret_is_in_the_log() {
    let demo = Demo::start().await;
    let mut browser = Browser::with_account(&demo, "ada@example.com").await;
    browser.login("ada@example.com").await.ok();
    browser.login("bob@example.com").await.problem(401, "login_failed");
    let mut stranger = browser.clone();
    stranger.origin = "https://evil.example".to_owned();
    stranger.login("ada@example.com").await.problem(403, "cross_site");
    let log = demo.log();
    assert!(log.contains("evil.example"), "{log}");
    for secret in ["ada@", "bob@", PASSWORD].into_iter().chain(browser.cookies.values().map(String::as_str)) {
        assert!(!log.contains(secret), "{log}");
    }
}
