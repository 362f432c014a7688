//! An HTTP client that sends exactly what it is told.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[derive(Debug)]
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

    /// The body of a success.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        assert_eq!(self.header("cache-control"), Some("no-store"));
        self.json()
    }

    /// Checks a problem document.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(self.header("cache-control"), Some("no-store"));
        let body = self.json();
        assert_eq!(body["code"], code, "{body}");
        assert_eq!(body["status"], status);
        assert_eq!(body["type"], "about:blank");
        assert!(body["title"].is_string() && body["detail"].is_string());
        body
    }
}

/// Sends one request on a connection of its own.
pub async fn send(at: SocketAddr, method: &str, path: &str, headers: &[(String, String)], body: &[u8]) -> Answer {
    let answer = try_send(at, method, path, headers, body).await;
    answer.unwrap_or_else(|| panic!("no answer to {method} {path}"))
}

/// The answer, if there is one.
async fn try_send(
    at: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(String, String)],
    body: &[u8],
) -> Option<Answer> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
    if !headers.iter().any(|(name, _)| name == "host") {
        head.push_str("host: example.com\r\n");
    }
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() && !headers.iter().any(|(name, _)| name == "transfer-encoding") {
        head.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    let (mut reader, mut writer) = TcpStream::connect(at).await.unwrap().into_split();
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
    parse(&raw)
}

fn parse(raw: &[u8]) -> Option<Answer> {
    let end = raw.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&raw[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Some(Answer { status, headers, body: raw[end + 4..].to_vec() })
}

/// One browser (or one native app): its origin and its cookies.
#[derive(Clone, Debug)]
pub struct Browser {
    at: SocketAddr,
    origin: Option<String>,
    bearer: Option<String>,
    pub cookies: BTreeMap<String, String>,
}

impl Browser {
    pub fn new(at: SocketAddr, origin: &str) -> Self {
        Self { at, origin: Some(origin.to_owned()), bearer: None, cookies: BTreeMap::new() }
    }

    /// A native app: no Origin, no cookies, a token.
    pub fn native(at: SocketAddr, bearer: Option<&str>) -> Self {
        Self { at, origin: None, bearer: bearer.map(str::to_owned), cookies: BTreeMap::new() }
    }

    /// The same person in another browser.
    pub fn elsewhere(&self) -> Self {
        let mut other = self.clone();
        other.cookies.retain(|name, _| name == "session");
        other
    }

    pub fn headers(&self) -> Vec<(String, String)> {
        let mut headers = Vec::new();
        if let Some(origin) = &self.origin {
            headers.push(("origin".to_owned(), origin.clone()));
            headers.push(("sec-fetch-site".to_owned(), "same-origin".to_owned()));
        }
        if let Some(bearer) = &self.bearer {
            headers.push(("authorization".to_owned(), format!("Bearer {bearer}")));
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            headers.push(("cookie".to_owned(), pairs.join("; ")));
        }
        headers
    }

    /// Sends JSON, and keeps the cookies that come back.
    pub async fn send(&mut self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let text = body.map(Value::to_string).unwrap_or_default();
        self.send_bytes(method, path, text.as_bytes()).await
    }

    pub async fn send_bytes(&mut self, method: &str, path: &str, body: &[u8]) -> Answer {
        let mut headers = self.headers();
        if method != "GET" && method != "HEAD" {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        let answer = send(self.at, method, &path_of(path), &headers, body).await;
        for (_, value) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (pair, _) = value.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }

    pub async fn post(&mut self, path: &str, body: Value) -> Answer {
        self.send("POST", path, Some(&body)).await
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, None).await
    }

    pub async fn delete(&mut self, path: &str) -> Answer {
        self.send("DELETE", path, None).await
    }

    pub async fn begin(&mut self, kind: &str) -> Value {
        self.post(&format!("{kind}/begin"), json!({})).await.ok()
    }
}

pub fn path_of(path: &str) -> String {
    format!("/auth/passkeys/{path}")
}
