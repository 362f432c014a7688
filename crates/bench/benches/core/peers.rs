//! The peers, on answers of the same authenticator. What begins a ceremony is outside of the time, and so is what stands
//! for the database.

use ceremony_bench::clock;
use ceremony_bench::scene::ORIGIN;
use ceremony_testkit::{Algorithm, Attestation, Authenticator, Client};
use serde_json::{Value, json};
use std::time::Duration;

/// One judgement, from bytes to verdict: what it took in time and in allocations.
pub(crate) type Judge = Box<dyn FnMut() -> (Duration, u64)>;

fn device(algorithm: Algorithm) -> Authenticator {
    Authenticator::new("bench").algorithm(algorithm).attestation(Attestation::None).aaguid([7; 16])
}

/// How many judgements follow each other: a server judges one after the other too, and the first after other work pays for
/// what that left of the caches.
const BURST: usize = 7;

/// What one judgement of a burst takes, in the median, without what prepares it and without dropping the results; and how
/// often it allocates.
pub(crate) fn burst<I, T>(mut prepare: impl FnMut() -> I, mut work: impl FnMut(I) -> T) -> (Duration, u64) {
    let inputs: Vec<I> = (0..BURST).map(|_| prepare()).collect();
    let (mut times, mut results) = (Vec::with_capacity(BURST), Vec::with_capacity(BURST));
    let info = allocation_counter::measure(|| {
        for input in inputs {
            let (time, result) = clock::timed(|| work(input));
            times.push(time);
            results.push(result);
        }
    });
    times.sort_unstable();
    let allocations = info.count_total.checked_div(BURST.try_into().unwrap_or_default()).unwrap_or_default();
    (times.get(BURST / 2).copied().unwrap_or_default(), allocations)
}

/// webauthn_rp 0.3. Each round begins a ceremony of its own: its states can be used once and not copied.
pub(crate) mod rp {
    use super::*;
    use webauthn_rp::RegisteredCredential;
    use webauthn_rp::bin::{Decode, Encode};
    use webauthn_rp::request::auth::AuthenticationVerificationOptions;
    use webauthn_rp::request::register::{RegistrationVerificationOptions, UserHandle64};
    use webauthn_rp::request::{AsciiDomain, RpId};
    use webauthn_rp::response::CredentialId;
    use webauthn_rp::response::register::{CompressedPubKey, DynamicState, StaticState};
    use webauthn_rp::{
        AuthenticatedCredential, DiscoverableAuthentication64, DiscoverableCredentialRequestOptions,
        PublicKeyCredentialCreationOptions, Registration, RegistrationServerState,
    };

    type Key = CompressedPubKey<[u8; 32], [u8; 32], [u8; 48], Vec<u8>>;

    fn rp_id() -> RpId {
        RpId::Domain(AsciiDomain::try_from("example.com".to_owned()).expect("a domain"))
    }

    fn begin(rp_id: &RpId, user: &UserHandle64, device: &mut Authenticator) -> (RegistrationServerState<64>, Vec<u8>) {
        let options = PublicKeyCredentialCreationOptions::first_passkey_with_blank_user_info(rp_id, user);
        let (state, client) = options.start_ceremony().expect("sound options");
        let options = serde_json::to_value(&client).expect("JSON");
        let body = device.register_json(&options, &Client::new(ORIGIN)).expect("an algorithm that is offered");
        (state, body)
    }

    pub(crate) fn registration(algorithm: Algorithm) -> Judge {
        let (rp_id, user) = (rp_id(), UserHandle64::new());
        Box::new(move || {
            let prepare = || begin(&rp_id, &user, &mut device(algorithm));
            burst(prepare, |(state, body)| {
                let registration = Registration::from_json_relaxed(&body).expect("an honest response");
                let options = RegistrationVerificationOptions::<&str, &str>::default();
                let done = state.verify(&rp_id, &registration, &options);
                kept(&done.expect("an honest registration"))
            })
        })
    }

    /// What a database holds of a registration.
    fn kept(registered: &RegisteredCredential<'_, 64>) -> (Vec<u8>, DynamicState) {
        let Ok(key) = registered.static_state().encode();
        (key, registered.dynamic_state())
    }

