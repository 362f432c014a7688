//! The page on testing: the routes of the axum quickstart, without a socket.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "a test")]

#[path = "../examples/quickstart_axum/main.rs"]
#[allow(dead_code, reason = "its main is not called")]
mod application;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use ceremony_testkit::{Authenticator, Client};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tower::ServiceExt; // oneshot

const ORIGIN: &str = "http://localhost:3000";

/// A browser, as far as the routes can tell: it keeps cookies and says which page asks.
struct Browser {
    app: Router,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    async fn post(&mut self, path: &str, body: Value) -> (StatusCode, Value) {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request =
            Request::post(path).header(header::CONTENT_TYPE, "application/json").header(header::ORIGIN, ORIGIN); // browsers send it with every POST
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let answer = self.app.clone().oneshot(request.body(Body::from(body.to_string())).unwrap()).await.unwrap();
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let status = answer.status();
        let bytes = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }
}

#[tokio::test]
async fn ada_adds_a_passkey_and_signs_in_with_it() {
    let directory = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", directory.path().join("passkeys.db").display());
    let app = application::app(application::passkeys(ORIGIN, &database).await.unwrap());
    let mut browser = Browser { app: app.clone(), cookies: BTreeMap::new() };
    let (mut device, page) = (Authenticator::new("ada's phone"), Client::new(ORIGIN));

    let (status, _) = browser.post("/login", json!({ "name": "ada", "password": "correct horse" })).await;
    assert_eq!(status, 200);
    let (_, begun) = browser.post("/auth/passkeys/register/begin", json!({})).await;
    let credential = device.register(&begun["publicKey"], &page).unwrap();
    let finish = json!({ "credential": credential, "state": begun["state"], "name": "Phone" });
    assert_eq!(browser.post("/auth/passkeys/register/finish", finish).await.0, 200);

    let mut browser = Browser { app, cookies: BTreeMap::new() };
    let (_, begun) = browser.post("/auth/passkeys/authenticate/begin", json!({})).await;
    let credential = device.authenticate(&begun["publicKey"], &page).unwrap();
    let finish = json!({ "credential": credential, "state": begun["state"] });
    let (status, answer) = browser.post("/auth/passkeys/authenticate/finish", finish).await;
    assert_eq!(status, 200, "{answer}");
    assert!(browser.cookies.contains_key("id"), "your session");
}
