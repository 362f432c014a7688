//! One thing to measure, and the honest ceremonies that hostile input stands beside.

use crate::clock;
use crate::recorder::{Check, Recorder};
use crate::scene::Scene;
use crate::sign_in::SignIn;
use ceremony::{CredentialRecord, Error};
use ceremony_testkit::{Algorithm, Attestation, TestCa};
use std::fmt;
use std::time::Duration;

/// What happens to the bytes: the time that counts, and the verdict.
type Judge = Box<dyn Fn() -> (Duration, Result<(), Error>)>;

/// One input and who judges it.
pub struct Case {
    /// What it is.
    pub name: String,
    /// The length of the input.
    pub bytes: usize,
    /// The honest ceremony of the same kind.
    pub honest: Honest,
    recorder: Recorder,
    judge: Judge,
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Case").field("name", &self.name).field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

impl Case {
    /// A registration.
    pub fn registration(name: impl Into<String>, scene: Scene, body: Vec<u8>, honest: Honest) -> Self {
        let (bytes, recorder) = (body.len(), scene.recorder.clone());
        let judge = Box::new(move || {
            let state = scene.begin().1;
            let (taken, verdict) = clock::timed(|| scene.finish(state, &body));
            (taken, verdict.map(drop))
        });
        Self { name: name.into(), bytes, honest, recorder, judge }
    }

    /// An authentication.
    pub fn sign_in(name: impl Into<String>, user: SignIn, body: Vec<u8>, honest: Honest) -> Self {
        let (bytes, recorder) = (body.len(), user.scene.recorder.clone());
        let judge = Box::new(move || {
            let state = user.begin().1;
            let (taken, verdict) = clock::timed(|| user.finish(state, &body));
            (taken, verdict.map(drop))
        });
        Self { name: name.into(), bytes, honest, recorder, judge }
    }

    /// Anything else that takes bytes: only `work` is timed.
    pub fn other<T>(
        name: impl Into<String>,
        bytes: usize,
        honest: Honest,
        work: impl Fn() -> Result<T, Error> + 'static,
    ) -> Self {
        let judge = Box::new(move || {
            let (taken, verdict) = clock::timed(&work);
            (taken, verdict.map(drop))
        });
        Self { name: name.into(), bytes, honest, recorder: Recorder::default(), judge }
    }

    /// The time of one judgement.
    #[must_use]
    pub fn time(&self) -> Duration {
        (self.judge)().0
    }

    /// What comes of it.
    ///
    /// # Errors
    ///
    /// As the core says.
    pub fn verdict(&self) -> Result<(), Error> {
        (self.judge)().1
    }

    /// Every check that the verifier is asked for.
    #[must_use]
    pub fn checks(&self) -> Vec<Check> {
        self.recorder.during(|| drop(self.verdict()))
    }
}

/// An honest ceremony, or an honest part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Honest {
    /// A registration with a packed self attestation of this algorithm: one signature.
    SelfSigned(Algorithm),
    /// A registration with a packed statement under an authority of this algorithm.
    Packed(Algorithm),
    /// A registration with another attestation, and an ES256 key.
    Attested(Attestation),
    /// A registration without attestation, and a key of this algorithm.
    Key(Algorithm),
    /// An authentication with a key of this algorithm.
    SignIn(Algorithm),
    /// Beginning a registration without a list.
    Begin,
    /// Beginning an authentication without a list.
    BeginSignIn,
    /// Reading the record of an ES256 key.
    Record,
    /// Reading a state of an authentication without a list.
    State,
}

impl Honest {
    /// The case.
    #[must_use]
    pub fn case(self) -> Case {
        let name = format!("{self:?}");
        let registration = |scene: Scene, algorithm, attestation| {
            let body = scene.body(algorithm, attestation, |_| ());
            Case::registration(name.clone(), scene, body, self)
        };
        match self {
            Self::SelfSigned(algorithm) => registration(Scene::new(), algorithm, Attestation::PackedSelf),
            Self::Packed(algorithm) => {
                let ca = TestCa::builder("kind").algorithm(algorithm).build();
                let scene = Scene::new().trusting(&crate::hostile::anchors([&ca])).under(&ca);
                registration(scene, algorithm, Attestation::Packed)
            }
            Self::Attested(attestation) => registration(Scene::new(), Algorithm::Es256, attestation),
            Self::Key(algorithm) => registration(Scene::new(), algorithm, Attestation::None),
            Self::SignIn(algorithm) => {
                let user = SignIn::new(Scene::new(), algorithm);
                let body = user.body(|_| ());
                Case::sign_in(name, user, body, self)
            }
            Self::Begin => {
                let scene = Scene::new();
                Case::other(name, 0, self, move || Ok(scene.begin()))
            }
            Self::BeginSignIn => {
                let user = SignIn::new(Scene::new(), Algorithm::Es256);
                Case::other(name, 0, self, move || Ok(user.begin()))
            }
            Self::Record => {
                let bytes = SignIn::new(Scene::new(), Algorithm::Es256).record.to_bytes();
                Case::other(name, bytes.len(), self, move || Ok(CredentialRecord::from_bytes(&bytes)?))
            }
            Self::State => {
                let bytes = SignIn::new(Scene::new(), Algorithm::Es256).begin().1.into_bytes();
                let read = move || Ok(ceremony::AuthenticationState::from_bytes(&bytes)?);
                Case::other(name, 0, self, read)
            }
        }
    }

    /// The honest ceremony with one ES256 signature that every one of this kind stands beside.
    #[must_use]
    pub const fn signed(self) -> Self {
        match self {
            Self::SelfSigned(_) | Self::Packed(_) | Self::Attested(_) | Self::Key(_) | Self::Begin => {
                Self::SelfSigned(Algorithm::Es256)
            }
            Self::SignIn(_) | Self::BeginSignIn | Self::Record | Self::State => Self::SignIn(Algorithm::Es256),
        }
    }
}
