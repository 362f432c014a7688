//! What belongs to the application around the routes.

use crate::Adapter;
use crate::app::{App, ORIGIN};
use crate::client::{path_of, send};
use serde_json::json;

pub async fn other_paths_are_the_applications(adapter: Adapter) {
    let app = App::start(adapter).await;
    for path in [
        "/",
        "/elsewhere",
        "/auth/passkeys",
        "/auth/passkeys/",
        "/auth/passkeys/nothing",
        "/auth/passkeys/register/begin/",
        "/auth/passkeys//credentials",
        "/auth/passkeys/credentials/a/b",
        "/auth/passkeysregister/begin",
        "/credentials",
    ] {
        let answer = send(app.at, "GET", path, &[], b"").await;
        assert_eq!((answer.status, answer.text().as_str()), (404, "the application's own"), "{path}");
    }
    // An id that can be none is the routes' to answer.
    for id in ["x", "AAAAAAAAAAAAAAAAAAAAAA=", "%41AAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAA"] {
        send(app.at, "GET", &path_of(&format!("credentials/{id}")), &[], b"").await.problem(404, "not_found");
    }
    // So is the document that describes them, where the application does not have it served.
    send(app.at, "GET", &path_of("openapi.json"), &[], b"").await.problem(404, "not_found");
    // A query is nobody's concern.
    send(app.at, "GET", &path_of("credentials?a=b"), &[], b"").await.problem(401, "not_signed_in");
}

pub async fn other_sites_get_no_leave_to_read(adapter: Adapter) {
    let app = App::start(adapter).await;
    let preflight = [
        ("origin", "https://evil.example"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let answer = send(app.at, "OPTIONS", &path_of("authenticate/begin"), &preflight, b"").await;
    answer.problem(405, "invalid_request");
    let list = send(app.at, "GET", &path_of("credentials"), &preflight, b"").await;
    for answer in [answer, list] {
        assert!(!answer.header_names().iter().any(|name| name.starts_with("access-control-")));
    }
}

pub async fn a_session_that_cannot_be_read_is_the_applications_to_answer(adapter: Adapter) {
    let app = App::start(adapter).await;
    let mut browser = app.browser();
    browser.cookies.insert("session".to_owned(), "broken".to_owned());
    for answer in [
        browser.get("credentials").await,
        browser.post("register/begin", json!({})).await,
        browser.post("authenticate/begin", json!({ "purpose": "step_up" })).await,
    ] {
        assert_eq!((answer.status, answer.json()["error"].as_str()), (500, Some("the session can't be read")));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    // Who only begins to sign in is not asked.
    browser.begin("authenticate").await;
}

pub async fn cookies_may_come_in_several_headers(adapter: Adapter) {
    let app = App::start(adapter).await;
    let (mut device, mut browser, _) = app.person("alice").await;
    let body = app.assertion(&mut device, &mut browser).await;
    // As HTTP/2 sends them.
    let secret = format!("__Host-ceremony={}", browser.cookies["__Host-ceremony"]);
    let headers = [("origin", ORIGIN), ("content-type", "application/json"), ("cookie", "a=b"), ("cookie", &secret)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let path = path_of("authenticate/finish");
    send(app.at, "POST", &path, &headers, body.to_string().as_bytes()).await.ok();
}
