//! Requests that other sites' pages can make.

use super::client::{Browser, PASSWORD};
use super::process::Demo;
use ceremony_adapter_suite::client::send;
use serde_json::json;

const EFFECTS: [(&str, &str); 12] = [
    ("POST", "/auth/password"),
    ("POST", "/auth/token"),
    ("POST", "/auth/logout-everywhere"),
    ("POST", "/auth/register"),
    ("POST", "/auth/login"),
    ("POST", "/auth/logout"),
    ("POST", "/auth/passkeys/register/begin"),
    ("POST", "/auth/passkeys/register/finish"),
    ("POST", "/auth/passkeys/authenticate/begin"),
    ("POST", "/auth/passkeys/authenticate/finish"),
    ("PATCH", "/auth/passkeys/credentials/AAAAAAAAAAAAAAAAAAAAAA"),
    ("DELETE", "/auth/passkeys/credentials/AAAAAAAAAAAAAAAAAAAAAA"),
];

#[tokio::test]
async fn pages_of_other_sites_are_refused() {
    let demo = Demo::start().await;
    let mut browser = Browser::with_account(&demo, "ada@example.com").await;
    let port = demo.address().port();
    let by_address = format!("http://127.0.0.1:{port}");
    let by_https = format!("https://localhost:{port}");
    for origin in ["https://evil.example", "null", "http://localhost:1", &by_address, &by_https] {
        for (method, path) in EFFECTS {
            let mut stranger = browser.clone();
            stranger.origin = origin.to_owned();
            let answer = stranger.send(method, path, br#"{"email":"eve@example.com","password":"12345678"}"#).await;
            answer.problem(403, "cross_site");
            assert_eq!(answer.header("set-cookie"), None);
        }
    }
    // A browser that sends no Origin says at least where the request comes from.
    let cookie = browser.headers().pop().unwrap();
    let headers = vec![cookie, ("sec-fetch-site".to_owned(), "cross-site".to_owned())];
    send(demo.address(), "POST", "/auth/logout", &headers, b"").await.problem(403, "cross_site");
    browser.get("/auth/me").await.ok();
}

#[tokio::test]
async fn forms_are_refused() {
    let demo = Demo::start().await;
    let browser = Browser::with_account(&demo, "ada@example.com").await;
    for (method, path) in EFFECTS {
        for content_type in ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"] {
            let mut headers = browser.headers();
            headers.push(("content-type".to_owned(), content_type.to_owned()));
            let body = json!({ "email": "ada@example.com", "password": PASSWORD, "name": "x" }).to_string();
            let answer = send(demo.address(), method, path, &headers, body.as_bytes()).await;
            answer.problem(415, "invalid_request");
            assert_eq!(answer.header("set-cookie"), None);
        }
    }
}
