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
        let body = self.any_problem();
        assert_eq!((self.status, body["code"].as_str()), (status, Some(code)), "{body}");
        body
    }

    /// Checks a problem document, whatever its status and code.
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

/// Headers as they are sent, one name perhaps several times.
pub type Headers = Vec<(String, String)>;

/// Sends one request on a connection of its own.
pub async fn send(at: SocketAddr, method: &str, path: &str, headers: &[(String, String)], body: &[u8]) -> Answer {
    let answer = try_send(at, method, path, headers, body).await;
    answer.unwrap_or_else(|| panic!("no answer to {method} {path}"))
}

/// The answer, if there is one and all of it came: a server may be away, or end in the middle.
pub async fn try_send(
    at: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(String, String)],
    body: &[u8],
) -> Option<Answer> {
    let has = |name| headers.iter().any(|(header, _)| header == name);
    let mut head = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
    if !has("host") {
        head.push_str(&format!("host: {at}\r\n"));
    }
    if (!body.is_empty() || method == "POST") && !has("transfer-encoding") {
        head.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
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
    // What follows a HEAD, or a 304, may have a length and has no body.
    let without_body = method == "HEAD" || answer.status == 304;
    let length = answer.header("content-length").filter(|_| !without_body).and_then(|length| length.parse().ok());
    length.is_none_or(|length: usize| length == answer.body.len()).then_some(answer)
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
        self.keep(&answer);
        answer
    }

    /// Keeps the cookies of an answer.
    pub fn keep(&mut self, answer: &Answer) {
        for (_, value) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (pair, _) = value.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
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
