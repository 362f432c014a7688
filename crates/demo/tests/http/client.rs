//! An HTTP client without opinions, and people who use it.

use super::process::Demo;
use ceremony_testkit::{Authenticator, Client};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub const PASSWORD: &str = "correct horse battery";

pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn header_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}: {}", self.status, self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        assert_eq!(self.header("cache-control"), Some("no-store"));
        self.json()
    }

    /// Checks a problem document.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        let body = self.any_problem();
        assert_eq!((self.status, body["code"].as_str()), (status, Some(code)), "{body}");
        body
    }

    #[track_caller]
    pub fn any_problem(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}: {}", self.status, self.text());
        assert_eq!(self.header("cache-control"), Some("no-store"));
        let body = self.json();
        assert_eq!((&body["type"], &body["status"]), (&json!("about:blank"), &json!(self.status)));
        assert!(body["title"].is_string() && body["detail"].is_string() && body["code"].is_string(), "{body}");
        body
    }
}

pub type Headers = Vec<(String, String)>;

/// Sends one request on a connection of its own.
pub async fn send(at: SocketAddr, method: &str, path: &str, headers: &Headers, body: &[u8]) -> Answer {
    let answer = try_send(at, method, path, headers, body).await;
    answer.unwrap_or_else(|| panic!("no answer to {method} {path}"))
}

/// The answer, if there is one and all of it came.
pub async fn try_send(at: SocketAddr, method: &str, path: &str, headers: &Headers, body: &[u8]) -> Option<Answer> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() || method == "POST" {
        head.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    let (mut reader, mut writer) = TcpStream::connect(at).await.ok()?.into_split();
    let message = [head.as_bytes(), body].concat();
    let write = async move {
        let _ = writer.write_all(&message).await;
        writer
    };
    let read = async move {
        let mut raw = Vec::new();
        let _ = reader.read_to_end(&mut raw).await;
        raw
    };
    let (_writer, raw) = tokio::join!(write, read);
    let answer = parse(&raw)?;
    // A server that ends in the middle of its answer has not answered. What follows a HEAD has a length and no body.
    let length = answer.header("content-length").filter(|_| method != "HEAD").and_then(|length| length.parse().ok());
    length.is_none_or(|length: usize| length == answer.body.len() || answer.status == 304).then_some(answer)
}

fn parse(raw: &[u8]) -> Option<Answer> {
    let end = raw.windows(4).position(|four| four == b"\r\n\r\n")?;
    let mut lines = std::str::from_utf8(&raw[..end]).ok()?.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Some(Answer { status, headers, body: raw[end + 4..].to_vec() })
}

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