    pub(crate) fn authentication(algorithm: Algorithm) -> Judge {
        let (rp_id, user, mut device) = (rp_id(), UserHandle64::new(), device(algorithm));
        let (state, body) = begin(&rp_id, &user, &mut device);
        let registration = Registration::from_json_relaxed(&body).expect("an honest response");
        let options = RegistrationVerificationOptions::<&str, &str>::default();
        let registered = state.verify(&rp_id, &registration, &options).expect("an honest registration");
        let (fixed, changing) = kept(&registered);
        let id = registered.id().as_ref().to_vec();
        Box::new(move || {
            let prepare = || {
                let options = DiscoverableCredentialRequestOptions::passkey(&rp_id);
                let (state, client) = options.start_ceremony().expect("sound options");
                let options = serde_json::to_value(&client).expect("JSON");
                let body = device.authenticate_json(&options, &Client::new(ORIGIN)).expect("a credential");
                let fixed = StaticState::<Key>::decode(&fixed).expect("what was kept");
                let id = CredentialId::<&[u8]>::decode(&id).expect("what was kept");
                let credential = AuthenticatedCredential::new(id, &user, fixed, changing).expect("what was kept");
                (state, body, credential)
            };
            burst(prepare, |(state, body, mut credential)| {
                let response = DiscoverableAuthentication64::from_json_relaxed(&body).expect("an honest response");
                let options = AuthenticationVerificationOptions::<&str, &str>::default();
                state.verify(&rp_id, &response, &mut credential, &options).expect("an honest authentication")
            })
        })
    }
}

/// passkey-auth 0.1. It has a JSON of its own: the same members without `response` around them.
pub(crate) mod auth {
    use super::*;
    use passkey_auth::{AuthenticationResponse, PasskeyCredential, RegistrationResponse, RegistrationState, Webauthn};

    fn server() -> Webauthn {
        Webauthn::new("example.com", "Example", ORIGIN).require_user_verification(true)
    }

    fn begin(server: &Webauthn, device: &mut Authenticator) -> (RegistrationState, Vec<u8>) {
        let (options, mut state) = server.start_registration(&[7; 64], "ada", "Ada", &[]);
        // Never too old, however long this runs.
        state.created_at = u64::MAX;
        let options = serde_json::to_value(&options).expect("JSON");
        let body = device.register(&options, &Client::new(ORIGIN)).expect("an algorithm that is offered");
        (state, flat(&body, &["attestationObject", "clientDataJSON", "transports"]))
    }

    pub(crate) fn registration(algorithm: Algorithm) -> Judge {
        let server = server();
        let (state, body) = begin(&server, &mut device(algorithm));
        Box::new(move || burst(|| (), |()| register(&server, &state, &body)))
    }

    fn register(server: &Webauthn, state: &RegistrationState, body: &[u8]) -> PasskeyCredential {
        let response: RegistrationResponse = serde_json::from_slice(body).expect("an honest response");
        server.finish_registration(state, &response).expect("an honest registration")
    }

    pub(crate) fn authentication(algorithm: Algorithm) -> Judge {
        let (server, mut device) = (server(), device(algorithm));
        let (state, body) = begin(&server, &mut device);
        let credential = register(&server, &state, &body);
        let (options, mut state) =
            server.start_authentication_with_creds_for_user(&[7; 64], std::slice::from_ref(&credential));
        state.created_at = u64::MAX;
        let options = serde_json::to_value(&options).expect("JSON");
        let body = device.authenticate(&options, &Client::new(ORIGIN)).expect("a credential");
        let body = flat(&body, &["authenticatorData", "signature", "clientDataJSON", "userHandle"]);
        Box::new(move || {
            let finish = |()| {
                let response: AuthenticationResponse = serde_json::from_slice(&body).expect("an honest response");
                server.finish_authentication(&state, &response, &credential).expect("an honest authentication")
            };
            burst(|| (), finish)
        })
    }

    fn flat(body: &Value, members: &[&str]) -> Vec<u8> {
        let response = body.get("response").expect("a response");
        let mut flat = json!({ "id": body.get("id") });
        for member in members {
            if let (Some(value), Some(flat)) = (response.get(*member), flat.as_object_mut()) {
                flat.insert((*member).to_owned(), value.clone());
            }
        }
        flat.to_string().into_bytes()
    }
}
