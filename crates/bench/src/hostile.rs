//! The worst inputs that are known: each fills a cap, or makes the core do what costs the most.

use crate::scene::Scene;
use ceremony::x509::{TrustAnchor, TrustAnchors};
use ceremony_testkit::{Algorithm, Attestation, Cbor, Stage, TestCa};
use std::fmt::Write as _;

/// The cap of a body, in bytes.
const BODY: usize = 64 * 1024;

/// One hostile registration.
#[derive(Debug)]
pub struct Hostile {
    /// What it is.
    pub name: &'static str,
    /// The relying party that gets it.
    pub scene: Scene,
    /// The body.
    pub body: Vec<u8>,
    /// The honest registration of the same kind.
    pub honest: Honest,
}

/// An honest registration that a hostile one stands beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Honest {
    /// ES256, no attestation.
    None,
    /// A packed statement of this algorithm with certificates.
    Packed(Algorithm),
    /// Format compound.
    Compound,
    /// No attestation, a key of this algorithm.
    Key(Algorithm),
}

impl Honest {
    /// The relying party for it: one that trusts an authority of the same algorithm.
    #[must_use]
    pub fn scene(self) -> Scene {
        let Self::Packed(algorithm) = self else { return Scene::new() };
        let ca = TestCa::builder("kind").algorithm(algorithm).build();
        Scene::new().trusting(&anchors([&ca])).under(&ca)
    }

    /// Its body.
    #[must_use]
    pub fn body(self, scene: &Scene) -> Vec<u8> {
        match self {
            Self::None => scene.body(Algorithm::Es256, Attestation::None, |_| ()),
            Self::Packed(algorithm) => scene.body(algorithm, Attestation::Packed, |_| ()),
            Self::Compound => scene.body(Algorithm::Es256, Attestation::Compound, |_| ()),
            Self::Key(algorithm) => scene.body(algorithm, Attestation::None, |_| ()),
        }
    }
}

/// All of them.
#[must_use]
pub fn all() -> Vec<Hostile> {
    let mut list = Vec::new();
    json(&mut list);
    cbor(&mut list);
    statements(&mut list);
    list
}

fn add(list: &mut Vec<Hostile>, name: &'static str, body: Vec<u8>, honest: Honest) {
    list.push(Hostile { name, scene: Scene::new(), body, honest });
}

/// As much of `piece(n)` as fits into `room` bytes, after `head`.
fn filled(head: &str, room: usize, mut piece: impl FnMut(usize) -> String) -> String {
    let mut text = String::from(head);
    for at in 0.. {
        let next = piece(at);
        if text.len() + next.len() > room || next.is_empty() {
            break;
        }
        text.push_str(&next);
    }
    text
}

/// The honest body with one more member, first in the object, that fills it to the cap.
fn padded(member: impl FnOnce(usize) -> String) -> Vec<u8> {
    let honest = Honest::None.body(&Scene::new());
    let mut body = Vec::from(b"{");
    body.extend(member(BODY - honest.len() - 8).bytes());
    body.push(b',');
    body.extend(honest.iter().skip(1));
    body
}

fn json(list: &mut Vec<Hostile>) {
    add(list, "JSON: [[[[... to the cap", vec![b'['; BODY], Honest::None);
    let wide = |at| format!("{}1", if at == 0 { "" } else { "," });
    add(list, "JSON: array of small numbers", padded(|room| filled("\"x\":[", room, wide) + "]"), Honest::None);
    let empty = |at| String::from(if at == 0 { "{}" } else { ",{}" });
    add(list, "JSON: array of empty objects", padded(|room| filled("\"x\":[", room, empty) + "]"), Honest::None);
    let floats = |at| format!("{}1.7976931348623157e308", if at == 0 { "" } else { "," });
    add(list, "JSON: array of long floats", padded(|room| filled("\"x\":[", room, floats) + "]"), Honest::None);
    let digit = |_| String::from("7");
    add(list, "JSON: one number of 64 KiB", padded(|room| filled("\"x\":0.", room, digit)), Honest::None);
    let letter = |_| String::from("a");
    add(list, "JSON: one string of 64 KiB", padded(|room| filled("\"x\":\"", room, letter) + "\""), Honest::None);
    let escape = |_| String::from("\\u00e9");
    add(list, "JSON: one string of escapes", padded(|room| filled("\"x\":\"", room, escape) + "\""), Honest::None);
    let members = |at| format!("{}\"{at:x}\":0", if at == 0 { "" } else { "," });
    add(list, "JSON: many members", padded(|room| filled("", room, members)), Honest::None);
    let escaped = |at| String::from(if at == 0 { "\"\\u0061\":0" } else { ",\"\\u0061\":0" });
    add(list, "JSON: one escaped member, many times", padded(|room| filled("", room, escaped)), Honest::None);
    let nested = |at| String::from(if at == 0 { "[[[[[[[[[[]]]]]]]]]]" } else { ",[[[[[[[[[[]]]]]]]]]]" });
    add(list, "JSON: many nested arrays", padded(|room| filled("\"x\":[", room, nested) + "]"), Honest::None);
    let body = Scene::new().body(Algorithm::Es256, Attestation::None, |stage| {
        if let Stage::Response(response) = stage {
            let room = BODY - response.to_string().len() - 64;
            let outputs = serde_json::from_str(&(filled("{", room, members) + "}")).expect("JSON");
            if let Some(slot) = response.get_mut("clientExtensionResults") {
                *slot = outputs;
            }
        }
    });
    add(list, "extensions: many unknown client outputs", body, Honest::None);
    let body = Scene::new().body(Algorithm::Es256, Attestation::None, |stage| {
        if let Stage::ClientDataJson(bytes) = stage {
            let mut text = filled("{", 8 * 1024 - bytes.len() - 8, members);
            text.push(',');
            let _ = write!(text, "{}", String::from_utf8_lossy(bytes.get(1..).unwrap_or_default()));
            *bytes = text.into_bytes();
        }
    });
    add(list, "client data: 8 KiB of members", body, Honest::None);
}

