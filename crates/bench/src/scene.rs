//! A relying party and the honest registrations that it accepts.

use crate::recorder::{Check, Recorder};
use ceremony::x509::TrustAnchors;
use ceremony::{
    Algorithm as Cose, AttestationConveyance, AttestationPolicy, Ceremony, Challenge, CompoundPolicy, Error,
    Registration, RegistrationRequest, RegistrationResponse, RegistrationState, RelyingParty, RustCrypto,
    SignatureVerifier, UnixTime, UserEntity, UserHandle,
};
use ceremony_testkit::{Algorithm, Attestation, Authenticator, Client, Stage, TestCa};
use std::sync::Arc;

const ORIGIN: &str = "https://example.com";
const NOW: UnixTime = UnixTime::from_secs(1_795_000_000);

/// A relying party that trusts the test CA.
#[derive(Clone, Debug)]
pub struct Scene {
    ceremony: Ceremony,
    anchors: TrustAnchors,
    /// Who certifies the device.
    ca: TestCa,
}

impl Scene {
    /// On the verifier that comes with the core.
    #[must_use]
    pub fn new() -> Self {
        let anchors = TrustAnchors::from_pem(&TestCa::default().root_pem()).expect("the test CA's root");
        Self::on(Arc::new(RustCrypto), anchors, TestCa::default())
    }

    /// With other anchors.
    #[must_use]
    pub fn trusting(self, anchors: &TrustAnchors) -> Self {
        Self::on(Arc::new(RustCrypto), anchors.clone(), self.ca)
    }

    /// With a device that somebody else certifies.
    #[must_use]
    pub fn under(self, ca: &TestCa) -> Self {
        Self { ca: ca.clone(), ..self }
    }

    fn on(verifier: Arc<dyn SignatureVerifier>, anchors: TrustAnchors, ca: TestCa) -> Self {
        let policy = AttestationPolicy::trusted(anchors.clone()).accept_none(true).accept_self(true);
        let supported = Cose::ALL.into_iter().filter(|algorithm| RustCrypto.supports(algorithm.scheme()));
        let rp = RelyingParty::builder("example.com", "Example")
            .origin(ORIGIN)
            .algorithms(supported.filter(|algorithm| *algorithm != Cose::Rs1))
            .attestation(policy.compound(CompoundPolicy::Any));
        let rp = rp.build().expect("a sound relying party");
        let ceremony = Ceremony::with_verifier(rp, verifier).expect("every algorithm is supported");
        Self { ceremony, anchors, ca }
    }

    /// A state of a begun registration, and its options as the client gets them.
    #[must_use]
    pub fn begin(&self) -> (serde_json::Value, RegistrationState) {
        let handle = UserHandle::new([7; 64]).expect("64 bytes");
        let user = UserEntity::new(handle, "ada", "Ada");
        let request = RegistrationRequest::passkey(user).attestation(AttestationConveyance::Direct);
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

    /// The body of an honest registration, with `edit` at its stages.
    pub fn body(&self, algorithm: Algorithm, attestation: Attestation, edit: impl FnMut(Stage<'_>)) -> Vec<u8> {
        let mut device = Authenticator::new("bench")
            .ca(self.ca.clone())
            .algorithm(algorithm)
            .attestation(attestation)
            .aaguid([7; 16]);
        device.register_edit(&self.begin().0, &Client::new(ORIGIN), edit).expect("the device has such keys")
    }
}

impl Default for Scene {
    fn default() -> Self {
        Self::new()
    }
}

/// Every check that the verifier is asked for when `body` is judged.
#[must_use]
pub fn checks(body: &[u8]) -> Vec<Check> {
    checks_under(&Scene::new(), body)
}

/// As [`checks`], when `scene` judges the body.
#[must_use]
pub fn checks_under(scene: &Scene, body: &[u8]) -> Vec<Check> {
    let recorder = Recorder::default();
    let scene = Scene::on(Arc::new(recorder.clone()), scene.anchors.clone(), scene.ca.clone());
    let (_, state) = scene.begin();
    drop(scene.finish(state, body));
    recorder.take()
}
