//! AuthenticationResponseJSON: any bytes, or the answer of a software authenticator that was changed in the making.
//!
//! The first byte is `J`, and the rest a body; or anything else, and the rest is a list of changes to the answer and to the
//! record. Changes before the signature are signed, so that what stands behind the signature is reached.
//!
//! Invariants: no panic; reading takes memory in proportion to the bytes, judging a bounded amount (both counted), and exactly
//! one signature is verified, whatever the record. An answer that nobody changed is accepted. What is accepted holds to
//! another reading of the JSON and the authenticator data, and to another verifier, over a message put together anew, with
//! the record's key; counter and flags are what the update says. Spelt in another way it is accepted alike. Stricter rules
//! accept nothing that looser ones refuse; another challenge, an hour later, no record, or a record that is not active accept
//! nothing. Judging again with another version of the record is judging with it from the start.

use crate::support::bounds::Bounds;
use crate::support::reread::{Expected, authentication, message};
use crate::support::scene::{CHALLENGE, NOW, ORIGIN, Scene, USER};
use crate::support::stages::{StageEdit, near};
use crate::support::verifier::{Answer, numbers};
use arbitrary::{Arbitrary, Unstructured};
use ceremony::{
    AppId, Authentication, AuthenticationRequest, AuthenticationResponse, Challenge, CredentialDescriptor,
    CredentialRecord, Demand, Error, LargeBlob, Status, UserHandle,
};
use ceremony_testkit::{Algorithm, Authenticator, Client};
use std::time::Duration;

struct Stage {
    scenes: [Scene; 3],
    /// A device of each algorithm, with one credential, and its record.
    devices: Vec<(Authenticator, CredentialRecord)>,
}

thread_local! {
    static STAGE: Stage = Stage::new();
}

/// An authentication.
#[derive(Arbitrary, Debug)]
struct Input {
    device: u8,
    request: Request,
    record: RecordEdit,
    again: RecordEdit,
    edits: Vec<StageEdit>,
}

/// What is asked for.
#[derive(Arbitrary, Clone, Copy, Debug)]
struct Request {
    user: bool,
    allow: bool,
    extensions: bool,
    required: bool,
}

/// What the database holds besides.
#[derive(Arbitrary, Clone, Debug)]
struct RecordEdit {
    sign_count: u32,
    uv_initialized: bool,
    backup_eligible: Option<bool>,
    backup_state: bool,
    status: u8,
    other_user: bool,
}

/// Where the device with EdDSA stands.
const EDDSA: usize = 1;

const HONEST: RecordEdit = RecordEdit {
    sign_count: 0,
    uv_initialized: true,
    backup_eligible: Some(true),
    backup_state: true,
    status: 0,
    other_user: false,
};

const EXPECTED: Expected = Expected { kind: "webauthn.get", any_top_origin: true, signed: true };

impl Stage {
    fn new() -> Self {
        let scenes = Scene::all(Answer::Truth);
        let algorithms = Algorithm::all().iter().copied().filter(|algorithm| *algorithm != Algorithm::Rs1);
        let devices = algorithms.map(|algorithm| {
            let mut device = Authenticator::new("fuzz").algorithm(algorithm);
            let (options, _) = scenes[0].begin_registration();
            let body = device.register_json(&options, &Client::new(ORIGIN)).expect("an honest device");
            (device, scenes[0].register(&body).expect("an honest answer").into_record())
        });
        let devices: Vec<_> = devices.collect();
        assert_eq!(devices[EDDSA].1.algorithm(), ceremony::Algorithm::EdDsa);
        Self { devices, scenes }
    }
}

impl RecordEdit {
    fn apply(&self, record: &CredentialRecord) -> CredentialRecord {
        let mut record = record.clone();
        record.sign_count = near(self.sign_count);
        record.uv_initialized = self.uv_initialized;
        record.backup_eligible = self.backup_eligible;
        record.backup_state = self.backup_state;
        record.status = match self.status {
            0..=191 => Status::Active,
            192..=223 => Status::Suspended { reason: String::new(), since: NOW },
            224.. => Status::Revoked { reason: String::new(), since: NOW },
        };
        if self.other_user {
            record.user_handle = UserHandle::new([8; 64]).expect("64 bytes");
        }
        record
    }
}

impl Request {
    fn make(self, record: &CredentialRecord) -> AuthenticationRequest {
        let user = UserHandle::new(USER).expect("64 bytes");
        let request =
            if self.user { AuthenticationRequest::for_user(user) } else { AuthenticationRequest::discoverable() };
        let request = match self.allow {
            true => request.allow([CredentialDescriptor::new(record.credential_id.clone(), [])]),
            false => request,
        };
        if !self.extensions {
            return request;
        }
        let demand = if self.required { Demand::Required } else { Demand::Preferred };
        let app_id = AppId::new(format!("{ORIGIN}/app.json")).expect("an AppID");
        request.app_id(app_id).large_blob(LargeBlob::Read, demand).cred_blob(demand)
    }
}

