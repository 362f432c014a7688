//! People who use the demo, each in a browser of their own.

use super::process::Demo;
use ceremony_adapter_suite::client::{Answer, Headers, try_send};
use ceremony_testkit::{Authenticator, Client};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;

pub const PASSWORD: &str = "correct horse battery";

/// One browser: its origin and its cookies.
#[derive(Clone)]
pub struct Browser {
    at: SocketAddr,
    pub origin: String,
    pub cookies: BTreeMap<String, String>,
    /// The session's token, where the page sends it itself.
    pub token: Option<String>,
}

impl Browser {
    pub fn new(demo: &Demo) -> Self {
        Self { at: demo.address(), origin: demo.origin(), cookies: BTreeMap::new(), token: None }
    }

    /// The same browser, whose next requests a proxy hands to another process.
    pub fn by(&self, demo: &Demo) -> Self {
        self.through(demo.address())
    }

    /// The same browser, whose next requests go to another address.
    pub fn through(&self, at: SocketAddr) -> Self {
        Self { at, ..self.clone() }
    }

    pub fn headers(&self) -> Headers {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut headers =
            vec![("origin".to_owned(), self.origin.clone()), ("sec-fetch-site".to_owned(), "same-origin".to_owned())];
        if !cookies.is_empty() {
            headers.push(("cookie".to_owned(), cookies.join("; ")));
        }
        if let Some(token) = &self.token {
            headers.push(("authorization".to_owned(), format!("Bearer {token}")));
        }
        headers
    }

    pub async fn send(&mut self, method: &str, path: &str, body: &[u8]) -> Answer {
        let answer = self.try_send(method, path, body).await;
        answer.unwrap_or_else(|| panic!("no answer to {method} {path}"))
    }

    /// The answer, if there is one: a server may be away.
    pub async fn try_send(&mut self, method: &str, path: &str, body: &[u8]) -> Option<Answer> {
        let mut headers = self.headers();
        if !body.is_empty() {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        let answer = try_send(self.at, method, path, &headers, body).await?;
        for (_, value) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (pair, attributes) = value.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Some(answer)
    }

    pub async fn post(&mut self, path: &str, body: Value) -> Answer {
        self.send("POST", path, body.to_string().as_bytes()).await
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, b"").await
    }

    pub async fn login(&mut self, email: &str) -> Answer {
        self.post("/auth/login", json!({ "email": email, "password": PASSWORD })).await
    }

    /// A browser in which a new account was made.
    pub async fn with_account(demo: &Demo, email: &str) -> Self {
        let mut browser = Self::new(demo);
        let answer = browser.post("/auth/register", json!({ "email": email, "password": PASSWORD })).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        browser
    }

    /// Adds a passkey to the account that is signed in.
    pub async fn add_passkey(&mut self, device: &mut Authenticator, name: &str) -> Value {
        let begun = self.post("/auth/passkeys/register/begin", json!({})).await.ok();
        let credential = device.register(&begun["publicKey"], &self.client()).unwrap();
        let body = json!({ "credential": credential, "state": begun["state"], "name": name });
        self.post("/auth/passkeys/register/finish", body).await.ok()["credential"].take()
    }

    /// The body of an `authenticate/finish` that will succeed.
    pub async fn assertion(&mut self, device: &mut Authenticator, begin: Value) -> Value {
        let begun = self.post("/auth/passkeys/authenticate/begin", begin).await.ok();
        let credential = device.authenticate(&begun["publicKey"], &self.client()).unwrap();
        json!({ "credential": credential, "state": begun["state"] })
    }

    pub async fn finish(&mut self, assertion: &Value) -> Answer {
        self.post("/auth/passkeys/authenticate/finish", assertion.clone()).await
    }

    pub fn client(&self) -> Client {
        Client::new(self.origin.clone())
    }
}
