//! The four beats of both ceremonies, from JSON bytes to the verdict.

use crate::hot_path::HotPath;
use crate::vector::{NOW, Vector, user};
use crate::verifier::Accepting;
use ceremony::{
    AuthenticationRequest, AuthenticationResponse, AuthenticationState, RegistrationRequest, RegistrationResponse,
    RegistrationState, RustCrypto, SignatureVerifier, UserEntity,
};
use std::hint::black_box;
use std::sync::Arc;

/// How often a path runs that makes no signature check.
const RUNS: usize = 100;
/// How often one runs that does.
const RUNS_OF_CHECKS: usize = 5;

const ES256: &str = "w3c-none.ES256.authentication";
const RS256: &str = "w3c-packed.RS256.authentication";
const EDDSA: &str = "w3c-packed.EdDSA.authentication";
const NONE: &str = "w3c-none.ES256.registration";
const PACKED_SELF: &str = "w3c-packed-self.ES256.registration";
const PACKED: &str = "w3c-packed.ES256.registration";
const TPM: &str = "w3c-tpm.ES256.registration";

pub(crate) fn all() -> Vec<HotPath> {
    vec![
        authentication("authentication-es256", ES256, RUNS, || Arc::new(Accepting)),
        authentication("authentication-rs256", RS256, RUNS, || Arc::new(Accepting)),
        authentication("authentication-eddsa", EDDSA, RUNS, || Arc::new(Accepting)),
        authentication("authentication-es256-rustcrypto", ES256, RUNS_OF_CHECKS, || Arc::new(RustCrypto)),
        authentication("authentication-rs256-rustcrypto", RS256, RUNS_OF_CHECKS, || Arc::new(RustCrypto)),
        authentication("authentication-eddsa-rustcrypto", EDDSA, RUNS_OF_CHECKS, || Arc::new(RustCrypto)),
        registration("registration-none", NONE, RUNS, || Arc::new(Accepting)),
        registration("registration-packed-self", PACKED_SELF, RUNS, || Arc::new(Accepting)),
        registration("registration-packed-x5c", PACKED, RUNS, || Arc::new(Accepting)),
        registration("registration-tpm", TPM, RUNS, || Arc::new(Accepting)),
        registration("registration-none-rustcrypto", NONE, RUNS_OF_CHECKS, || Arc::new(RustCrypto)),
        begin_authentication(),
        begin_registration(),
    ]
}

fn authentication(
    name: &'static str,
    id: &'static str,
    runs: usize,
    verifier: fn() -> Arc<dyn SignatureVerifier>,
) -> HotPath {
    HotPath::consuming(name, runs, move || {
        let vector = Vector::new(id, verifier());
        let (ceremony, body, record) = (vector.ceremony.clone(), vector.body(), vector.record());
        let work = move |state: AuthenticationState| {
            let response = AuthenticationResponse::from_json(black_box(&body)).expect("an honest response");
            let done = ceremony.finish_authentication(state, &response, Some(black_box(&record)), NOW);
            drop(black_box(done.expect("an honest authentication")));
        };
        (Box::new(move || vector.begin_authentication().1), work)
    })
}

fn registration(
    name: &'static str,
    id: &'static str,
    runs: usize,
    verifier: fn() -> Arc<dyn SignatureVerifier>,
) -> HotPath {
    HotPath::consuming(name, runs, move || {
        let vector = Vector::new(id, verifier());
        let (ceremony, body) = (vector.ceremony.clone(), vector.body());
        let work = move |state: RegistrationState| {
            let response = RegistrationResponse::from_json(black_box(&body)).expect("an honest response");
            let done = ceremony.finish_registration(state, &response, NOW);
            drop(black_box(done.expect("an honest registration")));
        };
        (Box::new(move || vector.begin_registration().1), work)
    })
}

/// Options as JSON included; the challenge is the caller's.
fn begin_authentication() -> HotPath {
    HotPath::consuming("begin-authentication", RUNS, || {
        let vector = Vector::new(ES256, Arc::new(Accepting));
        let ceremony = vector.ceremony.clone();
        let work = move |challenge| {
            let request = AuthenticationRequest::discoverable();
            let begun = ceremony.begin_authentication(black_box(request), challenge, NOW);
            let (options, state) = begun.expect("a sound request");
            drop(black_box((serde_json::to_string(&options).expect("JSON"), state)));
        };
        (Box::new(move || vector.challenge()), work)
    })
}

/// As [`begin_authentication`].
fn begin_registration() -> HotPath {
    HotPath::consuming("begin-registration", RUNS, || {
        let vector = Vector::new(NONE, Arc::new(Accepting));
        let ceremony = vector.ceremony.clone();
        let work = move |challenge| {
            let request = RegistrationRequest::passkey(UserEntity::new(user(), "ada", "Ada"));
            let begun = ceremony.begin_registration(black_box(request), challenge, NOW);
            let (options, state) = begun.expect("a sound request");
            drop(black_box((serde_json::to_string(&options).expect("JSON"), state)));
        };
        (Box::new(move || vector.challenge()), work)
    })
}
