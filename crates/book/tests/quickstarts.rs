//! The programs of the quickstart pages, run as they stand: a person goes through what the pages promise.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, dead_code, missing_docs, reason = "a test; no main is called")]

#[path = "../examples/quickstart_actix/main.rs"]
mod quickstart_actix;
#[path = "../examples/quickstart_axum/main.rs"]
mod quickstart_axum;
#[path = "../examples/quickstart_warp/main.rs"]
mod quickstart_warp;

use ceremony_adapter_suite::client::{Answer, Browser, send};
use ceremony_testkit::{Authenticator, Client};
use serde_json::{Value, json};
use std::net::{SocketAddr, TcpListener};

/// What the pages say.
const ORIGIN: &str = "http://localhost:3000";
const NOWHERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// A database that is gone with the value.
struct Database(tempfile::TempDir);

impl Database {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn url(&self) -> String {
        format!("sqlite:{}", self.0.path().join("passkeys.db").display())
    }
}

/// A request to the application's own routes.
async fn ask(at: SocketAddr, browser: &mut Browser, method: &str, path: &str, body: Option<Value>) -> Answer {
    let mut headers = browser.headers();
    headers.push(("content-type".to_owned(), "application/json".to_owned()));
    let body = body.map(|body| body.to_string()).unwrap_or_default();
    let answer = send(at, method, path, &headers, body.as_bytes()).await;
    browser.keep(&answer);
    answer
}

async fn sign_in(browser: &mut Browser, device: &mut Authenticator, begin: Value) -> Answer {
    let begun = browser.post("authenticate/begin", begin).await.ok();
    let credential = device.authenticate(&begun["publicKey"], &Client::new(ORIGIN)).unwrap();
    browser.post("authenticate/finish", json!({ "credential": credential, "state": begun["state"] })).await
}

/// Logs in by password, adds a passkey, lists it.
async fn first_visit(at: SocketAddr) -> Authenticator {
    let mut browser = Browser::new(at, ORIGIN);
    let page = ask(at, &mut browser, "GET", "/", None).await;
    assert_eq!(page.text(), include_str!("../examples/index.html"));
    let script = ask(at, &mut browser, "GET", "/auth/passkeys/passkeys.js", None).await;
    assert_eq!(script.header("content-type"), Some("text/javascript; charset=utf-8"));

    // Nobody adds a passkey before the password is right.
    browser.post("register/begin", json!({})).await.problem(401, "not_signed_in");
    let wrong = json!({ "name": "ada", "password": "guess" });
    assert_eq!(ask(at, &mut browser, "POST", "/login", Some(wrong)).await.status, 401);
    assert_eq!(ask(at, &mut browser, "GET", "/me", None).await.status, 401);
    let right = json!({ "name": "ada", "password": "correct horse" });
    assert_eq!(ask(at, &mut browser, "POST", "/login", Some(right)).await.status, 200);

    let mut device = Authenticator::new("ada's device");
    let begun = browser.begin("register").await;
    let credential = device.register(&begun["publicKey"], &Client::new(ORIGIN)).unwrap();
    let finish = json!({ "credential": credential, "state": begun["state"], "name": "My passkey" });
    browser.post("register/finish", finish).await.ok();
    assert_eq!(browser.get("credentials").await.ok()["credentials"][0]["name"], "My passkey");

    let copied = browser.cookies.clone();
    assert_eq!(ask(at, &mut browser, "POST", "/logout", Some(json!({}))).await.status, 200);
    assert_eq!(ask(at, &mut browser, "GET", "/me", None).await.status, 401);
    // Who has copied the session's cookie has nothing of it after the log-out.
    browser.cookies = copied;
    assert_eq!(ask(at, &mut browser, "GET", "/me", None).await.status, 401);
    browser.get("credentials").await.problem(401, "not_signed_in");
    device
}

/// Signs in by the passkey alone, in a browser that has never been here, confirms, removes the passkey.
async fn second_visit(at: SocketAddr, mut device: Authenticator) {
    let mut browser = Browser::new(at, ORIGIN);
    sign_in(&mut browser, &mut device, json!({})).await.ok();
    assert_eq!(ask(at, &mut browser, "GET", "/me", None).await.json(), json!({ "name": "ada" }));
    sign_in(&mut browser, &mut device, json!({ "purpose": "step_up" })).await.ok();
    let list = browser.get("credentials").await.ok();
    let id = list["credentials"][0]["id"].as_str().unwrap().to_owned();
    browser.delete(&format!("credentials/{id}")).await.ok();
    let mut other = Browser::new(at, ORIGIN);
    sign_in(&mut other, &mut device, json!({})).await.problem(401, "authentication_failed");
    assert_eq!(ask(at, &mut other, "GET", "/me", None).await.status, 401);
}

async fn axum_at(database: &Database) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind(NOWHERE).await.unwrap();
    let at = listener.local_addr().unwrap();
    let app = quickstart_axum::app(quickstart_axum::passkeys(ORIGIN, &database.url()).await.unwrap());
    tokio::spawn(async move {
        axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await.unwrap();
    });
    at
}

async fn warp_at(database: &Database) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind(NOWHERE).await.unwrap();
    let at = listener.local_addr().unwrap();
    let app = quickstart_warp::app(quickstart_warp::passkeys(ORIGIN, &database.url()).await.unwrap());
    tokio::spawn(warp::serve(app).incoming(listener).run());
    at
}

async fn actix_at(database: &Database) -> SocketAddr {
    let listener = TcpListener::bind(NOWHERE).unwrap();
    let at = listener.local_addr().unwrap();
    let passkeys = quickstart_actix::passkeys(ORIGIN, &database.url()).await.unwrap();
    actix_web::rt::spawn(quickstart_actix::serve(listener, passkeys).unwrap());
    at
}

// The second visit is to another process over the same file: sessions are gone, passkeys are not.

#[tokio::test]
async fn axum() {
    let database = Database::new();
    let device = first_visit(axum_at(&database).await).await;
    second_visit(axum_at(&database).await, device).await;
}

#[tokio::test]
async fn warp() {
    let database = Database::new();
    let device = first_visit(warp_at(&database).await).await;
    second_visit(warp_at(&database).await, device).await;
}

#[actix_web::test]
async fn actix() {
    let database = Database::new();
    let device = first_visit(actix_at(&database).await).await;
    second_visit(actix_at(&database).await, device).await;
}
