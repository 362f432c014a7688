//! Bodies that can't be read: a 4xx problem document each, nothing used up, and the server goes on.

use crate::Adapter;
use crate::app::{App, ORIGIN};
use crate::client::{path_of, send};
use serde_json::json;

fn headers(app: &App) -> Vec<(String, String)> {
    [("origin", ORIGIN), ("cookie", &format!("session={}", app.token("alice"))), ("content-type", "application/json")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
}

fn deep(open: &str, close: &str, member: &str) -> Vec<u8> {
    format!("{{\"{member}\":{}1{}}}", open.repeat(10_000), close.repeat(10_000)).into_bytes()
}

/// What is no JSON object.
pub fn no_objects() -> Vec<Vec<u8>> {
    let mut bodies: Vec<Vec<u8>> = [
        " ",
        "null",
        "true",
        "0",
        "\"{}\"",
        "[]",
        "[{}]",
        "{",
        "}",
        "{}{}",
        "{} x",
        "{'a':1}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":01}",
        "{\"a\":nan}",
        "\u{feff}{}",
        "// {}\n",
        "{\"a\":\"\n\"}",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec();
    bodies.push(b"{\"a\":\"\xff\xfe\"}".to_vec());
    bodies.push(b"{\"\xc3\":1}".to_vec());
    bodies.push(vec![0; 100]);
    bodies.push(b"[".repeat(60_000));
    bodies.push(b"{\"a\":".repeat(10_000));
    bodies
}

fn for_finish() -> Vec<Vec<u8>> {
    let mut bodies: Vec<Vec<u8>> = [
        "{}",
        r#"{"state":"x"}"#,
        r#"{"credential":{}}"#,
        r#"{"credential":null,"state":"x"}"#,
        r#"{"credential":[],"state":"x"}"#,
        r#"{"credential":"x","state":"x"}"#,
        r#"{"credential":{},"state":"x"}"#,
        r#"{"credential":{"id":1,"rawId":2,"type":3,"response":4},"state":"x"}"#,
        r#"{"credential":{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{}},"state":"x"}"#,
        r#"{"credential":{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{"clientDataJSON":"!","attestationObject":"!","authenticatorData":"!","signature":"!"}},"state":"x"}"#,
        r#"{"credential":{},"state":7}"#,
        r#"{"credential":{},"state":null}"#,
        r#"{"credential":{},"state":"a","state":"b"}"#,
        r#"{"credential":{},"credential":{},"state":"a"}"#,
        r#"{"credential":{},"state":"a","name":[]}"#,
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec();
    bodies.push(deep("[", "]", "credential"));
    bodies.push(deep("{\"a\":", "}", "credential"));
    bodies
}

fn table() -> Vec<(&'static str, String, Vec<Vec<u8>>)> {
    let one = "credentials/AAAAAAAAAAAAAAAAAAAAAA".to_owned();
    let text = |list: &[&str]| list.iter().map(|text| text.as_bytes().to_vec()).collect::<Vec<_>>();
    let mut begin = text(&[
        r#"{"purpose":1}"#,
        r#"{"purpose":null}"#,
        r#"{"purpose":"sign_in"}"#,
        r#"{"purpose":"step_up","purpose":"step_up"}"#,
        r#"{"email":"a","email":"b"}"#,
        r#"{"email":"\ud800"}"#,
        r#"{"email":1e999}"#,
    ]);
    begin.push(deep("[", "]", "email"));
    let long = format!(r#"{{"name":"{}"}}"#, "x".repeat(257));
    let rename = text(&[
        "{}",
        r#"{"name":null}"#,
        r#"{"name":1}"#,
        r#"{"name":["x"]}"#,
        r#"{"name":""}"#,
        r#"{"name":"  "}"#,
        r#"{"name":"a","name":"b"}"#,
        r#"{"name":"a\u0000b"}"#,
        r#"{"name":"a\u001b[31mb"}"#,
        &long,
    ]);
    vec![
        ("POST", "register/begin".to_owned(), text(&[r#"{"mediation":1}"#, r#"{"mediation":"silent"}"#])),
        ("POST", "register/finish".to_owned(), for_finish()),
        ("POST", "authenticate/begin".to_owned(), begin),
        ("POST", "authenticate/finish".to_owned(), for_finish()),
        ("PATCH", one.clone(), rename),
        ("DELETE", one, Vec::new()),
    ]
}

pub async fn malformed_bodies_are_the_senders_fault(adapter: Adapter) {
    let app = App::start(adapter).await;
    let headers = headers(&app);
    for (method, path, own) in table() {
        // DELETE needs no body.
        let none = (method != "DELETE").then(Vec::new);
        for body in none.into_iter().chain(no_objects()).chain(own) {
            let answer = send(app.at, method, &path_of(&path), &headers, &body).await;
            assert_eq!(
                answer.status,
                400,
                "{method} {path} {:.200}: {}",
                String::from_utf8_lossy(&body),
                answer.text()
            );
            let problem = answer.problem(400, "invalid_request");
            // A body is never quoted back, and no reason of the verifier's is told.
            assert_eq!(problem.get("step").or(problem.get("hint")), None, "{problem}");
        }
    }
    app.browser().begin("authenticate").await;
}

pub async fn a_large_body_is_not_read(adapter: Adapter) {
    let app = App::start(adapter).await;
    for (method, path, _) in table() {
        for size in [65_537, 200_000, 10_000_000] {
            let body = format!("{{\"a\":\"{}\"}}", "x".repeat(size)).into_bytes();
            let answer = send(app.at, method, &path_of(&path), &headers(&app), &body).await;
            answer.problem(413, "invalid_request");
        }
        // Exactly the cap is read: the answer is not 413.
        let body = format!("{{\"a\":\"{}\"}}", "x".repeat(65_536 - 8)).into_bytes();
        assert_eq!(body.len(), 65_536);
        let answer = send(app.at, method, &path_of(&path), &headers(&app), &body).await;
        assert_ne!(answer.status, 413, "{method} {path}");
        assert!(answer.status < 500);
    }
    // A length that is not told beforehand makes no difference.
    let mut chunked = headers(&app);
    chunked.push(("transfer-encoding".to_owned(), "chunked".to_owned()));
    let mut body = Vec::new();
    for _ in 0..30 {
        body.extend_from_slice(b"1000\r\n");
        body.extend_from_slice(&[b' '; 0x1000]);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"0\r\n\r\n");
    send(app.at, "POST", &path_of("authenticate/begin"), &chunked, &body).await.problem(413, "invalid_request");
    // A body that is no HTTP body.
    send(app.at, "POST", &path_of("authenticate/begin"), &chunked, b"zz\r\nnonsense")
        .await
        .problem(400, "invalid_request");
    app.browser().begin("authenticate").await;
}

pub async fn a_malformed_body_uses_nothing_up(adapter: Adapter) {
    let app = App::start(adapter).await;
    let (mut device, mut browser, _) = app.person("alice").await;
    let body = app.assertion(&mut device, &mut browser).await;
    let mut broken = body.clone();
    broken["credential"]["response"]["clientDataJSON"] = json!("e30");
    browser.post("authenticate/finish", broken).await.problem(400, "invalid_request");
    let mut broken = body.clone();
    broken["credential"]["id"] = json!(7);
    browser.post("authenticate/finish", broken).await.problem(400, "invalid_request");
    let text = body.to_string();
    let twice = text.replacen('{', &format!("{{\"state\":{},", body["state"]), 1);
    browser.send_bytes("POST", "authenticate/finish", twice.as_bytes()).await.problem(400, "invalid_request");
    browser.post("authenticate/finish", body).await.ok();

    let begun = browser.begin("register").await;
    let credential = ceremony_testkit::Authenticator::new("x").register(&begun["publicKey"], &app.client()).unwrap();
    let good = json!({ "credential": credential, "state": begun["state"] });
    let mut bad_name = good.clone();
    bad_name["name"] = json!("x".repeat(257));
    browser.post("register/finish", bad_name).await.problem(400, "invalid_request");
    let mut broken = good.clone();
    broken["credential"]["response"]["attestationObject"] = json!("oA");
    browser.post("register/finish", broken).await.problem(400, "invalid_request");
    browser.post("register/finish", good).await.ok();
}

pub async fn unknown_members_are_passed_over(adapter: Adapter) {
    let app = App::start(adapter).await;
    let (mut device, mut browser, _) = app.person("alice").await;
    let mut body = app.assertion(&mut device, &mut browser).await;
    body["more"] = json!({ "a": [1, 2, 3] });
    body["credential"]["more"] = json!("x");
    browser.post("authenticate/finish", body).await.ok();
}
