//! The bytes of begun ceremonies: any bytes, or those of a request of any kind with changes.
//!
//! The first byte is `B`, and the rest the bytes of a state; or anything else, and the rest is a request and a change.
//!
//! Invariants: no panic; reading takes memory in proportion to the bytes (counted), whatever they say about lengths. A state is
//! written as it was read, byte for byte, and one kind is never read as the other. A state that was written and read judges
//! an answer as the one that was not. A state that was changed accepts an honest answer only if its challenge, relying party
//! and time are still the answer's.

use crate::support::bounds::Bounds;
use crate::support::edit::Edit;
use crate::support::scene::{CHALLENGE, NOW, ORIGIN, Rules, Scene, USER};
use crate::support::verifier::Answer;
use arbitrary::{Arbitrary, Unstructured};
use ceremony::{
    AppId, AttestationConveyance, AuthenticationRequest, AuthenticationResponse, AuthenticationState,
    CredentialDescriptor, CredentialId, CredentialProtection, CredentialRecord, Demand, LargeBlob, PrfValues,
    RegistrationRequest, RegistrationResponse, RegistrationState, UserEntity, UserHandle, UserVerification,
};
use ceremony_testkit::{Authenticator, Client};
use std::time::Duration;

struct Stage {
    scene: Scene,
    registration: RegistrationResponse,
    authentication: AuthenticationResponse,
    record: CredentialRecord,
}

thread_local! {
    static STAGE: Stage = Stage::new();
}

/// A request.
#[derive(Arbitrary, Debug)]
struct Input {
    handle: Vec<u8>,
    user_verification: u8,
    conveyance: u8,
    conditional: bool,
    user: bool,
    required: bool,
    extensions: u8,
    seconds: u16,
    context: Vec<u8>,
    binding: Option<[u8; 32]>,
    ids: Vec<Vec<u8>>,
    algorithms: u32,
    edit: Edit,
}

impl Stage {
    fn new() -> Self {
        let scene = Scene::new(Answer::Yes, Rules::Default);
        let (mut device, client) = (Authenticator::new("fuzz"), Client::new(ORIGIN));
        let (options, _) = scene.begin_registration();
        let body = device.register_json(&options, &client).expect("an honest device");
        let registration = RegistrationResponse::from_json(&body).expect("an honest answer");
        let record = scene.register(&body).expect("an honest answer").into_record();
        let (options, _) = scene.begin_authentication();
        let body = device.authenticate_json(&options, &client).expect("an honest device");
        Self {
            scene,
            registration,
            authentication: AuthenticationResponse::from_json(&body).expect("an answer"),
            record,
        }
    }
}

impl Input {
    fn user(&self) -> UserHandle {
        UserHandle::new(&self.handle).unwrap_or_else(|_| UserHandle::new(USER).expect("64 bytes"))
    }

    fn user_verification(&self) -> UserVerification {
        [UserVerification::Required, UserVerification::Preferred, UserVerification::Discouraged]
            [usize::from(self.user_verification % 3)]
    }

    fn timeout(&self) -> Duration {
        Duration::from_secs(10 + u64::from(self.seconds % 3590))
    }

    fn descriptors(&self) -> Vec<CredentialDescriptor> {
        self.ids
            .iter()
            .filter_map(|id| CredentialId::new(id).ok())
            .map(|id| CredentialDescriptor::new(id, []))
            .collect()
    }

    fn demand(&self) -> Demand {
        if self.required { Demand::Required } else { Demand::Preferred }
    }

    fn registration(&self) -> RegistrationRequest {
        let user = UserEntity::new(self.user(), "ada", "Ada");
        let mut request = if self.conditional {
            RegistrationRequest::conditional_create(user)
        } else {
            RegistrationRequest::passkey(user).user_verification(self.user_verification())
        };
        use AttestationConveyance as C;
        request = request
            .attestation([C::None, C::Indirect, C::Direct, C::Enterprise][usize::from(self.conveyance % 4)])
            .timeout(self.timeout())
            .context(self.context.clone())
            .exclude(self.descriptors());
        if let Some(binding) = self.binding {
            request = request.browser_binding(binding);
        }
        let all = ceremony::Algorithm::ALL.into_iter().enumerate();
        let offered: Vec<_> = all.filter(|(at, _)| self.algorithms >> at & 1 == 1).map(|(_, one)| one).collect();
        if !offered.is_empty() {
            request = request.algorithms(offered);
        }
        let (demand, asks) = (self.demand(), |bit: u8| self.extensions >> bit & 1 == 1);
        request = request.cred_props(asks(0));
        request = if asks(1) { request.min_pin_length(demand) } else { request };
        request = if asks(2) { request.prf(demand).prf_eval(PrfValues::new([1; 32])) } else { request };
        request = if asks(3) { request.large_blob(demand) } else { request };
        request = if asks(4) { request.cred_blob(self.context.clone(), demand) } else { request };
        request = if asks(5) { request.app_id_exclude(app_id()) } else { request };
        if asks(6) { request.cred_protect(CredentialProtection::UserVerificationRequired, demand) } else { request }
    }

