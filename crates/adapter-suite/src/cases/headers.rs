//! What a request's head decides.

use crate::Adapter;
use crate::app::{App, ORIGIN};
use crate::client::{Answer, path_of, send};
use serde_json::json;

const ID: &str = "AAAAAAAAAAAAAAAAAAAAAA";

fn effectful() -> Vec<(&'static str, String)> {
    vec![
        ("POST", "register/begin".to_owned()),
        ("POST", "register/finish".to_owned()),
        ("POST", "authenticate/begin".to_owned()),
        ("POST", "authenticate/finish".to_owned()),
        ("PATCH", format!("credentials/{ID}")),
        ("DELETE", format!("credentials/{ID}")),
    ]
}

async fn request(app: &App, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    send(app.at, method, &path_of(path), &headers, body).await
}

pub async fn another_sites_page_is_refused_before_anything_else(adapter: Adapter) {
    let app = App::start(adapter).await;
    let token = format!("session={}", app.token("alice"));
    let foreign: [&[(&str, &str)]; 6] = [
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "https://example.com.evil.example")],
        &[("origin", "http://example.com")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
    ];
    for (method, path) in effectful() {
        for from in foreign {
            let mut headers = from.to_vec();
            headers.push(("cookie", &token));
            let refused = request(&app, method, &path, &headers, b"not even JSON").await;
            refused.problem(403, "cross_site");
            assert_eq!(refused.header("set-cookie"), None);
            assert!(!refused.text().contains(ORIGIN));
        }
    }
}

pub async fn a_form_is_refused(adapter: Adapter) {
    let app = App::start(adapter).await;
    let token = format!("session={}", app.token("alice"));
    for (method, path) in effectful() {
        for kind in ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "text/json"]
        {
            let headers = [("origin", ORIGIN), ("cookie", token.as_str()), ("content-type", kind)];
            request(&app, method, &path, &headers, b"{}").await.problem(415, "invalid_request");
        }
        let headers = [("origin", ORIGIN), ("cookie", token.as_str())];
        request(&app, method, &path, &headers, b"{}").await.problem(415, "invalid_request");
    }
    let headers = [("origin", ORIGIN), ("content-type", "Application/JSON; charset=utf-8")];
    request(&app, "POST", "authenticate/begin", &headers, b"{}").await.ok();
}

pub async fn a_wrong_method_is_told_the_right_ones(adapter: Adapter) {
    let app = App::start(adapter).await;
    let one = format!("credentials/{ID}");
    let table = [
        ("GET", "register/begin", "POST"),
        ("PUT", "register/finish", "POST"),
        ("OPTIONS", "authenticate/begin", "POST"),
        ("DELETE", "authenticate/finish", "POST"),
        ("POST", "credentials", "GET, HEAD"),
        ("PUT", one.as_str(), "GET, HEAD, PATCH, DELETE"),
        ("POST", "passkeys.js", "GET, HEAD"),
    ];
    for (method, path, allow) in table {
        let answer = request(&app, method, path, &[("origin", ORIGIN)], b"").await;
        answer.problem(405, "invalid_request");
        assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
    }
    request(&app, "GET", "credentials/no-id", &[], b"").await.problem(404, "not_found");
}

pub async fn nobody_sees_a_list_without_a_session(adapter: Adapter) {
    let app = App::start(adapter).await;
    for path in ["credentials".to_owned(), format!("credentials/{ID}")] {
        request(&app, "GET", &path, &[], b"").await.problem(401, "not_signed_in");
        let head = request(&app, "HEAD", &path, &[], b"").await;
        assert_eq!((head.status, head.body.len()), (401, 0));
    }
    let token = format!("session={}", app.token("alice"));
    let get = request(&app, "GET", "credentials", &[("cookie", &token)], b"").await;
    get.ok();
    let head = request(&app, "HEAD", "credentials", &[("cookie", &token)], b"").await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), Some(get.body.len().to_string().as_str()));
    assert_eq!(head.header("cache-control"), Some("no-store"));
}

pub async fn the_script_is_sent_once(adapter: Adapter) {
    let app = App::start(adapter).await;
    let script = request(&app, "GET", "passkeys.js", &[], b"").await;
    assert_eq!(script.status, 200);
    assert_eq!(script.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert_eq!(script.header("cache-control"), Some("no-cache"));
    assert_eq!(script.header("x-content-type-options"), Some("nosniff"));
    assert!(script.text().contains("export"));
    let etag = script.header("etag").unwrap();
    let again = request(&app, "GET", "passkeys.js", &[("if-none-match", etag)], b"").await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(again.header("etag"), Some(etag));
    let types = request(&app, "GET", "passkeys.d.ts", &[], b"").await;
    assert!(types.text().contains("export"));
}

pub async fn every_answer_is_kept_from_caches_and_from_guessing(adapter: Adapter) {
    let app = App::start(adapter).await;
    let (mut device, mut browser, credential) = app.person("alice").await;
    let one = format!("credentials/{}", credential["id"].as_str().unwrap());
    let body = app.assertion(&mut device, &mut browser).await;
    let answers = [
        browser.post("authenticate/begin", json!({})).await,
        browser.post("authenticate/finish", body).await,
        browser.post("register/begin", json!({})).await,
        browser.get("credentials").await,
        browser.get(&one).await,
        browser.send("PATCH", &one, Some(&json!({ "name": "x" }))).await,
        browser.delete(&one).await,
    ];
    for answer in answers {
        answer.ok();
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
}
