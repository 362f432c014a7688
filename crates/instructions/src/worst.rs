//! Input of the worst kinds that anybody can send, as large as is read: what it costs beside a signature, which is not
//! checked here.

use crate::hot_path::HotPath;
use crate::vector::{NOW, Vector};
use crate::verifier::Accepting;
use base64ct::{Base64UrlUnpadded, Encoding};
use ceremony::{AuthenticationResponse, AuthenticationState, RegistrationResponse, RegistrationState};
use serde_json::{Value, json};
use std::hint::black_box;
use std::sync::Arc;

const RUNS: usize = 3;

const SIGN_IN: &str = "w3c-none.ES256.authentication";
const NONE: &str = "w3c-none.ES256.registration";

/// The cap of a body, in bytes.
const BODY: usize = 64 * 1024;
/// The cap of client data, in bytes.
const CLIENT_DATA: usize = 8 * 1024;

pub(crate) fn all() -> Vec<HotPath> {
    vec![
        sign_in("worst-json-sign-in", outputs),
        sign_in("worst-client-data-sign-in", client_data),
        registration("worst-json-registration", outputs),
        registration("worst-cbor-registration", cbor),
    ]
}

fn sign_in(name: &'static str, change: fn(&mut Value)) -> HotPath {
    HotPath::consuming(name, RUNS, move || {
        let vector = Vector::new(SIGN_IN, Arc::new(Accepting));
        let (ceremony, body, record) = (vector.ceremony.clone(), changed(&vector, change), vector.record());
        let work = move |state: AuthenticationState| {
            let response = AuthenticationResponse::from_json(black_box(&body)).expect("within all caps");
            let done = ceremony.finish_authentication(state, &response, Some(black_box(&record)), NOW);
            drop(black_box(done.expect("nothing that is asked for has changed")));
        };
        (Box::new(move || vector.begin_authentication().1), work)
    })
}

fn registration(name: &'static str, change: fn(&mut Value)) -> HotPath {
    HotPath::consuming(name, RUNS, move || {
        let vector = Vector::new(NONE, Arc::new(Accepting));
        let (ceremony, body) = (vector.ceremony.clone(), changed(&vector, change));
        let work = move |state: RegistrationState| {
            let response = RegistrationResponse::from_json(black_box(&body)).expect("within all caps");
            let done = ceremony.finish_registration(state, &response, NOW);
            drop(black_box(done.expect("nothing that is asked for has changed")));
        };
        (Box::new(move || vector.begin_registration().1), work)
    })
}

fn changed(vector: &Vector, change: fn(&mut Value)) -> Vec<u8> {
    let mut body: Value = serde_json::from_slice(&vector.body()).expect("JSON");
    change(&mut body);
    body.to_string().replace("\"FILLED\"", &filling(BODY - body.to_string().len())).into_bytes()
}

/// An object of the shortest names that have to be unescaped, in at most so many bytes.
fn filling(room: usize) -> String {
    let member = "\"\\n\":0";
    format!("{{{}}}", vec![member; room / (member.len() + 1)].join(","))
}

/// `prf`, which is read, stripped and told apart from what has another form.
fn outputs(body: &mut Value) {
    *body.get_mut("clientExtensionResults").expect("a member of every response") = json!({"prf": "FILLED"});
}

/// The bytes of a member of `response`, changed.
fn replace(body: &mut Value, member: &str, change: impl FnOnce(Vec<u8>) -> Vec<u8>) {
    let member = body.pointer_mut(&format!("/response/{member}")).expect("a member of every response");
    let bytes = Base64UrlUnpadded::decode_vec(member.as_str().expect("a text")).expect("base64url");
    *member = Base64UrlUnpadded::encode_string(&change(bytes)).into();
}

/// A member more, which nobody knows.
fn client_data(body: &mut Value) {
    replace(body, "clientDataJSON", |bytes| {
        let text = String::from_utf8(bytes).expect("JSON");
        let room = CLIENT_DATA - text.len() - "\"x\":,{}".len();
        text.replacen('{', &format!("{{\"x\":{},", filling(room)), 1).into_bytes()
    });
}

/// A member more, which nobody knows: maps whose keys are in no order, as many as are read.
fn cbor(body: &mut Value) {
    replace(body, "attestationObject", |mut bytes| {
        assert_eq!(bytes.first(), Some(&0xa3), "a map of three");
        bytes.splice(..1, [0xa4]);
        bytes.extend([0x61, b'x', 0x87]);
        for _ in 0..7 {
            bytes.extend([0xb8, 64]);
            bytes.extend((0..64).rev().flat_map(|key| [0x18, 100 + key, 0]));
        }
        bytes
    });
}