    fn authentication(&self) -> AuthenticationRequest {
        let request = if self.user {
            AuthenticationRequest::for_user(self.user())
        } else {
            AuthenticationRequest::discoverable()
        };
        let mut request = request
            .user_verification(self.user_verification())
            .timeout(self.timeout())
            .context(self.context.clone())
            .allow(self.descriptors());
        if let Some(binding) = self.binding {
            request = request.browser_binding(binding);
        }
        let (demand, asks) = (self.demand(), |bit: u8| self.extensions >> bit & 1 == 1);
        request = if asks(0) { request.app_id(app_id()) } else { request };
        request = if asks(1) { request.prf_eval(PrfValues::new([1; 32])) } else { request };
        request = if asks(2) { request.large_blob(LargeBlob::Read, demand) } else { request };
        if asks(3) { request.cred_blob(demand) } else { request }
    }
}

fn app_id() -> AppId {
    AppId::new(format!("{ORIGIN}/app.json")).expect("an AppID")
}

/// Reads both kinds, one of which it may be, and writes it again.
fn read(data: &[u8]) -> (Option<RegistrationState>, Option<AuthenticationState>) {
    // An item of a list costs eight bytes, and a hash sixteen.
    let bounds = Bounds { per_byte: 8, ..Bounds::PARSE };
    let registration = bounds.hold(data.len(), || RegistrationState::from_bytes(data)).ok();
    let authentication = bounds.hold(data.len(), || AuthenticationState::from_bytes(data)).ok();
    assert!(registration.is_none() || authentication.is_none(), "both kinds");
    if registration.is_some() {
        let again = RegistrationState::from_bytes(data).expect("as before").into_bytes();
        assert_eq!(again, data);
    }
    if authentication.is_some() {
        let again = AuthenticationState::from_bytes(data).expect("as before").into_bytes();
        assert_eq!(again, data);
    }
    (registration, authentication)
}

/// Judges honest answers by states that were read, which may say anything.
fn judge(stage: &Stage, data: &[u8]) {
    let contains = |piece: &[u8]| data.windows(piece.len()).any(|window| window == piece);
    let is_ours = contains(&CHALLENGE) && contains(b"example.com");
    let ceremony = &stage.scene.ceremony;
    match read(data) {
        (Some(state), _) => {
            let (late, user) = (state.expires_at() < NOW, state.user_handle().clone());
            let context = state.context().to_vec();
            let done = Bounds::JUDGE.hold(data.len(), || ceremony.finish_registration(state, &stage.registration, NOW));
            if let Ok(done) = done {
                assert!(is_ours && !late, "another ceremony's");
                assert_eq!((done.user_handle(), done.context()), (&user, &*context));
            }
        }
        (_, Some(state)) => {
            let late = state.expires_at() < NOW;
            let user = state.user_handle().cloned();
            let record = Some(&stage.record);
            let finish = || ceremony.finish_authentication(state, &stage.authentication, record, NOW);
            if let Ok(done) = Bounds::JUDGE.hold(data.len(), finish) {
                assert!(is_ours && !late, "another ceremony's");
                assert!(user.is_none_or(|user| user == *done.user_handle()), "another user's");
            }
        }
        _ => {}
    }
    stage.scene.recorder.take();
}

/// Written and read, a state judges as it did before.
fn made(stage: &Stage, input: &Input) {
    let ceremony = &stage.scene.ceremony;
    let challenge = || ceremony::Challenge::new(CHALLENGE);
    let begin = || ceremony.begin_registration(input.registration(), challenge(), NOW).map(|(_, state)| state);
    if let (Ok(state), Ok(other)) = (begin(), begin()) {
        let mut bytes = other.into_bytes();
        let again = RegistrationState::from_bytes(&bytes).expect("its own bytes");
        assert_eq!(format!("{again:?}"), format!("{state:?}"));
        let verdict = |state| ceremony.finish_registration(state, &stage.registration, NOW);
        let (before, after) = (verdict(state), verdict(again));
        assert_eq!(before.as_ref().ok().map(|it| it.record()), after.as_ref().ok().map(|it| it.record()));
        assert_eq!(before.err().map(|it| it.to_string()), after.err().map(|it| it.to_string()));
        input.edit.apply(&mut bytes);
        judge(stage, &bytes);
    }
    let begin = || ceremony.begin_authentication(input.authentication(), challenge(), NOW).map(|(_, state)| state);
    if let (Ok(state), Ok(other)) = (begin(), begin()) {
        let mut bytes = other.into_bytes();
        let again = AuthenticationState::from_bytes(&bytes).expect("its own bytes");
        assert_eq!(format!("{again:?}"), format!("{state:?}"));
        let verdict = |state| ceremony.finish_authentication(state, &stage.authentication, Some(&stage.record), NOW);
        let (before, after) = (verdict(state), verdict(again));
        assert_eq!(before.as_ref().ok().map(|it| it.update()), after.as_ref().ok().map(|it| it.update()));
        assert_eq!(before.err().map(|it| it.to_string()), after.err().map(|it| it.to_string()));
        input.edit.apply(&mut bytes);
        judge(stage, &bytes);
    }
    stage.scene.recorder.take();
}

/// # Panics
///
/// If an invariant does not hold.
pub fn run(data: &[u8]) {
    STAGE.with(|stage| match data.split_first() {
        None => {}
        Some((b'B', bytes)) => judge(stage, bytes),
        Some((_, request)) => {
            if let Ok(input) = Input::arbitrary_take_rest(Unstructured::new(request)) {
                made(stage, &input);
            }
        }
    });
}
