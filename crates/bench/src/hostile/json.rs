//! Shapes of JSON, in both ceremonies' bodies and in the client data.

use super::{BODY, filled};
use crate::case::{Case, Honest};
use crate::scene::Scene;
use crate::sign_in::SignIn;
use ceremony_testkit::{Algorithm, Attestation, Stage};

/// Fills so many bytes with one or more members of an object.
type Shape = fn(usize) -> String;

const SHAPES: [(&str, Shape); 13] = [
    ("array of small numbers", |room| list("1", room)),
    ("array of empty objects", |room| list("{}", room)),
    ("array of long floats", |room| list("1.7976931348623157e308", room)),
    ("array of floats of 20 digits", |room| list("8.5070591730234615847e37", room)),
    ("one number of 64 KiB", |room| filled("\"x\":0.", room, |_| "7".into())),
    ("one string of 64 KiB", |room| filled("\"x\":\"", room, |_| "a".into()) + "\""),
    ("one string of escapes", |room| filled("\"x\":\"", room, |_| "\\u00e9".into()) + "\""),
    ("one string of line breaks", |room| filled("\"x\":\"", room, |_| "\\n".into()) + "\""),
    ("many members", members),
    ("one escaped member, many times", |room| repeated("\"\\u0061\":0", room)),
    ("shortest escaped members", |room| repeated("\"\\n\":0", room)),
    ("shortest members", |room| repeated("\"\":0", room)),
    ("many nested arrays", |room| list("[[[[[[[[[[]]]]]]]]]]", room)),
];

/// Where in a body a shape stands.
const PLACES: [(&str, &str, &str); 5] = [
    ("in response", "\"response\":{", ""),
    ("in the outputs", "\"clientExtensionResults\":{", ""),
    ("in prf", "\"clientExtensionResults\":{\"prf\":{", "}"),
    ("in largeBlob", "\"clientExtensionResults\":{\"largeBlob\":{", "}"),
    ("in prf.results", "\"clientExtensionResults\":{\"prf\":{\"results\":{", "}}"),
];

fn list(element: &str, room: usize) -> String {
    filled("\"x\":[", room, |at| format!("{}{element}", if at == 0 { "" } else { "," })) + "]"
}

/// Members of different names.
fn members(room: usize) -> String {
    filled("", room, |at| format!("{}\"{at:x}\":0", if at == 0 { "" } else { "," }))
}

/// One member, again and again.
fn repeated(member: &str, room: usize) -> String {
    filled("", room, |at| format!("{}{member}", if at == 0 { "" } else { "," }))
}

/// The body with more members that fill it to the cap, before those that stand behind `after`.
fn padded(body: &[u8], place: &str, close: &str, shape: impl Fn(usize) -> String) -> Vec<u8> {
    let body = String::from_utf8_lossy(body);
    let (found, opened) = place.split_once(":{").map_or((place, ""), |(member, more)| (member, more));
    let found = if found == "{" { String::from("{") } else { format!("{found}:{{") };
    let (before, behind) = body.split_once(&found).expect("every body has these members");
    let more = shape(BODY - body.len() - opened.len() - close.len() - 8);
    let comma = if behind.starts_with('}') { "" } else { "," };
    format!("{before}{found}{opened}{more}{close}{comma}{behind}").into_bytes()
}

pub(super) fn add(cases: &mut Vec<Case>) {
    let registration = Honest::SelfSigned(Algorithm::Es256);
    let sign_in = Honest::SignIn(Algorithm::Es256);
    let signed = Scene::new().body(Algorithm::Es256, Attestation::PackedSelf, |_| ());
    let user = SignIn::new(Scene::new(), Algorithm::Es256);
    let asserted = user.body(|_| ());
    let mut both = |name: &str, make: &dyn Fn(&[u8]) -> Vec<u8>| {
        cases.push(Case::registration(format!("JSON: {name}"), Scene::new(), make(&signed), registration));
        cases.push(Case::sign_in(format!("sign-in, JSON: {name}"), user.clone(), make(&asserted), sign_in));
    };
    both("[[[[... to the cap", &|_| vec![b'['; BODY]);
    both("white space", &|body| padded(body, "{", "", |room| " ".repeat(room) + "\"x\":0"));
    for (name, shape) in SHAPES {
        both(name, &|body| padded(body, "{", "", shape));
    }
    for (place, after, close) in PLACES {
        for (name, shape) in SHAPES.into_iter().filter(|(name, _)| name.contains("small") || name.contains("escape")) {
            both(&format!("{name} {place}"), &|body| padded(body, after, close, shape));
        }
    }
    let outputs = "\"clientExtensionResults\":{";
    both("many unknown outputs", &|body| padded(body, outputs, "", members));
    both("prf, many times", &|body| padded(body, outputs, "", |room| repeated("\"prf\":{\"enabled\":true}", room)));
    both("empty prf, many times", &|body| padded(body, outputs, "", |room| repeated("\"prf\":{}", room)));
    both("escaped prf, many times", &|body| {
        padded(body, outputs, "", |room| repeated("\"\\u0070rf\":{\"\\n\":0}", room))
    });
    both("credProps, many times", &|body| {
        padded(body, outputs, "", |room| repeated("\"credProps\":{\"\\n\":0}", room))
    });
    both("a blob of 16 KiB", &|body| {
        padded(body, outputs, "", |_| format!("\"largeBlob\":{{\"blob\":\"{}\"}}", "A".repeat(21_845)))
    });
    both("blobs of 16 KiB", &|body| {
        let blob = format!("\"largeBlob\":{{\"blob\":\"{}\"}}", "A".repeat(20_800));
        padded(body, outputs, "", |room| repeated(&blob, room))
    });
    both("a blob of escapes", &|body| {
        padded(body, outputs, "", |room| filled("\"largeBlob\":{\"blob\":\"", room - 4, |_| "\\u0041".into()) + "\"}")
    });
    // Client data of 8 KiB.
    for (name, shape) in SHAPES {
        let stretch = |stage: Stage<'_>| {
            if let Stage::ClientDataJson(bytes) = stage {
                let more = shape(8 * 1024 - bytes.len() - 8);
                let rest = bytes.get(1..).unwrap_or_default();
                *bytes = [b"{", more.as_bytes(), b",", rest].concat();
            }
        };
        let body = Scene::new().body(Algorithm::Es256, Attestation::PackedSelf, stretch);
        cases.push(Case::registration(format!("client data: {name}"), Scene::new(), body, registration));
        let body = user.body(stretch);
        cases.push(Case::sign_in(format!("sign-in, client data: {name}"), user.clone(), body, sign_in));
    }
}
