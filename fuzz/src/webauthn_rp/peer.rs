//! Both relying parties, set to ask for the same and to accept the same as far as they can be.

use super::{Case, Verdicts};
use crate::support::scene::{NOW, ORIGIN};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ceremony::{
    AuthenticationRequest, AuthenticationResponse, BackupEligibilityPolicy, Ceremony, Challenge, CredentialId,
    CredentialRecord, RegistrationRequest, RegistrationResponse, RelyingParty, UserEntity, UserHandle,
};
use ceremony_testkit::{Algorithm, Attestation, Authenticator, Client, SignCount};
use serde_json::Value;
use webauthn_rp::bin::{Decode, Encode};
use webauthn_rp::request::auth::AuthenticationVerificationOptions;
use webauthn_rp::request::register::{RegistrationVerificationOptions, UserHandle64};
use webauthn_rp::request::{AsciiDomain, RpId};
use webauthn_rp::response::CredentialId as TheirId;
use webauthn_rp::response::register::{CompressedPubKey, DynamicState, StaticState};
use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthentication64, DiscoverableCredentialRequestOptions,
    PublicKeyCredentialCreationOptions, Registration, RegistrationServerState,
};

type Key = CompressedPubKey<[u8; 32], [u8; 32], [u8; 48], Vec<u8>>;

/// What both know of one credential.
struct Known {
    device: Authenticator,
    record: CredentialRecord,
    id: Vec<u8>,
    fixed: Vec<u8>,
    changing: DynamicState,
}

/// Both relying parties, and one user.
pub(super) struct Peers {
    algorithm: Algorithm,
    ceremony: Ceremony,
    rp_id: RpId,
    user: UserHandle64,
    /// With a counter, and without.
    known: [Known; 2],
}

fn rp_id() -> RpId {
    RpId::Domain(AsciiDomain::try_from("example.com".to_owned()).expect("a domain"))
}

fn device(algorithm: Algorithm, counts: bool) -> Authenticator {
    let counter = if counts { SignCount::Counter { start: 5, step: 1 } } else { SignCount::Zero };
    Authenticator::new("fuzz").algorithm(algorithm).sign_count(counter)
}

fn challenge(options: &Value) -> Challenge {
    let options = options.get("publicKey").unwrap_or(options);
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(options["challenge"].as_str().expect("text")).expect("base64url");
    Challenge::from_slice(&bytes).expect("a challenge")
}

/// Their beginning of a registration, and its options.
fn begin(rp_id: &RpId, user: &UserHandle64) -> (RegistrationServerState<64>, Value) {
    let options = PublicKeyCredentialCreationOptions::first_passkey_with_blank_user_info(rp_id, user);
    let (state, client) = options.start_ceremony().expect("sound options");
    (state, serde_json::to_value(&client).expect("JSON"))
}

fn lenient() -> RegistrationVerificationOptions<'static, 'static, &'static str, &'static str> {
    RegistrationVerificationOptions { error_on_unsolicited_extensions: false, ..Default::default() }
}

fn request(user: &UserHandle64) -> RegistrationRequest {
    let handle = UserHandle::new(handle(user)).expect("64 bytes");
    RegistrationRequest::passkey(UserEntity::new(handle, "ada", "Ada"))
}

/// A handle's bytes: their type gives them as JSON alone.
fn handle(user: &UserHandle64) -> Vec<u8> {
    let text = serde_json::to_value(user).expect("JSON");
    BASE64_URL_SAFE_NO_PAD.decode(text.as_str().expect("text")).expect("base64url")
}

impl Peers {
    pub(super) fn new(algorithm: Algorithm) -> Self {
        let ours = [ceremony::Algorithm::EdDsa, ceremony::Algorithm::Es256, ceremony::Algorithm::Es384];
        let rp = RelyingParty::builder("example.com", "Example")
            .origin(ORIGIN)
            .algorithms(ours.into_iter().chain([ceremony::Algorithm::Rs256]))
            .backup_eligibility(BackupEligibilityPolicy::Enforce);
        let ceremony = Ceremony::new(rp.build().expect("a sound relying party"));
        let (rp_id, user) = (rp_id(), UserHandle64::new());
        let known = [true, false].map(|counts| {
            let mut device = device(algorithm, counts);
            let (state, options) = begin(&rp_id, &user);
            let body = device.register_json(&options, &Client::new(ORIGIN)).expect("an honest device");
            let registration = Registration::from_json_relaxed(&body).expect("an honest answer");
            let done = state.verify(&rp_id, &registration, &lenient()).expect("an honest answer");
            let Ok(fixed) = done.static_state().encode();
            let response = RegistrationResponse::from_json(&body).expect("an honest answer");
            let begun = ceremony.begin_registration(request(&user), challenge(&options), NOW).expect("sound").1;
            let record = ceremony.finish_registration(begun, &response, NOW).expect("an honest answer").into_record();
            Known { device, record, id: done.id().as_ref().to_vec(), fixed, changing: done.dynamic_state() }
        });
        Self { algorithm, ceremony, rp_id, user, known }
    }

