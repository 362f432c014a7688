//! CBOR in attestation objects and in extension outputs.

use super::without_copies;
use crate::case::{Case, Honest};
use crate::scene::Scene;
use crate::sign_in::SignIn;
use ceremony_testkit::authenticator_data::flags;
use ceremony_testkit::{Algorithm, Attestation, Cbor, Stage};

/// A map of so many keys, the greatest first, each with `value`.
fn descending(count: i64, value: &Cbor) -> Cbor {
    Cbor::Map((0..count).rev().map(|key| (Cbor::Int(key), value.clone())).collect())
}

fn wide(value: &Cbor, count: usize) -> Cbor {
    Cbor::Array(vec![value.clone(); count])
}

/// Long keys that differ in their last bytes, so that comparing two of them is work.
fn long_keys(count: usize, len: usize) -> Cbor {
    Cbor::Map((0..count).map(|at| (Cbor::Text(format!("{}{at:02}", "k".repeat(len))), Cbor::Int(0))).collect())
}

pub(super) fn add(cases: &mut Vec<Case>) {
    let honest = Honest::SelfSigned(Algorithm::Es256);
    let mut with = |name: &str, value: Cbor| {
        let body = Scene::new().body(Algorithm::Es256, Attestation::PackedSelf, |stage| {
            // A member that nobody knows is passed over, once it was read.
            if let Stage::AttestationObject(Cbor::Map(members)) = stage {
                members.push((Cbor::from("more"), value.clone()));
            }
        });
        cases.push(Case::registration(format!("CBOR: {name}"), Scene::new(), body, honest));
    };
    with("64 maps of 64 keys in reverse", wide(&descending(64, &Cbor::Int(0)), 64));
    with("7 maps of 64 keys in reverse", wide(&descending(64, &Cbor::Int(0)), 7));
    with("64 arrays of 64 arrays", wide(&wide(&wide(&Cbor::Int(0), 6), 64), 64));
    with("15 arrays of 64 empty maps", wide(&wide(&Cbor::Map(Vec::new()), 64), 15));
    with("a map of 60 keys of 500 bytes", long_keys(60, 500));
    with("7 maps of 63 keys of 60 bytes", wide(&long_keys(63, 60), 7));
    with("one string of 30 KiB", Cbor::Bytes(vec![0; 30 * 1024]));
    with("one text of 30 KiB", Cbor::Text("\u{e9}".repeat(15 * 1024)));

    let user = SignIn::new(Scene::new(), Algorithm::Es256);
    let named = |value: &Cbor, count: usize| {
        Cbor::canonical_map((0..count).map(|at| (Cbor::Text(format!("extension {at:02}")), value.clone())).collect())
    };
    let one = |name: &str, value: Cbor| Cbor::Map(vec![(Cbor::from(name), value)]);
    for (name, outputs) in [
        ("64", named(&Cbor::Bool(true), 64)),
        ("60, each a map of 7", named(&descending(7, &Cbor::Int(0)), 60)),
        ("7, each a map of 64", named(&descending(64, &Cbor::Int(0)), 7)),
        ("64 of 400 bytes", named(&Cbor::Bytes(vec![1; 400]), 64)),
        ("a credBlob of 28 KiB", one("credBlob", Cbor::Bytes(vec![1; 28 * 1024]))),
        ("hmac-secret of 28 KiB", one("hmac-secret", Cbor::Bytes(vec![1; 28 * 1024]))),
        ("names of 400 bytes", long_keys(64, 400)),
    ] {
        let edit = |stage: Stage<'_>| {
            if let Stage::AuthenticatorData(data) = stage {
                data.extensions = Some(outputs.clone());
                data.set_flags(flags::ED, true);
            } else {
                without_copies(stage);
            }
        };
        let body = Scene::new().body(Algorithm::Es256, Attestation::PackedSelf, edit);
        cases.push(Case::registration(format!("outputs: {name}"), Scene::new(), body, honest));
        let body = user.body(edit);
        let honest = Honest::SignIn(Algorithm::Es256);
        cases.push(Case::sign_in(format!("sign-in, outputs: {name}"), user.clone(), body, honest));
    }
}
