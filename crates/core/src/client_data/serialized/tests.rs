#![allow(clippy::unwrap_used)]

use super::*;
use crate::policy::Limits;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use proptest::prelude::*;

const GOOD: &str = r#"{"type":"webauthn.get","challenge":"c2VjcmV0","origin":"https://example.com","crossOrigin":true,"topOrigin":"https://top.example"}"#;

/// What is read the quick way is what is read as JSON; `None` where it is left to that.
fn both(text: &str) -> Option<Members> {
    let quick = read(text, 0)?;
    assert_eq!(Members::read(text, text, &Limits::default()), Ok(quick.clone()), "{text}");
    Some(quick)
}

#[test]
fn what_clients_write_is_read_the_quick_way() {
    for text in [
        GOOD,
        &GOOD.replace(r#","topOrigin":"https://top.example""#, ""),
        &GOOD.replace(r#","crossOrigin":true,"topOrigin":"https://top.example""#, r#","crossOrigin":false"#),
        &GOOD.replace(r#","crossOrigin":true,"topOrigin":"https://top.example""#, ""),
        &GOOD.replace("example.com", "\u{e9}xample\u{7f}"),
        &GOOD.replace('}', r#","new":"x","new":"y","z":"topOrigin"}"#),
        &GOOD.replace(r#","topOrigin":"https://top.example""#, r#","new":"x""#),
    ] {
        let members = both(text).unwrap();
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!((members.kind.of(text), members.challenge.of(text)), ("webauthn.get", "c2VjcmV0"));
        assert_eq!(members.origin.of(text), value["origin"]);
        assert_eq!(members.cross_origin, value.get("crossOrigin").map(|cross| cross == true));
        assert_eq!(
            members.top_origin.map(|top| top.of(text).to_string()).as_deref(),
            value.get("topOrigin").map(|top| top.as_str().unwrap())
        );
    }
    let text = format!("\u{feff}{GOOD}");
    assert_eq!(read(&text, 3).unwrap().origin.of(&text), "https://example.com");
    assert_eq!(read(&text, 0), None);
}

#[test]
fn everything_else_is_left_to_the_slow_way() {
    for (from, to) in [
        ("}", ""),
        ("}", "} "),
        ("}", "}}"),
        ("}", ",\"new\":1}"),
        ("}", ",\"new\":\"\"}"),
        ("}", ",\"new\":\"a\\n\"}"),
        ("}", ",\"new\":\"a\n\"}"),
        ("}", ",\"new\"}"),
        ("}", ",\"new\":\"x}"),
        ("}", ",\"\":\"x\"}"),
        ("}", ",\"n\\u0065w\":\"x\"}"),
        ("}", ",\"tokenBinding\":\"x\"}"),
        ("}", ",\"type\":\"x\"}"),
        ("}", ",\"challenge\":\"x\"}"),
        ("}", ",\"origin\":\"x\"}"),
        ("}", ",\"crossOrigin\":\"x\"}"),
        ("}", ",\"topOrigin\":\"x\"}"),
        ("}", "\u{0}"),
        ("{", " {"),
        ("{", "["),
        (":", ": "),
        (",", " ,"),
        ("type", "Type"),
        ("true", "null"),
        ("true", "\"true\""),
        ("true", ""),
        ("true", "truefalse"),
        ("webauthn.get", ""),
        ("c2VjcmV0", ""),
        ("https://example.com", ""),
        ("https://top.example", ""),
        ("https://top.example", "a\\\"b"),
        ("\"https://top.example\"", "\""),
        ("\"https://top.example\"", "null"),
        ("https://example.com", "https:\\/\\/example.com"),
        ("https://example.com", "a\nb"),
        ("https://example.com", "a\tb"),
        ("https://example.com", "\u{0}"),
        ("https://example.com", "\u{1f}"),
        ("\"origin\"", "\"\\u006frigin\""),
        ("\"origin\":", "\"type\":\"x\",\"origin\":"),
        (",\"origin\"", ",\"origin\":\"x\",\"origin\""),
    ] {
        assert!(GOOD.contains(from));
        assert_eq!(read(&GOOD.replacen(from, to, 1), 0), None, "{from} {to}");
    }
    let other_order =
        r#"{"challenge":"c2VjcmV0","type":"webauthn.get","origin":"https://example.com","crossOrigin":true}"#;
    assert_eq!(read(other_order, 0), None);
    for end in 0..GOOD.len() {
        assert_eq!(read(&GOOD[..end], 0), None);
    }
}

proptest! {
    #[test]
    fn both_ways_read_the_same(strings in prop::collection::vec("\\PC{1,12}|.{1,6}|[ -~]{1,8}", 4), cross: Option<bool>, top: bool, more in "|,\"[a-z]{1,3}\":\"[a-z]{0,2}\"|,\"topOrigin\":\"x\"") {
        let mut text = format!("{{\"type\":\"{}\",\"challenge\":\"{}\",\"origin\":\"{}\"", strings[0], strings[1], strings[2]);
        if let Some(cross) = cross {
            text.push_str(&format!(",\"crossOrigin\":{cross}"));
        }
        if top {
            text.push_str(&format!(",\"topOrigin\":\"{}\"", strings[3]));
        }
        text.push_str(&more);
        text.push('}');
        let plain = |string: &String| string.chars().all(|char| char >= ' ' && char != '"' && char != '\\');
        let is_plain = strings[..if top { 4 } else { 3 }].iter().all(plain);
        let quick = both(&text);
        prop_assert!(quick.is_some() || !is_plain || !more.is_empty(), "{text}");
    }

    #[test]
    fn both_ways_read_the_same_with_a_few_bytes_changed(changes in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(&b"\"\\,:{} \x1ftrue0"[..])), 1..4)) {
        let mut bytes: Vec<u8> = GOOD.into();
        for (at, byte) in changes {
            bytes[at.index(GOOD.len())] = byte;
        }
        both(&String::from_utf8(bytes).unwrap());
    }
}
