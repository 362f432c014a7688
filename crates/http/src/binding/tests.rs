use super::*;
use ceremony_service::{EntropyError, OsEntropy};

const A: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const B: &str = "HxECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

fn public() -> RelyingParty {
    RelyingParty::builder("example.com", "Example").origin("https://example.com").build().unwrap()
}

fn local() -> RelyingParty {
    RelyingParty::builder("localhost", "Demo")
        .origins(["http://localhost:8000", "http://localhost:3000", "http://localhost", "https://localhost:8443"])
        .build()
        .unwrap()
}

fn headers(list: &[(&'static str, String)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in list {
        headers.append(*name, HeaderValue::try_from(value).unwrap());
    }
    headers
}

fn sender(list: &[(&'static str, String)]) -> Sender {
    Sender::read(&headers(list), &public(), false)
}

fn cookie(text: &str) -> Vec<(&'static str, String)> {
    vec![("cookie", text.to_owned())]
}

#[test]
fn none_of_the_three_headers_is_a_native_app() {
    let native = sender(&[("authorization", "Bearer x".to_owned())]);
    assert!(matches!(native, Sender::Native));
    assert_eq!(native.finish().unwrap(), None);
    let (key, set) = native.begin(&OsEntropy).unwrap();
    assert!(key.is_none() && set.is_none());

    for (name, value) in [("origin", "https://example.com"), ("sec-fetch-site", "none"), ("cookie", "a=b")] {
        let browser = sender(&[(name, value.to_owned())]);
        assert!(matches!(browser, Sender::Browser { .. }), "{name}");
        assert_eq!(browser.finish().unwrap_err().code(), Code::CeremonyUnusable);
    }
}

#[test]
fn a_browser_gets_one_secret_and_keeps_it() {
    let (key, set) = sender(&[("origin", "https://example.com".to_owned())]).begin(&OsEntropy).unwrap();
    let set = set.unwrap().to_str().unwrap().to_owned();
    let (pair, attributes) = set.split_once(';').unwrap();
    assert_eq!(attributes, " HttpOnly; Path=/; Secure; SameSite=Strict");
    assert!(pair.starts_with("__Host-ceremony="));
    assert_eq!(pair.len(), "__Host-ceremony=".len() + 43);

    let again = sender(&cookie(&format!("session=1; {pair}; theme=dark")));
    assert_eq!(again.finish().unwrap(), key);
    let (begun, set) = again.begin(&OsEntropy).unwrap();
    assert_eq!(begun, key);
    assert_eq!(set, None);
}

#[test]
fn the_key_is_not_the_secret() {
    let key = sender(&cookie(&format!("__Host-ceremony={A}"))).finish().unwrap().unwrap();
    assert_ne!(Base64UrlUnpadded::encode_string(&key), A);
}

#[test]
fn planted_and_broken_cookies_are_not_taken() {
    let table = [
        format!("__Host-ceremony={A}; __Host-ceremony={B}"),
        format!("__Host-ceremony={A}; __Host-ceremony="),
        format!("__Host-ceremony={}", &A[1..]),
        format!("__Host-ceremony={A}A"),
        format!("__Host-ceremony={A}="),
        format!("__Host-ceremony=\"{A}\""),
        format!("__Host-ceremony={}", A.replace('E', "+")),
        format!("__host-ceremony={A}"),
        format!("ceremony={A}"),
        format!("ceremony-443={A}"),
        format!("x__Host-ceremony={A}"),
        "__Host-ceremony=".to_owned(),
        "__Host-ceremony".to_owned(),
        "x".repeat(100_000),
    ];
    for text in table {
        let sender = sender(&cookie(&text));
        assert_eq!(sender.finish().unwrap_err().code(), Code::CeremonyUnusable, "{text}");
        assert!(sender.begin(&OsEntropy).unwrap().1.is_some(), "a fresh one is set for {text}");
    }
    let split = [("cookie", format!("__Host-ceremony={A}")), ("cookie", format!("__Host-ceremony={B}"))];
    assert!(sender(&split).finish().is_err());
    let same = [("cookie", format!("__Host-ceremony={A}")), ("cookie", format!("__Host-ceremony={A}"))];
    assert!(sender(&same).finish().is_ok());
}

#[test]
fn the_attributes_follow_the_configured_origin() {
    let table = [
        ("http://localhost:8000", "ceremony-8000=", "; HttpOnly; Path=/; SameSite=Strict"),
        ("http://localhost:3000", "ceremony-3000=", "; HttpOnly; Path=/; SameSite=Strict"),
        ("http://localhost", "ceremony-80=", "; HttpOnly; Path=/; SameSite=Strict"),
        ("https://localhost:8443", "__Host-ceremony=", "; HttpOnly; Path=/; Secure; SameSite=Strict"),
    ];
    for (origin, start, end) in table {
        let sender = Sender::read(&headers(&[("origin", origin.to_owned())]), &local(), false);
        let set = sender.begin(&OsEntropy).unwrap().1.unwrap();
        let set = set.to_str().unwrap();
        assert!(set.starts_with(start) && set.ends_with(end), "{set}");
    }
    // No Origin: the first configured one.
    let sender = Sender::read(&headers(&[("sec-fetch-site", "same-origin".to_owned())]), &local(), false);
    assert!(sender.begin(&OsEntropy).unwrap().1.unwrap().to_str().unwrap().starts_with("ceremony-8000="));
}

#[test]
fn in_an_iframe_the_cookie_is_partitioned() {
    let sender = Sender::read(&headers(&[("origin", "https://example.com".to_owned())]), &public(), true);
    let set = sender.begin(&OsEntropy).unwrap().1.unwrap();
    assert!(set.to_str().unwrap().ends_with("; HttpOnly; Path=/; Secure; SameSite=None; Partitioned"));
}

#[derive(Debug)]
struct NoEntropy;

impl Entropy for NoEntropy {
    fn fill(&self, _: &mut [u8]) -> Result<(), EntropyError> {
        Err(EntropyError::new("the pool is dry"))
    }
}

#[test]
fn without_randomness_nothing_begins() {
    assert!(sender(&cookie("a=b")).begin(&NoEntropy).is_err());
    assert!(sender(&cookie(&format!("__Host-ceremony={A}"))).begin(&NoEntropy).is_ok());
}
