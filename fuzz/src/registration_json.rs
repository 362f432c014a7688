//! RegistrationResponseJSON: any bytes, or the answer of a software authenticator of any make that was changed in the making.
//!
//! The first byte is `J`, and the rest a body; or anything else, and the rest is a list of changes. Those before a signature
//! are signed, so that what stands behind the signature is reached.
//!
//! Invariants: no panic; reading takes memory in proportion to the bytes, judging a bounded amount (both counted), and at most
//! 16 signatures for each statement. An answer that nobody changed is accepted. What is accepted holds to another reading of
//! the JSON, the CBOR and the certificates, and to another verifier, over messages put together anew. Spelt in another way
//! it is accepted alike, with the same record. Stricter rules accept nothing that looser ones refuse; another challenge, an
//! hour later or another relying party's state accept nothing.

use crate::support::bounds::Bounds;
use crate::support::reread::{Expected, registration};
use crate::support::scene::{CA, NOW, ORIGIN, Scene, USER};
use crate::support::stages::StageEdit;
use crate::support::verifier::Answer;
use arbitrary::{Arbitrary, Unstructured};
use ceremony::{
    AppId, AttestationConveyance, Challenge, CredentialProtection, Demand, Error, Registration, RegistrationRequest,
    RegistrationResponse, UserEntity, UserHandle,
};
use ceremony_testkit::{Algorithm, Attestation, Authenticator, Client};
use std::time::Duration;

thread_local! {
    static SCENES: [Scene; 3] =
        Scene::all(Answer::Truth);
}

/// A registration.
#[derive(Arbitrary, Debug)]
struct Input {
    algorithm: u8,
    attestation: u8,
    request: Request,
    edits: Vec<StageEdit>,
}

/// What is asked for.
#[derive(Arbitrary, Debug)]
struct Request {
    extensions: bool,
    required: bool,
    enterprise: bool,
    aaguid: bool,
    compound: u8,
}

impl Request {
    fn make(&self) -> RegistrationRequest {
        let user = UserEntity::new(UserHandle::new(USER).expect("64 bytes"), "ada", "Ada");
        let conveyance =
            if self.enterprise { AttestationConveyance::Enterprise } else { AttestationConveyance::Direct };
        let request = RegistrationRequest::passkey(user).attestation(conveyance);
        if !self.extensions {
            return request;
        }
        let demand = if self.required { Demand::Required } else { Demand::Preferred };
        let app_id = AppId::new(format!("{ORIGIN}/app.json")).expect("an AppID");
        let request = request.cred_props(true).min_pin_length(demand).prf(demand).large_blob(demand);
        let request = request.cred_blob([1, 2, 3], demand).app_id_exclude(app_id);
        request.cred_protect(CredentialProtection::UserVerificationRequired, demand)
    }
}

const EXPECTED: Expected = Expected { kind: "webauthn.create", any_top_origin: true, signed: true };

/// The answer, whether nobody changed it, and the request.
fn made(input: &Input) -> Option<(Vec<u8>, bool)> {
    let (algorithms, attestations) = (Algorithm::all(), Attestation::all());
    // Half of them have the algorithm that signs most quickly: signing takes more than all that is tested.
    let algorithm = if input.algorithm < 128 {
        algorithms[usize::from(input.algorithm) % algorithms.len()]
    } else {
        Algorithm::EdDsa
    };
    let attestation = attestations[usize::from(input.attestation) % attestations.len()];
    if algorithm == Algorithm::Rs1 || !attestation.supports(algorithm) || input.edits.len() > 16 {
        return None;
    }
    let aaguid = if input.request.aaguid { [9; 16] } else { [0; 16] };
    let mut device =
        Authenticator::new("fuzz").algorithm(algorithm).attestation(attestation).aaguid(aaguid).ca(CA.clone());
    if attestation == Attestation::Packed {
        device = device.attestation_algorithm(Algorithm::EdDsa);
    }
    if input.request.compound > 0 {
        let parts = attestations.iter().enumerate().filter(|(at, _)| input.request.compound >> (at % 8) & 1 == 1);
        let parts: Vec<_> = parts.map(|(_, part)| *part).filter(|part| part.supports(algorithm)).collect();
        let inside = |part: &Attestation| !matches!(part, Attestation::Compound | Attestation::None);
        device = device.compound(parts.into_iter().filter(inside).collect::<Vec<_>>());
    }
    let (options, _) = SCENES.with(|scenes| scenes[0].begin_registration_of(input.request.make()));
    let edit = |mut stage: ceremony_testkit::Stage<'_>| input.edits.iter().for_each(|edit| edit.apply(&mut stage));
    let body = device.register_edit(&options, &Client::new(ORIGIN), edit).ok()?;
    let is_honest = input.edits.is_empty() && !input.request.required && input.request.compound == 0;
    Some((body, is_honest && attestation != Attestation::Compound))
}

