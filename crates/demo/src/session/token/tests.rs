use super::*;
use base64ct::{Base64UrlUnpadded, Encoding};
use ceremony_http::ceremony_service::{Clock, SystemClock};
use http::HeaderValue;
use serde_json::{Value, json};

const ORIGIN: &str = "http://localhost:8000";

fn tokens() -> Tokens {
    Tokens::new(&[7; 32], ORIGIN).unwrap()
}

fn headers(value: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.append(header::AUTHORIZATION, HeaderValue::try_from(value).unwrap());
    headers
}

fn about(now: UnixTime) -> About<'static> {
    let expires_at = now.saturating_add(Duration::from_secs(7 * 24 * 3600));
    About { user: "ada", sid: "session", authenticated_at: now, by_password: true, expires_at }
}

fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&Base64UrlUnpadded::decode_vec(part).unwrap()).unwrap()
}

fn encode(value: &Value) -> String {
    Base64UrlUnpadded::encode_string(value.to_string().as_bytes())
}

#[test]
fn a_token_says_who_when_and_how() {
    let now = SystemClock.now();
    let (token, expires_at) = tokens().issue(&about(now), now).unwrap();
    let said = claims(&token);
    assert_eq!((said["sub"].as_str(), said["sid"].as_str()), (Some("ada"), Some("session")));
    assert_eq!(said["iat"].as_u64().unwrap() + 900, said["exp"].as_u64().unwrap());
    assert_eq!(said["exp"].as_u64().unwrap(), secs(expires_at));
    assert_eq!((&said["auth_time"], &said["amr"]), (&said["iat"], &json!(["pwd"])));
    let passkey = About { by_password: false, ..about(now) };
    assert_eq!(claims(&tokens().issue(&passkey, now).unwrap().0)["amr"], json!(["pop", "user"]));
    // No token outlives its session.
    let last = About { expires_at: now.saturating_add(Duration::from_secs(60)), ..about(now) };
    assert_eq!(claims(&tokens().issue(&last, now).unwrap().0)["exp"], secs(now) + 60);
}

#[test]
fn a_token_holds_with_its_key_its_algorithm_its_origin_and_its_time() {
    let (tokens, now) = (tokens(), SystemClock.now());
    let (token, _) = tokens.issue(&about(now), now).unwrap();
    for value in [format!("Bearer {token}"), format!("bearer {token}")] {
        assert_eq!(tokens.read(&headers(&value)).unwrap().sid, "session", "{value}");
    }
    let mut twice = headers(&format!("Bearer {token}"));
    twice.append(header::AUTHORIZATION, HeaderValue::from_static("Bearer x"));
    assert!(tokens.read(&twice).is_none());

    let past = UnixTime::from_millis(now.as_millis() - 901_000);
    let expired = tokens.issue(&about(past), past).unwrap().0;
    let other_key = Tokens::new(&[8; 32], ORIGIN).unwrap().issue(&about(now), now).unwrap().0;
    let other_origin = Tokens::new(&[7; 32], "http://localhost:8001").unwrap().issue(&about(now), now).unwrap().0;
    let (head, rest) = token.split_once('.').unwrap();
    let (body, signature) = rest.split_once('.').unwrap();
    let unsigned = format!("{}.{body}.", encode(&json!({ "alg": "none", "typ": "JWT" })));
    let unsigned_with = format!("{unsigned}{signature}");
    let renamed = format!("{}.{body}.{signature}", encode(&json!({ "alg": "HS512", "typ": "JWT" })));
    let mut longer = claims(&token);
    longer["exp"] = json!(secs(now) + 90_000);
    let changed = format!("{head}.{}.{signature}", encode(&longer));
    let table =
        [expired, other_key, other_origin, unsigned, unsigned_with, renamed, changed, head.to_owned(), String::new()];
    for token in table {
        assert!(tokens.read(&headers(&format!("Bearer {token}"))).is_none(), "{token}");
    }
    for value in [token.clone(), format!("Basic {token}"), "Bearer".to_owned(), format!("Bearer x {token}")] {
        assert!(tokens.read(&headers(&value)).is_none(), "{value}");
    }
}
