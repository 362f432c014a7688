//! Our ceremonies, on each backend, and on a verifier that costs nothing.

use crate::bare::{Backend, Bare};
use crate::peers;
use ceremony::error::KeyFault;
use ceremony::{
    AuthenticationResponse, AuthenticationState, Ceremony, KeyMaterial, RegistrationResponse, RegistrationState,
    RustCrypto, SignatureInvalid, SignatureScheme, SignatureVerifier,
};
use ceremony_bench::recorder::Check;
use ceremony_bench::scene::{NOW, Scene};
use ceremony_bench::sign_in::SignIn;
use ceremony_testkit::{Algorithm, Attestation};
use std::sync::Arc;
use std::time::Duration;

/// Accepts everything: what is left is ours.
#[derive(Debug)]
struct Accepting;

impl SignatureVerifier for Accepting {
    fn supports(&self, _: SignatureScheme) -> bool {
        true
    }

    fn check_key(&self, _: SignatureScheme, _: KeyMaterial<'_>) -> Result<(), KeyFault> {
        Ok(())
    }

    fn verify(&self, _: SignatureScheme, _: KeyMaterial<'_>, _: &[&[u8]], _: &[u8]) -> Result<(), SignatureInvalid> {
        Ok(())
    }
}

/// Who verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Nobody,
    Backend(Backend),
}

impl By {
    fn ceremony(self, scene: &Scene) -> Ceremony {
        let verifier: Arc<dyn SignatureVerifier> = match self {
            Self::Nobody => Arc::new(Accepting),
            Self::Backend(Backend::RustCrypto) => Arc::new(RustCrypto),
            Self::Backend(Backend::Graviola) => {
                Arc::new(ceremony_graviola::Graviola::new().expect("a processor that graviola runs on"))
            }
            Self::Backend(Backend::AwsLc) => Arc::new(ceremony_aws_lc::AwsLc),
        };
        Ceremony::with_verifier(scene.ceremony.relying_party().clone(), verifier).expect("every algorithm")
    }
}

/// A client's answer, and what it takes to judge it.
pub(crate) enum Ours {
    Authentication { user: Box<SignIn>, body: Vec<u8> },
    Registration { scene: Box<Scene>, body: Vec<u8> },
}

impl Ours {
    pub(crate) fn authentication(algorithm: Algorithm) -> Self {
        let user = SignIn::new(Scene::new(), algorithm);
        let body = user.body(|_| ());
        Self::Authentication { user: Box::new(user), body }
    }

    pub(crate) fn registration(algorithm: Algorithm, attestation: Attestation) -> Self {
        let scene = Scene::new();
        let body = scene.body(algorithm, attestation, |_| ());
        Self::Registration { scene: Box::new(scene), body }
    }

    /// The one signature in it, if it has one.
    pub(crate) fn bare(&self) -> Option<Bare> {
        let checks = match self {
            Self::Authentication { user, body } => {
                let state = user.begin().1;
                user.scene.recorder.during(|| drop(user.finish(state, body)))
            }
            Self::Registration { scene, body } => scene.checks(body),
        };
        let signed = checks.iter().find(|check| check.is_signature())?;
        let (message, signature) = Check::signed(signed)?;
        Some(Bare::new(signed.scheme(), signed.key(), message, signature))
    }

    /// From bytes to verdict, with what was allocated: beginning is outside, and so is dropping the result.
    pub(crate) fn judge(&self, by: By) -> impl FnMut() -> (Duration, u64) + '_ {
        let ceremony = match self {
            Self::Authentication { user, .. } => by.ceremony(&user.scene),
            Self::Registration { scene, .. } => by.ceremony(scene),
        };
        move || match self {
            Self::Authentication { user, body } => {
                peers::burst(|| user.begin().1, |state| authenticate(&ceremony, user, state, body))
            }
            Self::Registration { scene, body } => {
                peers::burst(|| scene.begin().1, |state| register(&ceremony, state, body))
            }
        }
    }
}

fn authenticate(
    ceremony: &Ceremony,
    user: &SignIn,
    state: AuthenticationState,
    body: &[u8],
) -> ceremony::Authentication {
    let response = AuthenticationResponse::from_json(body).expect("an honest response");
    ceremony.finish_authentication(state, &response, Some(&user.record), NOW).expect("an honest authentication")
}

fn register(ceremony: &Ceremony, state: RegistrationState, body: &[u8]) -> ceremony::Registration {
    let response = RegistrationResponse::from_json(body).expect("an honest response");
    ceremony.finish_registration(state, &response, NOW).expect("an honest registration")
}
