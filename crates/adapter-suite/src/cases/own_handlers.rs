//! Handlers of the application's own, by the adapter's extractors.

use crate::Adapter;
use crate::app::{App, ORIGIN};
use crate::client::{Answer, send};
use serde_json::{Value, json};

async fn post(app: &App, path: &str, headers: &[(String, String)], body: &Value) -> Answer {
    let mut headers = headers.to_vec();
    headers.push(("content-type".to_owned(), "application/json".to_owned()));
    send(app.at, "POST", path, &headers, body.to_string().as_bytes()).await
}

pub async fn a_ceremony_under_paths_of_its_own(adapter: Adapter) {
    let app = App::start(adapter).await;
    let (mut device, mut browser, _) = app.person("alice").await;
    let begun = post(&app, "/own/sign-in/begin", &browser.headers(), &json!({})).await.json();
    let answer = post(&app, "/own/sign-in", &browser.headers(), &app.answer(&mut device, &begun)).await;
    assert_eq!((answer.status, answer.json()["user"].as_str()), (200, Some("alice")), "{}", answer.text());
    let begun = post(&app, "/own/sign-in/begin", &browser.headers(), &json!({})).await.json();
    let mut bad = app.answer(&mut device, &begun);
    bad["credential"]["response"]["signature"] = json!("MAYCAQECAQE");
    post(&app, "/own/sign-in", &browser.headers(), &bad).await.problem(401, "authentication_failed");
    // What the routes begin, such a handler finishes.
    let body = app.assertion(&mut device, &mut browser).await;
    assert_eq!(post(&app, "/own/sign-in", &browser.headers(), &body).await.status, 200);
}

pub async fn the_routes_rules_hold_there_too(adapter: Adapter) {
    let app = App::start(adapter).await;
    let evil = [("origin".to_owned(), "https://evil.example".to_owned())];
    let own = [("origin".to_owned(), ORIGIN.to_owned())];
    for path in ["/own/sign-in", "/own/sign-in/begin", "/own/members"] {
        post(&app, path, &evil, &json!({})).await.problem(403, "cross_site");
        send(app.at, "POST", path, &own, b"{}").await.problem(415, "invalid_request");
        let large = json!({ "a": "x".repeat(70_000) });
        post(&app, path, &own, &large).await.problem(413, "invalid_request");
        post(&app, path, &own, &json!([])).await.problem(400, "invalid_request");
    }
    post(&app, "/own/sign-in", &own, &json!({})).await.problem(400, "invalid_request");
    let members = json!({ "email": "ada@example.com", "more": [1] });
    assert_eq!(post(&app, "/own/members", &own, &members).await.json(), members);
    let headers = [own[0].clone(), ("content-type".to_owned(), "application/json".to_owned())];
    let twice = send(app.at, "POST", "/own/members", &headers, br#"{"a":1,"a":2}"#);
    twice.await.problem(400, "invalid_request");
}