    pub(super) fn register<E>(
        &self,
        attestation: Attestation,
        make: impl FnOnce(&mut Authenticator, &Value) -> Result<Vec<u8>, E>,
    ) -> Option<Verdicts> {
        let (state, options) = begin(&self.rp_id, &self.user);
        let mut device = device(self.algorithm, false).attestation(attestation);
        let body = make(&mut device, &options).ok()?;
        let ours = || -> Result<(), String> {
            let response = RegistrationResponse::from_json(&body).map_err(|error| error.to_string())?;
            let begun = self.ceremony.begin_registration(request(&self.user), challenge(&options), NOW);
            let begun = begun.map_err(|error| error.to_string())?.1;
            self.ceremony.finish_registration(begun, &response, NOW).map(drop).map_err(|error| error.to_string())
        };
        let theirs = || -> Result<(), String> {
            let registration = Registration::from_json_relaxed(&body).map_err(|error| error.to_string())?;
            state.verify(&self.rp_id, &registration, &lenient()).map(drop).map_err(|error| error.to_string())
        };
        let (ours, theirs) = (ours(), theirs());
        Some(Verdicts { ours, theirs, case: Case { registration: true, body } })
    }

    pub(super) fn authenticate<E>(
        &self,
        counter: Option<(u8, u8)>,
        make: impl FnOnce(&mut Authenticator, &Value) -> Result<Vec<u8>, E>,
    ) -> Option<Verdicts> {
        let known = &self.known[usize::from(counter.is_none())];
        let mut device = known.device.clone();
        let (mut record, mut changing) = (known.record.clone(), known.changing);
        if let Some((stored, sent)) = counter {
            (record.sign_count, changing.sign_count) = (stored.into(), stored.into());
            device.credential_mut(&known.id)?.set_sign_count(sent.into());
        }
        let (state, client) =
            DiscoverableCredentialRequestOptions::passkey(&self.rp_id).start_ceremony().expect("sound options");
        let options = serde_json::to_value(&client).expect("JSON");
        let body = make(&mut device, &options).ok()?;
        let ours = || -> Result<(), String> {
            let response = AuthenticationResponse::from_json(&body).map_err(|error| error.to_string())?;
            let request = AuthenticationRequest::discoverable();
            let begun = self.ceremony.begin_authentication(request, challenge(&options), NOW);
            let begun = begun.map_err(|error| error.to_string())?.1;
            // As a database does, by the id: theirs compares it by itself.
            let same = *response.lookup().credential_id == CredentialId::new(&known.id).expect("an id");
            let done = self.ceremony.finish_authentication(begun, &response, same.then_some(&record), NOW);
            done.map(drop).map_err(|error| error.to_string())
        };
        let theirs = || -> Result<(), String> {
            let response = DiscoverableAuthentication64::from_json_relaxed(&body).map_err(|error| error.to_string())?;
            // Their reader passes an answer without a user handle, and their verification then panics, version 0.3.0.
            let json: Value = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
            if json["response"]["userHandle"].is_null() {
                return Err("it would panic".to_owned());
            }
            let fixed = StaticState::<Key>::decode(&known.fixed).expect("what was kept");
            let id = TheirId::<&[u8]>::decode(&known.id).expect("what was kept");
            let mut credential = AuthenticatedCredential::new(id, &self.user, fixed, changing).expect("what was kept");
            let options = AuthenticationVerificationOptions::<&str, &str> {
                error_on_unsolicited_extensions: false,
                ..Default::default()
            };
            let done = state.verify(&self.rp_id, &response, &mut credential, &options);
            done.map(drop).map_err(|error| error.to_string())
        };
        let (ours, theirs) = (ours(), theirs());
        Some(Verdicts { ours, theirs, case: Case { registration: false, body } })
    }
}
