//! The example `jwt` over a real socket: its sessions are tokens.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

#[allow(dead_code, reason = "its main function")]
#[path = "../examples/jwt.rs"]
mod jwt;

use ceremony_adapter_suite::client::{Answer, Browser, send};
use ceremony_testkit::{Authenticator, Client};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use jwt::ORIGIN;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

const KEY: &[u8] = b"a key of thirty-two bytes or more";

async fn start() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let app = jwt::app(KEY.to_vec()).unwrap();
    tokio::spawn(warp::serve(app).incoming(listener).run());
    at
}

async fn ask(at: SocketAddr, method: &str, path: &str, token: &str) -> Answer {
    let headers = [("authorization".to_owned(), format!("Bearer {token}"))];
    send(at, method, path, &headers, b"").await
}

async fn sign_in_by_email(at: SocketAddr, email: &str) -> Answer {
    let headers = [("content-type", "application/json"), ("origin", ORIGIN)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    send(at, "POST", "/sign-in", &headers, json!({ "email": email }).to_string().as_bytes()).await
}

fn token(answer: &Value) -> String {
    answer["token"].as_str().unwrap().to_owned()
}

/// A user with a passkey: their device, a token by e-mail, and the passkey's public id.
async fn person(at: SocketAddr, email: &str) -> (Authenticator, String, String) {
    let token = token(&sign_in_by_email(at, email).await.ok());
    let mut app = Browser::native(at, Some(&token));
    let begun = app.begin("register").await;
    let mut device = Authenticator::new(email);
    let credential = device.register(&begun["publicKey"], &Client::new(ORIGIN)).unwrap();
    let finish = json!({ "credential": credential, "state": begun["state"], "name": "Laptop" });
    let id = app.post("register/finish", finish).await.ok()["credential"]["id"].as_str().unwrap().to_owned();
    (device, token, id)
}

/// Signs in, or confirms, in whatever browser.
async fn by_passkey(device: &mut Authenticator, browser: &mut Browser, begin: Value) -> Answer {
    let begun = browser.post("authenticate/begin", begin).await.ok();
    let credential = device.authenticate(&begun["publicKey"], &Client::new(ORIGIN)).unwrap();
    browser.post("authenticate/finish", json!({ "credential": credential, "state": begun["state"] })).await
}

#[tokio::test]
async fn a_passkey_signs_in_and_a_token_is_the_session() {
    let at = start().await;
    let (mut device, by_email, passkey) = person(at, "ada@example.com").await;
    let answer = by_passkey(&mut device, &mut Browser::new(at, ORIGIN), json!({})).await.ok();
    assert_eq!(
        (answer["user"]["email"].as_str(), &answer["credential"]["id"]),
        (Some("ada@example.com"), &json!(passkey))
    );
    assert!(answer["expires_at"].is_string());
    let by_passkey_token = token(&answer);
    let me = ask(at, "GET", "/me", &by_passkey_token).await.ok();
    assert_eq!((me["email"].as_str(), me["passkey"].as_str()), (Some("ada@example.com"), Some(passkey.as_str())));

    // To confirm, the session is needed, and it is answered with a new one.
    let step_up = json!({ "purpose": "step_up" });
    let mut nobody = Browser::native(at, None);
    nobody.post("authenticate/begin", step_up.clone()).await.problem(401, "not_signed_in");
    let mut app = Browser::native(at, Some(&by_passkey_token));
    let confirmed = token(&by_passkey(&mut device, &mut app, step_up).await.ok());
    assert_eq!(ask(at, "GET", "/me", &confirmed).await.json()["passkey"], json!(passkey));

    // With the passkey go the sessions that it opened, and no others.
    app.delete(&format!("credentials/{passkey}")).await.ok();
    for over in [by_passkey_token, confirmed] {
        ask(at, "GET", "/me", &over).await.problem(401, "not_signed_in");
        ask(at, "GET", "/auth/passkeys/credentials", &over).await.problem(401, "not_signed_in");
    }
    assert_eq!(ask(at, "GET", "/me", &by_email).await.status, 200);
}

#[tokio::test]
async fn a_locked_account_is_refused_whatever_it_has() {
    let at = start().await;
    let (mut device, by_email, _) = person(at, "eve@example.com").await;
    assert_eq!(ask(at, "POST", "/lock", &by_email).await.status, 200);
    by_passkey(&mut device, &mut Browser::new(at, ORIGIN), json!({})).await.problem(403, "sign_in_refused");
    sign_in_by_email(at, "eve@example.com").await.problem(403, "sign_in_refused");
    ask(at, "GET", "/auth/passkeys/credentials", &by_email).await.problem(401, "not_signed_in");
}

#[tokio::test]
async fn only_a_good_token_is_a_session() {
    let at = start().await;
    person(at, "ada@example.com").await;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let audience = "https://localhost/ceremony-jwt-example";
    let claims = json!({ "sub": "ada@example.com", "aud": audience, "iat": now, "exp": now + 60, "auth_time": now });
    let with = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        claims
    };
    let without = |name: &str| {
        let mut claims = claims.clone();
        claims.as_object_mut().unwrap().remove(name);
        claims
    };
    let made = |algorithm: Algorithm, claims: &Value, key: &[u8]| {
        encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(key)).unwrap()
    };
    let good = made(Algorithm::HS256, &claims, KEY);
    assert_eq!(ask(at, "GET", "/auth/passkeys/credentials", &good).await.status, 200);

    let mut bad =
        vec![String::new(), "x.y.z".to_owned(), made(Algorithm::HS256, &claims, b"another key of thirty-two bytes.")];
    bad.extend([Algorithm::HS384, Algorithm::HS512].map(|algorithm| made(algorithm, &claims, KEY)));
    bad.extend(
        [
            with("exp", json!(now - 1)),
            with("aud", json!("https://elsewhere.example")),
            with("sub", json!("nobody@example.com")),
            without("exp"),
            without("aud"),
            without("sub"),
            without("auth_time"),
        ]
        .map(|claims| made(Algorithm::HS256, &claims, KEY)),
    );
    // {"alg":"none"}, and no signature.
    let body = good.split('.').nth(1).unwrap();
    bad.push(format!("eyJhbGciOiJub25lIn0.{body}."));
    for token in bad {
        ask(at, "GET", "/auth/passkeys/credentials", &token).await.problem(401, "not_signed_in");
    }
    let twice = ["authorization", "authorization"].map(|name| (name.to_owned(), format!("Bearer {good}")));
    send(at, "GET", "/auth/passkeys/credentials", &twice, b"").await.problem(401, "not_signed_in");
    // The application's own routes are behind the same rules.
    let foreign = [("content-type", "application/json"), ("origin", "https://evil.example")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    send(at, "POST", "/sign-in", &foreign, br#"{"email":"a@b"}"#).await.problem(403, "cross_site");
    let page = send(at, "GET", "/", &[], b"").await;
    assert!(page.status == 200 && page.text().contains("passkeys.js"));
}