fn judge(
    scene: &Scene,
    request: AuthenticationRequest,
    body: &[u8],
    record: Option<&CredentialRecord>,
) -> Result<Authentication, Error> {
    let response = Bounds::PARSE.hold(body.len(), || AuthenticationResponse::from_json(body))?;
    let state = scene.begin_authentication_of(request).1;
    let finish = || scene.ceremony.finish_authentication(state, &response, record, NOW);
    let done = Bounds::VERIFY.hold(body.len(), finish);
    let asked = scene.recorder.take();
    match (&done, record) {
        // A program's mistake is told before anything is done.
        (Err(Error::Misuse(_)), _) => assert!(asked.is_empty(), "a signature for a misuse"),
        (_, Some(record)) if record.status.is_active() => {
            let (first, second) = numbers(record.public_key.material());
            assert_eq!(asked.len(), 1, "one signature");
            assert_eq!((asked[0].scheme, &*asked[0].message), (record.algorithm().scheme(), &*message(body)));
            assert_eq!((&*asked[0].key.0, &*asked[0].key.1), (first, second));
        }
        _ => {
            assert_eq!(asked.len(), 1, "one signature");
            assert!(done.is_err(), "without a record that is active");
        }
    }
    done
}

/// What must accept nothing, whatever is answered.
fn refused(scene: &Scene, request: AuthenticationRequest, body: &[u8], record: &CredentialRecord) {
    let Ok(response) = AuthenticationResponse::from_json(body) else { return };
    let begin = |challenge: [u8; 32]| {
        let request = request.clone();
        scene.ceremony.begin_authentication(request, Challenge::new(challenge), NOW).expect("a sound request").1
    };
    let late = NOW.saturating_add(Duration::from_secs(3600));
    let finish = |state, now| scene.ceremony.finish_authentication(state, &response, Some(record), now);
    assert!(finish(begin(CHALLENGE), late).is_err(), "an hour later");
    assert!(finish(begin([1; 32]), NOW).is_err(), "another challenge");
    scene.recorder.take();
    assert!(judge(scene, request, body, None).is_err(), "no record");
}

/// With another version of the record, judged again and from the start.
fn rejudged(scene: &Scene, request: AuthenticationRequest, body: &[u8], done: Authentication, now: &CredentialRecord) {
    let again = done.rejudge(now);
    assert!(scene.recorder.take().is_empty(), "judging again verifies nothing");
    let anew = judge(scene, request, body, Some(now));
    match (again, anew) {
        (Ok(again), Ok(anew)) => {
            assert_eq!(again.update(), anew.update());
            assert!(again.observations().eq(anew.observations()));
            assert_eq!(
                (again.uv_trusted(), again.sign_count_regressed()),
                (anew.uv_trusted(), anew.sign_count_regressed())
            );
        }
        (Err(_), Err(_)) => {}
        (again, anew) => panic!("again {:?}, anew {:?}", again.err(), anew.err()),
    }
}

/// # Panics
///
/// If an invariant does not hold.
pub fn run(data: &[u8]) {
    let input = match data.split_first() {
        None => return,
        Some((b'J', _)) => {
            let request = Request { user: false, allow: false, extensions: false, required: false };
            Input { device: 0, request, record: HONEST, again: HONEST, edits: Vec::new() }
        }
        Some((_, changes)) => match Input::arbitrary_take_rest(Unstructured::new(changes)) {
            Ok(input) if input.edits.len() <= 16 => input,
            _ => return,
        },
    };
    STAGE.with(|stage| {
        let (device, record) = match input.device {
            0..128 => &stage.devices[usize::from(input.device) % stage.devices.len()],
            // The one that signs most quickly: signing takes more than all that is tested.
            128.. => &stage.devices[EDDSA],
        };
        let request = input.request.make(record);
        let body = if data[0] == b'J' {
            data[1..].to_vec()
        } else {
            let (options, _) = stage.scenes[0].begin_authentication_of(request.clone());
            let options = serde_json::to_value(options).expect("JSON");
            let edit =
                |mut stage: ceremony_testkit::Stage<'_>| input.edits.iter().for_each(|edit| edit.apply(&mut stage));
            match device.clone().authenticate_edit(&options, &Client::new(ORIGIN), edit) {
                Ok(body) => body,
                Err(_) => return,
            }
        };
        let stored = input.record.apply(record);
        let verdicts = stage.scenes.each_ref().map(|scene| judge(scene, request.clone(), &body, Some(&stored)));
        let [loose, default, strict] = verdicts;
        let is_honest =
            data[0] != b'J' && input.edits.is_empty() && !(input.request.extensions && input.request.required);
        let fits = stored.sign_count == 0 && stored.status.is_active() && !input.record.other_user;
        assert!(!(is_honest && fits) || default.is_ok(), "the honest answer is refused: {:?}", default.err());
        assert!(default.is_err() || loose.is_ok(), "{:?} by looser rules", loose.err());
        assert!(strict.is_err() || default.is_ok(), "{:?} by looser rules", default.err());
        refused(&stage.scenes[0], request.clone(), &body, &stored);
        let Ok(loose) = loose else { return };
        // With an AppID, the hash may be another one.
        let has_app_id = input.request.extensions && body.windows(7).any(|window| window == b"\"appid\"");
        let named = input.request.user;
        if !has_app_id {
            authentication(&body, EXPECTED, named, &stored, &loose);
            if let Ok(default) = &default {
                authentication(&body, Expected { any_top_origin: false, ..EXPECTED }, named, &stored, default);
            }
        }
        rejudged(&stage.scenes[0], request, &body, loose, &input.again.apply(record));
    });
}