fn judge(scene: &Scene, request: RegistrationRequest, body: &[u8]) -> Result<Registration, Error> {
    let response = Bounds::PARSE.hold(body.len(), || RegistrationResponse::from_json(body))?;
    let state = scene.begin_registration_of(request).1;
    let done = Bounds::VERIFY.hold(body.len(), || scene.ceremony.finish_registration(state, &response, NOW));
    let asked = scene.recorder.take().len();
    assert!(asked <= 17 * 9, "{asked} signatures");
    done
}

/// What must accept nothing, whatever is answered.
fn refused(scene: &Scene, request: &Request, body: &[u8]) {
    let Ok(response) = RegistrationResponse::from_json(body) else { return };
    let begin = |challenge: [u8; 32]| {
        scene.ceremony.begin_registration(request.make(), Challenge::new(challenge), NOW).expect("a sound request").1
    };
    let late = NOW.saturating_add(Duration::from_secs(3600));
    let done = scene.ceremony.finish_registration(begin(crate::support::scene::CHALLENGE), &response, late);
    assert!(matches!(done, Err(Error::Expired)), "an hour later");
    assert!(scene.ceremony.finish_registration(begin([1; 32]), &response, NOW).is_err(), "another challenge");
    scene.recorder.take();
}

/// The same in another spelling; `None` for what is no JSON.
fn respelt(body: &[u8]) -> Option<Vec<u8>> {
    let value: serde_json::Value = serde_json::from_slice(body).ok()?;
    let text = serde_json::to_string_pretty(&value).ok()?;
    // One letter of each type is escaped, which every reader must undo.
    Some(text.replace("\"type\"", "\"\\u0074ype\"").replace("\"public-key\"", "\"public\\u002dkey\"").into_bytes())
}

/// # Panics
///
/// If an invariant does not hold.
pub fn run(data: &[u8]) {
    let plain = Request { extensions: false, required: false, enterprise: false, aaguid: false, compound: 0 };
    let (body, is_honest, request) = match data.split_first() {
        None => return,
        Some((b'J', body)) => (body.to_vec(), false, plain),
        Some((_, changes)) => {
            let Ok(input) = Input::arbitrary_take_rest(Unstructured::new(changes)) else { return };
            let Some((body, is_honest)) = made(&input) else { return };
            (body, is_honest, input.request)
        }
    };
    SCENES.with(|scenes| {
        let [loose, default, strict] = scenes.each_ref().map(|scene| judge(scene, request.make(), &body));
        assert!(!is_honest || default.is_ok(), "the honest answer is refused: {:?}", default.err());
        assert!(default.is_err() || loose.is_ok(), "{:?} by looser rules", loose.err());
        assert!(strict.is_err() || default.is_ok(), "{:?} by looser rules", default.err());
        refused(&scenes[0], &request, &body);
        let Ok(loose) = loose else { return };
        registration(&body, EXPECTED, &loose);
        if let Ok(default) = default {
            registration(&body, Expected { any_top_origin: false, ..EXPECTED }, &default);
            assert_eq!(default.record(), loose.record());
        }
        let again = respelt(&body).filter(|text| text.len() <= 64 * 1024);
        if let Some(again) = again {
            let again = judge(&scenes[0], request.make(), &again).expect("another spelling");
            assert_eq!(again.record(), loose.record());
            assert!(again.observations().eq(loose.observations()));
        }
    });
}
