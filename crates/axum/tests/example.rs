//! The example with tower-sessions, run as it stands.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

#[path = "../examples/tower_sessions.rs"]
#[allow(dead_code, reason = "its main is not called")]
mod example;

use ceremony_adapter_suite::client::{Browser, send};
use ceremony_testkit::{Authenticator, Client};
use serde_json::json;
use std::net::SocketAddr;

const ORIGIN: &str = "http://localhost:3000";

async fn start() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let app = example::app(ORIGIN).unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    at
}

/// Logs a name in by the example's own route.
async fn log_in(at: SocketAddr, browser: &mut Browser, name: &str) {
    let mut headers = browser.headers();
    headers.push(("content-type".to_owned(), "application/json".to_owned()));
    let answer = send(at, "POST", "/login", &headers, json!({ "name": name }).to_string().as_bytes()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    browser.keep(&answer);
}

async fn lock(at: SocketAddr, browser: &Browser) {
    let mut headers = browser.headers();
    headers.push(("content-type".to_owned(), "application/json".to_owned()));
    assert_eq!(send(at, "POST", "/lock", &headers, b"{}").await.status, 200);
}

#[tokio::test]
async fn a_session_is_opened_renewed_and_closed() {
    let at = start().await;
    let client = Client::new(ORIGIN);
    let mut browser = Browser::new(at, ORIGIN);
    browser.post("register/begin", json!({})).await.problem(401, "not_signed_in");
    log_in(at, &mut browser, "ada").await;
    let mut device = Authenticator::new("ada");
    let begun = browser.begin("register").await;
    let credential = device.register(&begun["publicKey"], &client).unwrap();
    let body = json!({ "credential": credential, "state": begun["state"], "name": "Laptop" });
    browser.post("register/finish", body).await.ok();

    let mut other = Browser::new(at, ORIGIN);
    let begun = other.begin("authenticate").await;
    let credential = device.authenticate(&begun["publicKey"], &client).unwrap();
    let body = json!({ "credential": credential, "state": begun["state"] });
    assert_eq!(other.post("authenticate/finish", body).await.ok()["user"], "ada");
    let planted = other.cookies["id"].clone();
    assert_eq!(other.get("credentials").await.ok()["credentials"][0]["name"], "Laptop");

    // A step-up renews the session under another id.
    let begun = other.post("authenticate/begin", json!({ "purpose": "step_up" })).await.ok();
    let credential = device.authenticate(&begun["publicKey"], &client).unwrap();
    let body = json!({ "credential": credential, "state": begun["state"] });
    other.post("authenticate/finish", body).await.ok();
    assert_ne!(other.cookies["id"], planted);
    other.cookies.insert("id".to_owned(), planted);
    other.get("credentials").await.problem(401, "not_signed_in");
}

#[tokio::test]
async fn a_locked_account_neither_signs_in_nor_steps_up() {
    let at = start().await;
    let client = Client::new(ORIGIN);
    let mut browser = Browser::new(at, ORIGIN);
    log_in(at, &mut browser, "locked").await;
    let mut device = Authenticator::new("locked");
    let begun = browser.begin("register").await;
    let credential = device.register(&begun["publicKey"], &client).unwrap();
    let body = json!({ "credential": credential, "state": begun["state"] });
    browser.post("register/finish", body).await.ok();
    lock(at, &browser).await;
    // The session that is open is nobody's any more.
    browser.post("authenticate/begin", json!({ "purpose": "step_up" })).await.problem(401, "not_signed_in");
    browser.post("register/begin", json!({})).await.problem(401, "not_signed_in");
    let mut other = Browser::new(at, ORIGIN);
    let begun = other.begin("authenticate").await;
    let credential = device.authenticate(&begun["publicKey"], &client).unwrap();
    let body = json!({ "credential": credential, "state": begun["state"] });
    other.post("authenticate/finish", body).await.problem(403, "sign_in_refused");
    assert!(!other.cookies.contains_key("id"));
}
