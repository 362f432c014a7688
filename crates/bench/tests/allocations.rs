//! How often a ceremony allocates, from JSON to verdict: no bound on time, which a busy machine could break.

#![allow(clippy::expect_used, missing_docs)]

use allocation_counter::measure;
use ceremony::{Ceremony, RegistrationResponse};
use ceremony_bench::scene::{NOW, Scene};
use ceremony_bench::sign_in::SignIn;
use ceremony_testkit::{Algorithm, Attestation};

#[test]
fn an_authentication_allocates_four_times() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
        let user = SignIn::new(Scene::new(), algorithm);
        let body = user.body(|_| ());
        // What is lazy is done once.
        for at in 0..2 {
            let state = user.begin().1;
            let mut done = None;
            let info = measure(|| done = Some(user.finish(state, &body)));
            assert!(done.is_some_and(|done| done.is_ok()));
            // The credential id, the client data, the authenticator data, the signature.
            assert!(at == 0 || info.count_total <= 4, "{algorithm:?}: {}", info.count_total);
        }
    }
}

#[test]
fn a_registration_without_attestation_allocates_eight_times() {
    let scene = Scene::new();
    let ceremony = Ceremony::new(scene.ceremony.relying_party().clone());
    let body = scene.body(Algorithm::Es256, Attestation::None, |_| ());
    for at in 0..2 {
        let state = scene.begin().1;
        let mut done = None;
        let info = measure(|| {
            let response = RegistrationResponse::from_json(&body).expect("an honest response");
            done = Some(ceremony.finish_registration(state, &response, NOW));
        });
        assert!(done.is_some_and(|done| done.is_ok()));
        assert!(at == 0 || info.count_total <= 8, "{}", info.count_total);
    }
}
