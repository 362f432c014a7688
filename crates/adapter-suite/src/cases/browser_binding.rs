//! What one browser began, no other can finish.

use crate::Adapter;
use crate::app::App;
use crate::client::Browser;
use serde_json::json;

pub async fn another_browser_finds_nothing_and_uses_nothing_up(adapter: Adapter) {
    let app = App::start(adapter).await;
    let (mut device, mut browser, _) = app.person("alice").await;
    let body = app.assertion(&mut device, &mut browser).await;

    let mut without_cookie = browser.elsewhere();
    without_cookie.post("authenticate/finish", body.clone()).await.problem(400, "ceremony_unusable");
    let mut other = browser.elsewhere();
    other.begin("authenticate").await;
    assert_ne!(other.cookies["__Host-ceremony"], browser.cookies["__Host-ceremony"]);
    other.post("authenticate/finish", body.clone()).await.problem(400, "ceremony_unusable");
    let mut native = Browser::native(app.at, None);
    native.post("authenticate/finish", body.clone()).await.problem(400, "ceremony_unusable");

    browser.post("authenticate/finish", body).await.ok();
}

pub async fn a_browser_has_one_secret(adapter: Adapter) {
    let app = App::start(adapter).await;
    let mut browser = app.browser();
    let first = browser.post("authenticate/begin", json!({})).await;
    let cookie = first.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-ceremony=") && cookie.ends_with("; HttpOnly; Path=/; Secure; SameSite=Strict"));
    let second = browser.post("authenticate/begin", json!({})).await;
    assert_eq!(second.header("set-cookie"), None);

    let local = App::local(adapter).await.browser().post("authenticate/begin", json!({})).await;
    let cookie = local.header("set-cookie").unwrap();
    assert!(cookie.starts_with("ceremony-8000=") && cookie.ends_with("; HttpOnly; Path=/; SameSite=Strict"));
}

pub async fn two_ceremonies_of_one_browser_go_side_by_side(adapter: Adapter) {
    let app = App::start(adapter).await;
    let (mut device, mut browser, _) = app.person("alice").await;
    let first = app.assertion(&mut device, &mut browser).await;
    let second = app.assertion(&mut device, &mut browser).await;
    browser.post("authenticate/finish", second).await.ok();
    browser.post("authenticate/finish", first).await.ok();
}

pub async fn a_native_app_has_no_cookie_and_no_browser_takes_its_ceremony_over(adapter: Adapter) {
    let app = App::start(adapter).await;
    let (mut device, _, _) = app.person("alice").await;
    let mut native = Browser::native(app.at, None);
    let begun = native.post("authenticate/begin", json!({})).await;
    assert_eq!(begun.header("set-cookie"), None);
    let body = app.answer(&mut device, &begun.ok());

    // Each of the three headers alone makes it a browser.
    let mut with_cookie = native.clone();
    with_cookie.cookies.insert("a".to_owned(), "b".to_owned());
    with_cookie.post("authenticate/finish", body.clone()).await.problem(400, "ceremony_unusable");
    let mut with_origin = app.browser();
    with_origin.post("authenticate/finish", body.clone()).await.problem(400, "ceremony_unusable");
    with_origin.begin("authenticate").await;
    with_origin.post("authenticate/finish", body.clone()).await.problem(400, "ceremony_unusable");

    native.post("authenticate/finish", body).await.ok();

    let mut native = Browser::native(app.at, Some(&app.token("alice")));
    let added = app.register(&mut ceremony_testkit::Authenticator::new("phone"), &mut native).await;
    assert_eq!(added["status"], "active");
}

pub async fn a_planted_cookie_is_not_taken(adapter: Adapter) {
    let app = App::local(adapter).await;
    let (mut device, mut browser, _) = app.person("alice").await;
    let body = app.assertion(&mut device, &mut browser).await;
    let mut headers = browser.headers();
    headers.push(("cookie".to_owned(), format!("ceremony-8000={}", "A".repeat(43))));
    headers.push(("content-type".to_owned(), "application/json".to_owned()));
    let path = crate::client::path_of("authenticate/finish");
    let answer = crate::client::send(app.at, "POST", &path, &headers, body.to_string().as_bytes()).await;
    answer.problem(400, "ceremony_unusable");
    browser.post("authenticate/finish", body).await.ok();
}
