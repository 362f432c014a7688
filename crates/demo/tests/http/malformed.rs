//! Bodies that can't be read: a problem document each, and the server goes on.

use super::client::Browser;
use super::process::Demo;
use ceremony_adapter_suite::cases::bodies::no_objects;
use ceremony_adapter_suite::client::{Headers, send, try_send};

const WITH_MEMBERS: [(&str, &str); 7] = [
    ("POST", "/auth/password"),
    ("POST", "/auth/register"),
    ("POST", "/auth/login"),
    ("POST", "/auth/passkeys/register/finish"),
    ("POST", "/auth/passkeys/authenticate/finish"),
    ("PATCH", "/auth/passkeys/credentials/AAAAAAAAAAAAAAAAAAAAAA"),
    // Any object will do for these two, and nothing else.
    ("POST", "/auth/passkeys/authenticate/begin"),
];

const WITHOUT: [(&str, &str); 5] = [
    ("POST", "/auth/logout-everywhere"),
    ("POST", "/auth/token"),
    ("POST", "/auth/logout"),
    ("POST", "/auth/passkeys/register/begin"),
    ("DELETE", "/auth/passkeys/credentials/AAAAAAAAAAAAAAAAAAAAAA"),
];

fn wrong_members() -> Vec<Vec<u8>> {
    let deep = format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000));
    let texts = [
        "{}".to_owned(),
        r#"{"email":"a@b"}"#.to_owned(),
        r#"{"password":"1234567"}"#.to_owned(),
        r#"{"email":1,"password":2,"credential":3,"state":4,"name":5}"#.to_owned(),
        r#"{"email":null,"password":null,"credential":null,"state":null,"name":null}"#.to_owned(),
        r#"{"email":[],"password":{},"credential":[],"state":{},"name":[]}"#.to_owned(),
        r#"{"email":"a@b","email":"c@d","password":"12345678","credential":{},"credential":{},"state":"x","name":"a","name":"b"}"#.to_owned(),
        r#"{"credential":{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{}},"state":"x"}"#.to_owned(),
        format!(r#"{{"email":{deep},"password":"1234567","credential":{deep},"state":"x","name":{deep}}}"#),
    ];
    texts.map(String::into_bytes).to_vec()
}

fn headers(browser: &Browser) -> Headers {
    let mut headers = browser.headers();
    headers.push(("content-type".to_owned(), "application/json".to_owned()));
    headers
}

#[tokio::test]
async fn malformed_bodies_are_problems() {
    let demo = Demo::start().await;
    let mut browser = Browser::with_account(&demo, "ada@example.com").await;
    let headers = headers(&browser);
    let check = async |method: &str, path: &str, body: &[u8]| {
        let answer = send(demo.address(), method, path, &headers, body).await;
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        assert!((400..500).contains(&answer.status), "{method} {path} {shown}: {} {}", answer.status, answer.text());
        answer.any_problem();
    };
    for (method, path) in WITH_MEMBERS.into_iter().chain(WITHOUT) {
        for body in no_objects() {
            check(method, path, &body).await;
        }
    }
    for (method, path) in &WITH_MEMBERS[..6] {
        check(method, path, b"").await;
        for body in wrong_members() {
            check(method, path, &body).await;
        }
    }
    for body in [&br#"{"email":"a","email":"b"}"#[..], br#"{"purpose":1}"#, br#"{"purpose":"x"}"#] {
        check("POST", "/auth/passkeys/authenticate/begin", body).await;
    }
    browser.get("/auth/me").await.ok();
    let answer = browser.get("/").await;
    assert_eq!(answer.status, 200);
    assert!(!demo.log().contains("panicked"), "{}", demo.log());
}

#[tokio::test]
async fn large_bodies_are_refused() {
    let demo = Demo::start().await;
    let mut browser = Browser::with_account(&demo, "ada@example.com").await;
    let headers = headers(&browser);
    let large = format!(r#"{{"email":"{}"}}"#, "x".repeat(200_000)).into_bytes();
    let huge = format!(r#"{{"email":"{}"}}"#, "x".repeat(10_000_000)).into_bytes();
    for (method, path) in WITH_MEMBERS.into_iter().chain(WITHOUT) {
        let answer = send(demo.address(), method, path, &headers, &large).await;
        answer.problem(413, "invalid_request");
        let answer = send(demo.address(), method, path, &headers, &huge).await;
        answer.problem(413, "invalid_request");
    }
    browser.get("/auth/me").await.ok();
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems() {
    let demo = Demo::start().await;
    let browser = Browser::new(&demo);
    let headers = headers(&browser);
    let unknown = [
        "/nothing",
        "/auth",
        "/auth/",
        "/auth/login/",
        "/auth/passkeys",
        "/auth/passkeys/",
        "/auth/passkeys/nothing",
        "/auth/passkeys/credentials/7",
        "/auth/passkeys/credentials/AAAAAAAAAAAAAAAAAAAAAA/x",
        "/assets/../index.html",
        "/assets/%2e%2e/%2e%2e/etc/passwd",
        "/%ff",
        "//",
    ];
    for path in unknown {
        for method in ["GET", "POST"] {
            send(demo.address(), method, path, &headers, b"{}").await.problem(404, "not_found");
        }
    }
    let wrong = [
        ("GET", "/auth/login", "POST"),
        ("PUT", "/auth/register", "POST"),
        ("DELETE", "/auth/me", "GET,HEAD"),
        ("GET", "/auth/logout", "POST"),
        ("POST", "/", "GET,HEAD"),
        ("GET", "/auth/passkeys/register/begin", "POST"),
    ];
    for (method, path, allowed) in wrong {
        let answer = send(demo.address(), method, path, &headers, b"{}").await;
        answer.problem(405, "invalid_request");
        assert_eq!(answer.header("allow"), Some(allowed), "{method} {path}");
    }
}

/// A target without a path, as `CONNECT` has it: an answer like any other.
#[tokio::test]
async fn a_target_without_a_path() {
    let demo = Demo::start().await;
    for method in ["CONNECT", "GET", "POST"] {
        if let Some(answer) = try_send(demo.address(), method, "a.example:443", &Headers::new(), b"").await {
            assert!((400..500).contains(&answer.status) || method == "GET", "{method} {}", answer.status);
        }
    }
    assert!(!demo.log().contains("panicked"), "{}", demo.log());
}
