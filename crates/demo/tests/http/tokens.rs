//! Sessions in signed tokens.

use super::client::{Browser, PASSWORD};
use super::process::Demo;
use base64ct::{Base64UrlUnpadded, Encoding};
use ceremony_adapter_suite::client::{Answer, Headers, send};
use ceremony_config::KeyFile;
use ceremony_testkit::Authenticator;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::time::{SystemTime, UNIX_EPOCH};

const TOKENS: [&str; 2] = ["--sessions", "token"];

fn token(answer: &Answer) -> String {
    assert!(answer.header("set-cookie").is_none_or(|cookie| !cookie.starts_with("session-")), "a session cookie");
    let body = answer.json();
    assert!(body["expires_at"].as_str().unwrap().ends_with('Z'), "{body}");
    body["token"].as_str().unwrap().to_owned()
}

/// A browser whose page sends this token.
fn with(browser: &Browser, token: &str) -> Browser {
    let mut browser = browser.clone();
    browser.token = Some(token.to_owned());
    browser
}

async fn me(browser: &Browser, token: &str) -> Answer {
    with(browser, token).get("/auth/me").await
}

/// A new account, and its token.
async fn account(demo: &Demo, email: &str) -> (Browser, String) {
    let mut browser = Browser::new(demo);
    let answer = browser.post("/auth/register", json!({ "email": email, "password": PASSWORD })).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(answer.json()["user"]["email"], email);
    let token = token(&answer);
    (browser, token)
}

