//! The example, over a real socket: a person goes through all of it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    dead_code,
    reason = "a test; the example's main is not called"
)]

#[path = "../examples/actix_session.rs"]
mod example;

use ceremony_adapter_suite::client::{Answer, Browser, send};
use ceremony_testkit::{Authenticator, Client};
use serde_json::{Value, json};
use std::net::{SocketAddr, TcpListener};

struct Person {
    at: SocketAddr,
    browser: Browser,
    device: Authenticator,
    page: Client,
}

impl Person {
    /// A request to the application itself, in the person's browser.
    async fn ask(&mut self, method: &str, path: &str, body: &Value) -> Answer {
        let mut headers = self.browser.headers();
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
        let body = if method == "GET" { String::new() } else { body.to_string() };
        let answer = send(self.at, method, path, &headers, body.as_bytes()).await;
        for (_, value) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (name, rest) = value.split_once('=').unwrap();
            let (value, _) = rest.split_once(';').unwrap();
            self.browser.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }

    async fn me(&mut self) -> Answer {
        self.ask("GET", "/me", &Value::Null).await
    }

    async fn register(&mut self) -> Value {
        let begun = self.browser.begin("register").await;
        let credential = self.device.register(&begun["publicKey"], &self.page).unwrap();
        let finish = json!({ "credential": credential, "state": begun["state"], "name": "Laptop" });
        self.browser.post("register/finish", finish).await.ok()["credential"].take()
    }

    async fn finish(&mut self, begin: Value) -> Answer {
        let begun = self.browser.post("authenticate/begin", begin).await.ok();
        let credential = self.device.authenticate(&begun["publicKey"], &self.page).unwrap();
        let finish = json!({ "credential": credential, "state": begun["state"] });
        self.browser.post("authenticate/finish", finish).await
    }
}

fn start() -> Person {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let (server, address) = example::serve(listener).unwrap();
            sender.send(address).unwrap();
            server.await.unwrap();
        });
    });
    let at = receiver.recv().unwrap();
    let origin = format!("http://localhost:{}", at.port());
    let browser = Browser::new(at, &origin);
    Person { at, browser, device: Authenticator::new("ada"), page: Client::new(origin) }
}

#[actix_web::test]
async fn a_person_goes_through_all_of_it() {
    let mut ada = start();
    assert!(ada.ask("GET", "/", &Value::Null).await.text().contains("passkeys.js"));
    ada.me().await.problem(401, "not_signed_in");
    ada.browser.post("register/begin", json!({})).await.problem(401, "not_signed_in");
    ada.ask("POST", "/login", &json!({ "name": "" })).await.problem(400, "invalid_request");
    assert_eq!(ada.ask("POST", "/login", &json!({ "name": " Ada " })).await.json()["name"], "ada");

    // A passkey is added, and its owner gets a letter.
    let passkey = ada.register().await;
    let letters = ada.me().await.json()["letters"].take();
    assert_eq!(letters, json!(["A passkey was added to your account: Laptop"]));

    // Signed out, and in again with the passkey: the session is another one. A copy of the old cookie is of no use.
    let copied = ada.browser.cookies["id"].clone();
    assert_eq!(ada.ask("POST", "/logout", &json!({})).await.status, 200);
    ada.browser.cookies.insert("id".to_owned(), copied);
    ada.me().await.problem(401, "not_signed_in");
    ada.browser.cookies.remove("id");
    ada.me().await.problem(401, "not_signed_in");
    assert_eq!(ada.finish(json!({})).await.ok()["name"], "ada");
    assert_eq!(ada.me().await.json()["name"], "ada");
    let before = ada.browser.cookies["id"].clone();
    assert_eq!(ada.finish(json!({ "purpose": "step_up" })).await.ok()["credential"]["id"], passkey["id"]);
    assert_ne!(ada.browser.cookies["id"], before);
    let list = ada.browser.get("credentials").await.ok();
    assert_eq!(list["credentials"][0]["id"], passkey["id"]);

    // The passkey is removed, and with it ends the session that it opened.
    let removed = format!("credentials/{}", passkey["id"].as_str().unwrap());
    ada.browser.delete(&removed).await.ok();
    ada.me().await.problem(401, "not_signed_in");
    ada.browser.cookies.remove("id");
    ada.ask("POST", "/login", &json!({ "name": "ada" })).await;
    assert_eq!(ada.me().await.json()["letters"][1], "A passkey was removed from your account: Laptop");

    // A locked account has no way in, and the session that is open neither confirms nor adds a passkey.
    ada.register().await;
    assert_eq!(ada.ask("POST", "/lock", &json!({})).await.status, 200);
    ada.browser.post("authenticate/begin", json!({ "purpose": "step_up" })).await.problem(401, "not_signed_in");
    ada.browser.post("register/begin", json!({})).await.problem(401, "not_signed_in");
    ada.finish(json!({})).await.problem(403, "sign_in_refused");

    // Another site's page does nothing here.
    let evil = [("origin", "https://evil.example"), ("content-type", "application/json")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    send(ada.at, "POST", "/login", &evil, br#"{"name":"eve"}"#).await.problem(403, "cross_site");
}
