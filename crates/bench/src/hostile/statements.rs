//! Attestation statements that ask for as many signatures, or as much reading, as their formats allow.

use super::{anchors, filled};
use crate::case::{Case, Honest};
use crate::scene::Scene;
use ceremony_testkit::{Algorithm, Attestation, Cbor, Stage, TestCa};

/// Breaks the signature of a packed statement's leaf: everything above it is verified by then.
fn break_leaf(statement: &mut Cbor) {
    if let Cbor::Map(members) = statement
        && let Some((_, Cbor::Array(x5c))) = members.iter_mut().find(|(name, _)| *name == Cbor::from("x5c"))
        && let Some(Cbor::Bytes(leaf)) = x5c.first_mut()
        && let Some(last) = leaf.last_mut()
    {
        *last ^= 1;
    }
}

/// The member `attStmt` of a compound statement's part.
fn inner(part: &mut Cbor) -> Option<&mut Cbor> {
    let Cbor::Map(members) = part else { return None };
    members.iter_mut().find(|(name, _)| *name == Cbor::from("attStmt")).map(|(_, statement)| statement)
}

pub(super) fn add(cases: &mut Vec<Case>) {
    chains(cases);
    compound(cases);
    tpm(cases);
    safetynet(cases);
}

fn chains(cases: &mut Vec<Case>) {
    for (curve, algorithm) in [("P-256", Algorithm::Es256), ("P-384", Algorithm::Es384), ("P-521", Algorithm::Es512)] {
        let honest = Honest::Packed(algorithm);
        let ca = TestCa::builder("deep").algorithm(algorithm).intermediates(7).build();
        let scene = Scene::new().trusting(&anchors([&ca])).under(&ca);
        let body = scene.body(algorithm, Attestation::Packed, |stage| {
            if let Stage::AttestationStatement(statement) = stage {
                break_leaf(statement);
            }
        });
        cases.push(Case::registration(format!("chain: 8 of {curve}, the last wrong"), scene.clone(), body, honest));
        let body = scene.body(algorithm, Attestation::Compound, |stage| {
            if let Stage::AttestationStatement(Cbor::Array(parts)) = stage
                && let Some(part) = parts.first_mut()
            {
                inner(part).into_iter().for_each(break_leaf);
                *parts = vec![part.clone(); 4];
            }
        });
        cases.push(Case::registration(format!("compound: 4 chains of 8 of {curve}"), scene, body, honest));
        let same: Vec<TestCa> =
            (0..64).map(|at| TestCa::builder(format!("same {at}")).algorithm(algorithm).build()).collect();
        let stranger = TestCa::builder("stranger").algorithm(algorithm).build();
        let scene = Scene::new().trusting(&anchors(&same)).under(&stranger);
        let body = scene.body(algorithm, Attestation::Packed, |_| ());
        cases.push(Case::registration(format!("anchors: 64 of one name, {curve}"), scene, body, honest));
    }
}

fn compound(cases: &mut Vec<Case>) {
    let honest = Honest::Attested(Attestation::Compound);
    let mut with = |name: &str, edit: &dyn Fn(&mut Vec<Cbor>)| {
        let body = Scene::new().body(Algorithm::Es256, Attestation::Compound, |stage| {
            if let Stage::AttestationStatement(Cbor::Array(parts)) = stage {
                edit(parts);
            }
        });
        cases.push(Case::registration(format!("compound: {name}"), Scene::new(), body, honest));
    };
    with("16 parts", &|parts| *parts = parts.iter().cloned().cycle().take(16).collect());
    with("4 parts", &|parts| *parts = parts.iter().cloned().cycle().take(4).collect());
    with("4 self attestations", &|parts| {
        *parts = parts.last().map(|part| vec![part.clone(); 4]).unwrap_or_default();
    });
    with("3 parts, and one inside itself", &|parts| {
        let none = Cbor::Map(vec![(Cbor::from("fmt"), Cbor::from("none"))]);
        let nested = Cbor::Array(vec![none; 2]);
        let itself = (Cbor::from("fmt"), Cbor::from("compound"));
        *parts = parts.iter().cloned().cycle().take(3).collect();
        parts.push(Cbor::Map(vec![itself, (Cbor::from("attStmt"), nested)]));
    });
}

fn tpm(cases: &mut Vec<Case>) {
    let honest = Honest::Attested(Attestation::Tpm);
    let mut with = |name: &str, edit: &dyn Fn(Stage<'_>)| {
        let body = Scene::new().body(Algorithm::Es256, Attestation::Tpm, edit);
        cases.push(Case::registration(format!("tpm: {name}"), Scene::new(), body, honest));
    };
    with("a policy of 28 KiB in the public area", &|stage| {
        if let Stage::PubArea(area) = stage {
            area.auth_policy = vec![1; 28 * 1024];
        }
    });
    with("a signer of 28 KiB", &|stage| {
        if let Stage::CertInfo { info, .. } = stage {
            info.qualified_signer = vec![1; 28 * 1024];
        }
    });
    with("names of 14 KiB each", &|stage| {
        if let Stage::CertInfo { info, .. } = stage {
            (info.qualified_signer, info.qualified_name) = (vec![1; 14 * 1024], vec![1; 14 * 1024]);
        }
    });
}

fn safetynet(cases: &mut Vec<Case>) {
    let honest = Honest::Attested(Attestation::SafetyNet);
    let body = Scene::new().body(Algorithm::Es256, Attestation::SafetyNet, |_| ());
    cases.push(Case::registration("safetynet: an honest one", Scene::new(), body, honest));
    let numbers = |room| filled("[", room, |at| String::from(if at == 0 { "1" } else { ",1" })) + "]";
    let pairs = |room| filled("{", room, |at| format!("{}\"{at:x}\":0", if at == 0 { "" } else { "," })) + "}";
    for (name, part, text) in [
        ("a header of small numbers", "header", numbers(20_000)),
        ("a header of members", "header", pairs(20_000)),
        ("a payload of small numbers", "payload", numbers(20_000)),
        ("a payload of one string", "payload", format!("\"{}\"", "a".repeat(20_000))),
    ] {
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let body = Scene::new().body(Algorithm::Es256, Attestation::SafetyNet, |stage| {
            if let Stage::SafetyNet(token) = stage
                && let Some(serde_json::Value::Object(members)) = token.get_mut(part)
            {
                members.insert("x".to_owned(), value.clone());
            }
        });
        cases.push(Case::registration(format!("safetynet: {name}"), Scene::new(), body, honest));
    }
    let ca = TestCa::builder("deep").intermediates(7).build();
    let scene = Scene::new().trusting(&anchors([&ca])).under(&ca);
    let body = scene.body(Algorithm::Es256, Attestation::SafetyNet, |_| ());
    cases.push(Case::registration("safetynet: a chain of 8", scene, body, honest));
}