/// A map of 64 keys, the greatest first, each with `value`.
fn descending(value: &Cbor) -> Cbor {
    Cbor::Map((0..64).rev().map(|key| (Cbor::Int(key), value.clone())).collect())
}

fn cbor(list: &mut Vec<Hostile>) {
    let mut with = |name, statement: Cbor| {
        let body = Scene::new().body(Algorithm::Es256, Attestation::None, |stage| {
            if let Stage::AttestationStatement(cbor) = stage {
                *cbor = statement.clone();
            }
        });
        add(list, name, body, Honest::None);
    };
    let wide = |value: &Cbor, count| Cbor::Array(vec![value.clone(); count]);
    with("CBOR: 64 maps of 64 keys in reverse", wide(&descending(&Cbor::Int(0)), 64));
    with("CBOR: 64 arrays of 64 arrays", wide(&wide(&wide(&Cbor::Int(0), 6), 64), 64));
    with("CBOR: 64 x 64 empty maps", wide(&wide(&Cbor::Map(Vec::new()), 64), 64));
    with("CBOR: one string of 30 KiB", Cbor::Bytes(vec![0; 30 * 1024]));
}

fn statements(list: &mut Vec<Hostile>) {
    for (name, count) in [("compound: the parts 8 times", 8), ("compound: the parts 16 times", 16)] {
        let body = Scene::new().body(Algorithm::Es256, Attestation::Compound, |stage| {
            if let Stage::AttestationStatement(Cbor::Array(parts)) = stage {
                *parts = parts.iter().cloned().cycle().take(parts.len() * count).collect();
            }
        });
        add(list, name, body, Honest::Compound);
    }
    // The leaf's signature is broken: everything above it was verified by then.
    let broken = |algorithm: Algorithm, ca: &TestCa| {
        Scene::new().under(ca).body(algorithm, Attestation::Packed, |stage| {
            if let Stage::AttestationStatement(statement) = stage
                && let Cbor::Map(members) = statement
                && let Some((_, Cbor::Array(x5c))) =
                    members.iter_mut().find(|(name, _)| matches!(name, Cbor::Text(text) if text == "x5c"))
                && let Some(Cbor::Bytes(leaf)) = x5c.first_mut()
                && let Some(last) = leaf.last_mut()
            {
                *last ^= 1;
            }
        })
    };
    for (name, algorithm) in [
        ("chain: 8 of P-256, the last signature wrong", Algorithm::Es256),
        ("chain: 8 of P-521, the last signature wrong", Algorithm::Es512),
    ] {
        let ca = TestCa::builder("deep").algorithm(algorithm).intermediates(7).build();
        let body = broken(algorithm, &ca);
        let honest = Honest::Packed(algorithm);
        list.push(Hostile { name, scene: Scene::new().trusting(&anchors([&ca])).under(&ca), body, honest });
    }
    for (name, algorithm) in
        [("anchors: 64 of one name, P-256", Algorithm::Es256), ("anchors: 64 of one name, P-521", Algorithm::Es512)]
    {
        let same: Vec<TestCa> =
            (0..64).map(|at| TestCa::builder(format!("same {at}")).algorithm(algorithm).build()).collect();
        let stranger = TestCa::builder("stranger").algorithm(algorithm).build();
        let scene = Scene::new().trusting(&anchors(&same)).under(&stranger);
        let body = scene.body(algorithm, Attestation::Packed, |_| ());
        list.push(Hostile { name, scene, body, honest: Honest::Packed(algorithm) });
    }
    for (name, algorithm) in [("key: P-521", Algorithm::Es512), ("key: ML-DSA-87", Algorithm::MlDsa87)] {
        add(list, name, Honest::Key(algorithm).body(&Scene::new()), Honest::Key(algorithm));
    }
}

fn anchors<'a>(authorities: impl IntoIterator<Item = &'a TestCa>) -> TrustAnchors {
    authorities.into_iter().map(|ca| TrustAnchor::from_der(ca.root_der()).expect("a root")).collect()
}
