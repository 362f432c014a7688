//! Rate limits, and what does not get around them (W21).

use crate::Adapter;
use crate::app::{App, ORIGIN, clock, service};
use crate::client::{Answer, Browser, path_of, send};
use ceremony_http::ceremony_service::Clock;
use ceremony_http::{PasskeyHttp, RateLimits, TrustedProxies};
use serde_json::{Value, json};
use std::sync::Arc;

async fn limited(adapter: Adapter, limits: RateLimits) -> App {
    let clock = clock();
    let passkeys = service("example.com", ORIGIN, &clock).build().unwrap();
    let http = PasskeyHttp::new(passkeys).clock(Arc::clone(&clock) as Arc<dyn Clock>).rate_limits(limits);
    App::serve(adapter, http, clock, ORIGIN).await
}

async fn begin(app: &App, extra: &[(&str, &str)], body: &Value) -> Answer {
    let mut headers = vec![("origin", ORIGIN), ("content-type", "application/json")];
    headers.extend_from_slice(extra);
    let headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    send(app.at, "POST", &path_of("authenticate/begin"), &headers, body.to_string().as_bytes()).await
}

#[track_caller]
fn refused(answer: &Answer) {
    answer.problem(429, "rate_limited");
    let wait: u32 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
}

/// The address is the socket's: neither a header nor a member of the body makes it another.
pub async fn w21_rotating_headers_and_bodies_is_no_way_around(adapter: Adapter) {
    let app = limited(adapter, RateLimits::default().per_peer(4).per_account(0)).await;
    for at in 0..4 {
        begin(&app, &[], &json!({ "email": format!("user-{at}@elsewhere.example") })).await.ok();
    }
    for at in 0..4 {
        let address = format!("198.51.100.{at}");
        refused(&begin(&app, &[("x-forwarded-for", &address)], &json!({})).await);
        refused(&begin(&app, &[("forwarded", &format!("for={address}"))], &json!({})).await);
        refused(&begin(&app, &[("x-real-ip", &address)], &json!({})).await);
        refused(&begin(&app, &[], &json!({ "email": format!("other-{at}@example.com") })).await);
        refused(&begin(&app, &[("user-agent", &address), ("cookie", &format!("a={at}"))], &json!({})).await);
    }
    // All routes count together, but for the module: pages have to load.
    let mut browser = app.signed_in("alice");
    refused(&browser.get("credentials").await);
    refused(&browser.post("register/begin", json!({})).await);
    refused(&browser.post("register/finish", json!({})).await);
    refused(&browser.delete("credentials/AAAAAAAAAAAAAAAAAAAAAA").await);
    assert_eq!(browser.get("passkeys.js").await.status, 200);
}

pub async fn w21_behind_a_trusted_proxy_its_entry_counts_and_no_other(adapter: Adapter) {
    let limits = RateLimits::default().per_peer(2).per_account(0).trusted_proxies(TrustedProxies::new(1));
    let app = limited(adapter, limits).await;
    for (at, forged) in ["", "192.0.2.1, ", "203.0.113.9, 192.0.2.7, ", "nonsense, "].into_iter().enumerate() {
        let entry = format!("{forged}198.51.100.7");
        let answer = begin(&app, &[("x-forwarded-for", &entry)], &json!({})).await;
        if at < 2 { drop(answer.ok()) } else { refused(&answer) }
    }
    // Another client of the same proxy has a limit of its own.
    begin(&app, &[("x-forwarded-for", "198.51.100.8")], &json!({})).await.ok();
}

/// By another site's page nobody's limit is used up.
pub async fn other_sites_do_not_count(adapter: Adapter) {
    let app = limited(adapter, RateLimits::default().per_peer(2)).await;
    for _ in 0..5 {
        let headers = [("origin", "https://evil.example"), ("content-type", "application/json")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        send(app.at, "POST", &path_of("authenticate/begin"), &headers, b"{}").await.problem(403, "cross_site");
    }
    begin(&app, &[], &json!({})).await.ok();
}

/// Of an account, as many are let through as of a name that nobody has: the limit does not tell.
pub async fn accounts_count_and_names_of_nobody_too(adapter: Adapter) {
    let app = limited(adapter, RateLimits::default().per_peer(0).per_account(3)).await;
    for email in ["alice@example.com", "nobody@elsewhere.example"] {
        for spelling in [email.to_owned(), email.to_uppercase(), email.to_owned()] {
            begin(&app, &[], &json!({ "email": spelling })).await.ok();
        }
        refused(&begin(&app, &[], &json!({ "email": email })).await);
        refused(&begin(&app, &[], &json!({ "email": email.to_uppercase() })).await);
    }
    // Who names nobody is not met by it, nor is anybody else.
    begin(&app, &[], &json!({})).await.ok();
    begin(&app, &[], &json!({ "email": "bob@example.com" })).await.ok();

    let mut carol = app.signed_in("carol");
    for _ in 0..3 {
        carol.begin("register").await;
    }
    refused(&carol.post("register/begin", json!({})).await);
    let mut native = Browser::native(app.at, Some(&app.token("carol")));
    refused(&native.post("register/begin", json!({})).await);
    carol.get("credentials").await.ok();
}

/// Handlers of the application's own count with the routes.
pub async fn own_handlers_count_too(adapter: Adapter) {
    let app = limited(adapter, RateLimits::default().per_peer(3)).await;
    let headers = [("origin", ORIGIN), ("content-type", "application/json")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    for path in ["/own/members", "/own/sign-in/begin", "/own/members"] {
        assert_eq!(send(app.at, "POST", path, &headers, b"{}").await.status, 200);
    }
    for path in ["/own/members", "/own/sign-in/begin", "/auth/passkeys/authenticate/begin"] {
        refused(&send(app.at, "POST", path, &headers, b"{}").await);
    }
}
