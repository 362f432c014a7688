//! Authenticator data: any bytes, where an authenticator's stand, in both ceremonies.
//!
//! Invariants: no panic; reading takes memory in proportion to the bytes (counted), and judging as much more. What is taken
//! apart is exactly what a reading with a recursive model of CBOR takes apart, piece for piece, so that no byte is left over
//! or read twice; what is canonical is what the model says. ciborium finds the same pieces. Accepted in an authentication
//! exactly when RP ID, flags and counter are those of the specification; nothing is accepted with attested credential data
//! there, or without it in a registration. One signature is asked for, over these bytes ‖ SHA-256 of the client data.

use crate::support::bounds::Bounds;
use crate::support::cbor::{self, Limits};
use crate::support::envelope;
use crate::support::reread::{AuthData, Expected, flag, registration};
use crate::support::scene::{NOW, Rules, Scene};
use crate::support::verifier::Answer;
use ceremony::{AuthenticationResponse, AuthenticatorData, RegistrationResponse};

thread_local! {
    static SCENE: Scene = Scene::new(Answer::Yes, Rules::Default);
    static STRICT: Scene = Scene::new(Answer::Yes, Rules::Strict);
}

/// What has to be read, and whether it is canonical.
fn model(data: &[u8]) -> Option<(AuthData<'_>, bool)> {
    let read = AuthData::read(data, |rest| cbor::item(rest, Limits::RESPONSE).map(|item| item.len))?;
    let mut canonical = true;
    if let Some((.., key)) = read.attested {
        canonical &= cbor::item(key, Limits::RESPONSE)?.canonical;
    }
    if let Some(map) = read.extensions {
        let map = cbor::item(map, Limits::RESPONSE).filter(|map| map.has_text_keys)?;
        canonical &= map.canonical;
    }
    Some((read, canonical))
}

fn compare(read: &AuthenticatorData, data: &[u8], (model, canonical): (AuthData<'_>, bool)) {
    assert_eq!(read.as_bytes(), data);
    assert_eq!(&read.rp_id_hash()[..], model.rp_id_hash);
    assert_eq!((read.flags().bits(), read.sign_count()), (model.flags, model.sign_count));
    assert_eq!(read.extensions(), model.extensions);
    assert_eq!(read.canonical(), canonical);
    let attested = read.attested();
    let attested = attested.as_ref().map(|it| (&it.aaguid.as_bytes()[..], it.credential_id, it.public_key_cose));
    assert_eq!(attested, model.attested);
    // The bits of a byte, by name.
    let flags = read.flags();
    let named =
        [(flags.up(), 1), (flags.uv(), 4), (flags.be(), 8), (flags.bs(), 16), (flags.at(), 64), (flags.ed(), 128)];
    let sum: u8 = named.iter().map(|(is_set, bit)| u8::from(*is_set) * bit).sum();
    assert_eq!(sum | flags.reserved(), flags.bits());
}

/// # Panics
///
/// If an invariant does not hold.
pub fn run(data: &[u8]) {
    let client_data = envelope::client_data("webauthn.get");
    let body = envelope::authentication(&client_data, data, b"signature");
    let response = Bounds::PARSE.hold(body.len(), || AuthenticationResponse::from_json(&body));
    let model = if data.is_empty() || body.len() > 64 * 1024 { None } else { model(data) };
    assert_eq!(response.is_ok(), model.is_some(), "{:?}, and {model:?}", response.err());

    let object = if data.len() < 0x1_0000 { envelope::none(data) } else { return };
    let creation = envelope::registration(&envelope::client_data("webauthn.create"), &object);
    let created = Bounds::PARSE.hold(creation.len(), || RegistrationResponse::from_json(&creation));
    assert!(created.is_err() || model.is_some(), "read in a registration alone");
    if let (Ok(created), Some(model)) = (&created, model) {
        compare(created.authenticator_data(), data, model);
        SCENE.with(|scene| {
            let state = scene.begin_registration().1;
            let finish = || scene.ceremony.finish_registration(state, created, NOW);
            let expected = Expected { kind: "webauthn.create", any_top_origin: false, signed: false };
            if let Ok(done) = Bounds::JUDGE.hold(creation.len(), finish) {
                registration(&creation, expected, &done);
            }
            assert_eq!(scene.recorder.take(), [], "there is nothing to verify in the format none");
        });
    }

    let (Ok(response), Some((model, canonical))) = (response, model) else { return };
    compare(response.authenticator_data(), data, (model, canonical));
    assert_eq!(AuthData::with_ciborium(data), Some(model));
    let has = |bits| model.flags & bits == bits;
    let expected = model.rp_id_hash == envelope::sha256(b"example.com")
        && has(flag::UP | flag::UV)
        && (has(flag::BE) || !has(flag::BS))
        && !has(flag::AT);
    let judge = |scene: &Scene| {
        let (record, state) = (scene.record(), scene.begin_authentication().1);
        let finish = || scene.ceremony.finish_authentication(state, &response, Some(&record), NOW);
        let done = Bounds::JUDGE.hold(body.len(), finish);
        let asked = scene.recorder.take();
        assert_eq!(asked.len(), 1, "one signature");
        assert_eq!(asked[0].message, [data, &envelope::sha256(&client_data)].concat());
        done
    };
    let done = SCENE.with(judge);
    assert_eq!(done.is_ok(), expected, "{:?} of {model:?}", done.err());
    let strict = STRICT.with(judge);
    assert!(strict.is_err() || (expected && canonical && model.flags & 0x22 == 0), "strict, and not canonical");
}