fn claims(token: &str) -> Value {
    serde_json::from_slice(&Base64UrlUnpadded::decode_vec(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

/// A token of the test's own making.
fn made(header: &Value, claims: &Value, key: &[u8]) -> String {
    let part = |value: &Value| Base64UrlUnpadded::encode_string(value.to_string().as_bytes());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(&message).finalize().into_bytes();
    format!("{message}.{}", Base64UrlUnpadded::encode_string(&signature))
}

#[tokio::test]
async fn every_way_in_answers_with_a_token() {
    let demo = Demo::start_with(&TOKENS).await;
    let (browser, first) = account(&demo, "ada@example.com").await;
    let mut ada = with(&browser, &first);
    assert_eq!(ada.get("/auth/config").await.ok()["sessions"], "token");
    assert_eq!(claims(&first)["amr"], json!(["pwd"]));
    assert_eq!(claims(&first)["exp"].as_u64().unwrap() - claims(&first)["iat"].as_u64().unwrap(), 900);
    let mut device = Authenticator::new("ada's phone");
    ada.add_passkey(&mut device, "Phone").await;

    let assertion = ada.assertion(&mut device, json!({ "purpose": "step_up" })).await;
    let stepped_up = token(&ada.finish(&assertion).await);
    assert_eq!(claims(&stepped_up)["sid"], claims(&first)["sid"], "a step-up opens no session");
    assert_eq!(claims(&stepped_up)["amr"], json!(["pop", "user"]));
    assert_eq!(me(&browser, &first).await.ok()["authenticated_by"], "passkey");

    let mut other = Browser::new(&demo);
    let assertion = other.assertion(&mut device, json!({})).await;
    let answer = other.finish(&assertion).await;
    assert_eq!(answer.ok()["user"]["email"], "ada@example.com");
    let signed_in = token(&answer);
    assert_ne!(claims(&signed_in)["sid"], claims(&first)["sid"]);
    let by_password = token(&other.login("ada@example.com").await);
    assert_eq!(me(&other, &by_password).await.ok()["authenticated_by"], "password");

    // Another token for the same session.
    let again = token(&ada.post("/auth/token", json!({})).await);
    assert_eq!(claims(&again)["sid"], claims(&first)["sid"]);
    browser.clone().post("/auth/token", json!({})).await.problem(401, "not_signed_in");

    let out = ada.post("/auth/logout", json!({})).await;
    assert_eq!((out.ok(), out.header("set-cookie")), (json!({}), None));
    for token in [&first, &again, &stepped_up] {
        me(&browser, token).await.problem(401, "not_signed_in");
    }
    me(&browser, &signed_in).await.ok();
}

#[tokio::test]
async fn a_server_takes_tokens_or_cookies_and_never_both() {
    let (tokens, cookies) = tokio::join!(Demo::start_with(&TOKENS), Demo::start());
    let mut browser = Browser::with_account(&cookies, "ada@example.com").await;
    assert_eq!(
        browser.get("/auth/config").await.ok(),
        json!({ "sessions": "cookie", "framework": super::process::framework(), "sign_up": true })
    );
    browser.post("/auth/token", json!({})).await.problem(404, "not_found");
    let value = browser.cookies.values().next().unwrap().clone();
    let bearer: Headers = vec![("authorization".to_owned(), format!("Bearer {value}"))];
    send(cookies.address(), "GET", "/auth/me", &bearer, b"").await.problem(401, "not_signed_in");

    let (mut ada, token) = account(&tokens, "ada@example.com").await;
    for value in [value, token.clone(), claims(&token)["sid"].as_str().unwrap().to_owned()] {
        ada.cookies.insert(format!("session-{}", tokens.address().port()), value);
        ada.get("/auth/me").await.problem(401, "not_signed_in");
    }
    // And where a token is sent, the server still looks at where the request comes from.
    let mut stranger = with(&ada, &token);
    stranger.origin = "https://evil.example".to_owned();
    stranger.post("/auth/logout", json!({})).await.problem(403, "cross_site");
    me(&ada, &token).await.ok();
}

#[tokio::test]
async fn forged_and_expired_tokens_sign_nobody_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let keys = KeyFile::generate(&ceremony_http::ceremony_service::OsEntropy).unwrap();
    std::fs::write(&path, keys.to_text().as_bytes()).unwrap();
    let demo = Demo::start_with(&[&TOKENS[..], &["--key-file", path.to_str().unwrap()]].concat()).await;
    let (browser, good) = account(&demo, "ada@example.com").await;
    let (_, bobs) = account(&demo, "bob@example.com").await;
    let key = Hmac::<Sha256>::new_from_slice(&keys.decoys()).unwrap();
    let key = key.chain_update(b"ceremony-demo session tokens 1").finalize().into_bytes();
    let (header, said) = (json!({ "alg": "HS256", "typ": "JWT" }), claims(&good));
    let changed = |name: &str, value: Value| {
        let mut claims = said.clone();
        claims[name] = value;
        claims
    };
    // The test can make what the server makes: what is refused below is refused for what was changed.
    me(&browser, &made(&header, &said, &key)).await.ok();

    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let unsigned = made(&json!({ "alg": "none", "typ": "JWT" }), &said, &key);
    let mut no_end = said.clone();
    no_end.as_object_mut().unwrap().remove("exp");
    let table = [
        ("alg none", unsigned.rsplit_once('.').unwrap().0.to_owned() + "."),
        ("alg none with a signature", unsigned),
        ("alg HS512", made(&json!({ "alg": "HS512", "typ": "JWT" }), &said, &key)),
        ("alg ES256", made(&json!({ "alg": "ES256", "typ": "JWT" }), &said, &key)),
        ("another key", made(&header, &said, &[7; 32])),
        ("the underived key", made(&header, &said, &keys.decoys())),
        ("expired", made(&header, &changed("exp", json!(now - 1)), &key)),
        ("without an end", made(&header, &no_end, &key)),
        ("another issuer", made(&header, &changed("iss", json!("https://example.com")), &key)),
        ("an unknown session", made(&header, &changed("sid", json!("AAAA")), &key)),
        ("somebody else's session", made(&header, &changed("sid", claims(&bobs)["sid"].clone()), &key)),
        ("a session of somebody else", made(&header, &changed("sub", claims(&bobs)["sub"].clone()), &key)),
        ("no token", "x".to_owned()),
    ];
    for (name, token) in table {
        let answer = me(&browser, &token).await;
        assert_eq!(answer.status, 401, "{name}: {}", answer.text());
        answer.problem(401, "not_signed_in");
        with(&browser, &token).post("/auth/token", json!({})).await.problem(401, "not_signed_in");
        with(&browser, &token).post("/auth/logout-everywhere", json!({})).await.problem(401, "not_signed_in");
    }
    me(&browser, &good).await.ok();
    let log = demo.log();
    assert!(!log.contains(&good) && !log.contains("panicked"), "{log}");
}

#[tokio::test]
async fn tokens_end_at_once_with_what_opened_them() {
    let demo = Demo::start_with(&TOKENS).await;
    let (browser, password) = account(&demo, "ada@example.com").await;
    let mut ada = with(&browser, &password);
    let mut device = Authenticator::new("ada's phone");
    let added = ada.add_passkey(&mut device, "").await;
    let mut thief = Browser::new(&demo);
    let assertion = thief.assertion(&mut device, json!({})).await;
    let stolen = token(&thief.finish(&assertion).await);
    me(&browser, &stolen).await.ok();
    let one = format!("/auth/passkeys/credentials/{}", added["id"].as_str().unwrap());
    ada.send("DELETE", &one, b"").await.ok();
    me(&browser, &stolen).await.problem(401, "not_signed_in");

    let other = token(&Browser::new(&demo).login("ada@example.com").await);
    me(&browser, &other).await.ok();
    ada.post("/auth/logout-everywhere", json!({})).await.ok();
    for token in [&password, &other] {
        me(&browser, token).await.problem(401, "not_signed_in");
    }
    with(&browser, &other).post("/auth/token", json!({})).await.problem(401, "not_signed_in");
}
