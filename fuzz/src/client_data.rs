//! Client data: any bytes, where a browser's stand, in both ceremonies.
//!
//! Invariants: no panic; reading takes memory in proportion to the bytes (counted), and judging as much more. What is read is
//! what `serde_json` reads, with a derived reader that refuses members that stand there twice, and nothing that it reads is
//! refused but for size, depth and emptiness. Accepted is what has the ceremony's type, the challenge, the origin, and no
//! strange page around it, and nothing else that is well formed is refused. The signature is asked for exactly once, over
//! authenticator data ‖ SHA-256 of these very bytes. Stricter rules accept nothing that looser ones refuse.

use crate::support::bounds::Bounds;
use crate::support::envelope;
use crate::support::reread::ClientData;
use crate::support::scene::{CHALLENGE, NOW, ORIGIN, Rules, Scene};
use crate::support::verifier::Answer;
use ceremony::{AuthenticationResponse, RegistrationResponse};

thread_local! {
    static SCENES: [Scene; 3] = Scene::all(Answer::Yes);
}

/// Arrays and objects around one another; the text is JSON.
fn depth(json: &[u8]) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !quoted => depth -= 1,
            _ => {}
        }
    }
    deepest
}

/// What must be read, by another reader.
fn model(data: &[u8]) -> Option<ClientData> {
    let read = ClientData::read(data)?;
    // A value that nobody asked for is read as well: numbers have to fit a double, and surrogates to come in pairs.
    let text = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data);
    serde_json::from_slice::<serde_json::Value>(text).ok()?;
    let is_empty = read.kind.is_empty() || read.challenge.is_empty() || read.origin.is_empty();
    (!is_empty && data.len() <= 8 * 1024 && depth(text) <= 16).then_some(read)
}

/// Whether rules accept it in a ceremony of this type.
fn accepts(read: &ClientData, kind: &str, rules: Rules) -> bool {
    read.kind == kind
        && read.challenge == envelope::text(&CHALLENGE)
        && read.origin == ORIGIN
        // A page around it is named by a frame alone.
        && (read.top_origin.is_none() || read.cross_origin == Some(true))
        && (rules == Rules::Loose || read.cross_origin != Some(true))
}

/// # Panics
///
/// If an invariant does not hold.
pub fn run(data: &[u8]) {
    // Both readers see one text: base64 would only slow the search down, and other targets change it.
    let auth_data = envelope::authenticator_data(0);
    let body = envelope::authentication(data, &auth_data, b"signature");
    let response = Bounds::PARSE.hold(body.len(), || AuthenticationResponse::from_json(&body));
    let model = model(data);
    assert_eq!(response.is_ok(), model.is_some(), "{:?}, and {model:?}", response.err());
    let (Ok(response), Some(model)) = (response, model) else { return };

    let read = response.client_data();
    assert_eq!(read.as_bytes(), data);
    assert_eq!(read.hash(), envelope::sha256(data));
    assert_eq!((read.kind(), read.challenge(), read.origin()), (&*model.kind, &*model.challenge, &*model.origin));
    assert_eq!((read.cross_origin(), read.top_origin()), (model.cross_origin, model.top_origin.as_deref()));
    let registration = envelope::registration(data, &envelope::none(&envelope::attested(&[1; 32], &[0xa0])));
    let registration = RegistrationResponse::from_json(&registration).expect("as the other ceremony");
    assert_eq!(registration.client_data(), read);

    SCENES.with(|scenes| {
        let mut looser = true;
        for (scene, rules) in scenes.iter().zip([Rules::Loose, Rules::Default, Rules::Strict]) {
            let (record, state) = (scene.record(), scene.begin_authentication().1);
            let finish = || scene.ceremony.finish_authentication(state, &response, Some(&record), NOW);
            let done = Bounds::JUDGE.hold(body.len(), finish);
            let asked = scene.recorder.take();
            assert_eq!(asked.len(), 1, "one signature");
            assert_eq!(asked[0].message, [&*auth_data, &envelope::sha256(data)].concat());
            assert!(looser || done.is_err(), "{rules:?} are not stricter");
            looser = done.is_ok();
            // A token binding is judged by strict rules alone, and the model does not know it.
            let may_differ = rules == Rules::Strict && data.windows(12).any(|window| window == b"tokenBinding");
            let expected = accepts(&model, "webauthn.get", rules);
            assert!(done.is_ok() == expected || (may_differ && expected), "{rules:?}: {:?} of {model:?}", done.err());
        }
    });
}
