//! A relying party and the honest registrations that it accepts.

use crate::recorder::{Check, Recorder};
use ceremony::x509::TrustAnchors;
use ceremony::{
    Algorithm as Cose, AttestationConveyance, AttestationPolicy, Ceremony, Challenge, CompoundPolicy,
    CredentialDescriptor, CrossOriginPolicy, Error, Registration, RegistrationRequest, RegistrationResponse,
    RegistrationState, RelyingParty, RustCrypto, SignatureVerifier, TopOrigins, UnixTime, UserEntity, UserHandle,
};
use ceremony_testkit::{Algorithm, Attestation, Authenticator, Client, Stage, TestCa};
use std::sync::Arc;

/// The origin of every honest page.
pub const ORIGIN: &str = "https://example.com";
/// The time of every ceremony.
pub const NOW: UnixTime = UnixTime::from_secs(1_795_000_000);
/// The user of every ceremony, as long as a handle can be.
pub const USER: [u8; 64] = [7; 64];

/// What a relying party is made of.
#[derive(Clone, Debug)]
struct Settings {
    anchors: TrustAnchors,
    /// Who certifies the device.
    ca: TestCa,
    origins: Vec<String>,
    related: Vec<String>,
    subdomains: bool,
    top_origins: Option<Vec<String>>,
}

/// A relying party that trusts the test CA, on the verifier that comes with the core.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The ceremonies.
    pub ceremony: Ceremony,
    /// What the verifier was asked.
    pub recorder: Recorder,
    settings: Settings,
}

impl Scene {
    /// With one origin.
    #[must_use]
    pub fn new() -> Self {
        Self::of(Settings {
            anchors: TrustAnchors::from_pem(&TestCa::default().root_pem()).expect("the test CA's root"),
            ca: TestCa::default(),
            origins: vec![ORIGIN.to_owned()],
            related: Vec::new(),
            subdomains: false,
            top_origins: None,
        })
    }

    /// With other anchors.
    #[must_use]
    pub fn trusting(self, anchors: &TrustAnchors) -> Self {
        Self::of(Settings { anchors: anchors.clone(), ..self.settings })
    }

    /// With a device that somebody else certifies.
    #[must_use]
    pub fn under(self, ca: &TestCa) -> Self {
        Self::of(Settings { ca: ca.clone(), ..self.settings })
    }

    /// With `count` more origins before the honest one, and subdomains of all.
    #[must_use]
    pub fn with_origins(self, count: usize) -> Self {
        let more = (0..count).map(|at| format!("https://page{at}.example.com"));
        Self::of(Settings { origins: more.chain([ORIGIN.to_owned()]).collect(), subdomains: true, ..self.settings })
    }

    /// With `count` related origins.
    #[must_use]
    pub fn with_related_origins(self, count: usize) -> Self {
        let related = (0..count).map(|at| format!("https://page{at}.example.org")).collect();
        Self::of(Settings { related, ..self.settings })
    }

    /// In an iframe of one of `count` pages.
    #[must_use]
    pub fn with_top_origins(self, count: usize) -> Self {
        let pages = (0..count).map(|at| format!("https://page{at}.example.net")).collect();
        Self::of(Settings { top_origins: Some(pages), ..self.settings })
    }

    fn of(settings: Settings) -> Self {
        let recorder = Recorder::default();
        let policy = AttestationPolicy::trusted(settings.anchors.clone()).accept_none(true).accept_self(true);
        let supported = Cose::ALL.into_iter().filter(|algorithm| RustCrypto.supports(algorithm.scheme()));
        let mut rp = RelyingParty::builder("example.com", "Example")
            .origins(settings.origins.clone())
            .allow_subdomains(settings.subdomains)
            .algorithms(supported.filter(|algorithm| *algorithm != Cose::Rs1))
            .attestation(policy.compound(CompoundPolicy::Any));
        for related in &settings.related {
            rp = rp.related_origin(related);
        }
        if let Some(pages) = &settings.top_origins {
            let top_origins = TopOrigins::List(pages.clone());
            rp = rp.cross_origin(CrossOriginPolicy::Allow { top_origins, require_top_origin: true });
        }
        let rp = rp.build().expect("a sound relying party");
        let ceremony = Ceremony::with_verifier(rp, Arc::new(recorder.clone())).expect("every algorithm is supported");
        Self { ceremony, recorder, settings }
    }

    /// A state of a begun registration, and its options as the client gets them.
    #[must_use]
    pub fn begin(&self) -> (serde_json::Value, RegistrationState) {
        self.begin_excluding(Vec::new())
    }

    /// As [`begin`](Self::begin), with credentials that the user has.
    #[must_use]
    pub fn begin_excluding(&self, known: Vec<CredentialDescriptor>) -> (serde_json::Value, RegistrationState) {
        let handle = UserHandle::new(USER).expect("64 bytes");
        let user = UserEntity::new(handle, "ada", "Ada");
        let request = RegistrationRequest::passkey(user).attestation(AttestationConveyance::Direct).exclude(known);
        let (options, state) =
            self.ceremony.begin_registration(request, Challenge::new([0xfb; 32]), NOW).expect("a sound request");
        (serde_json::to_value(&options).expect("JSON"), state)
    }

    /// Parses and judges a body.
    ///
    /// # Errors
    ///
    /// As the core says.
    pub fn finish(&self, state: RegistrationState, body: &[u8]) -> Result<Registration, Error> {
        self.ceremony.finish_registration(state, &RegistrationResponse::from_json(body)?, NOW)
    }

    /// Every check that the verifier is asked for when `body` is judged.
    #[must_use]
    pub fn checks(&self, body: &[u8]) -> Vec<Check> {
        let state = self.begin().1;
        self.recorder.during(|| drop(self.finish(state, body)))
    }

    /// A device that the authority certifies.
    #[must_use]
    pub fn device(&self, algorithm: Algorithm, attestation: Attestation) -> Authenticator {
        let device = Authenticator::new("bench").ca(self.settings.ca.clone()).algorithm(algorithm);
        device.attestation(attestation).aaguid([7; 16])
    }

    /// The body of an honest registration, with `edit` at its stages.
    pub fn body(&self, algorithm: Algorithm, attestation: Attestation, edit: impl FnMut(Stage<'_>)) -> Vec<u8> {
        let mut device = self.device(algorithm, attestation);
        device.register_edit(&self.begin().0, &Client::new(ORIGIN), edit).expect("the device has such keys")
    }
}

impl Default for Scene {
    fn default() -> Self {
        Self::new()
    }
}
