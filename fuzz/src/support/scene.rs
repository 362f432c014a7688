//! A relying party, its ceremonies, and one credential.

use super::verifier::{Answer, Recorder};
use ceremony::x509::TrustAnchors;
use ceremony::{
    Algorithm, AttestationConveyance, AttestationPolicy, Authentication, AuthenticationRequest, AuthenticationResponse,
    AuthenticationState, BackupEligibilityPolicy, CborPolicy, Ceremony, Challenge, CompoundPolicy, CredentialId,
    CredentialPublicKey, CredentialRecord, CrossOriginPolicy, Error, Registration, RegistrationRequest,
    RegistrationResponse, RegistrationState, RelyingParty, RequestOptions, SignCountPolicy, Tenant, TopOrigins,
    UnixTime, UnsolicitedExtensions, UserEntity, UserHandle,
};
use ceremony_testkit::{Algorithm as Kind, TestCa};
use std::sync::{Arc, LazyLock};

/// The origin of every honest page.
pub const ORIGIN: &str = "https://example.com";
/// A page that may embed it, where any may.
pub const TOP_ORIGIN: &str = "https://top.example";
/// The time of every ceremony; the testkit's certificates are valid then.
pub const NOW: UnixTime = UnixTime::from_secs(1_795_000_000);
/// The challenge of every ceremony.
pub const CHALLENGE: [u8; 32] = [0xfb; 32];
/// The user's handle.
pub const USER: [u8; 64] = [7; 64];
/// The id of the credential of responses that are made without an authenticator.
pub const CREDENTIAL: [u8; 32] = [0xf9; 32];
/// Its key: the testkit's first ES256 key of the seed "fuzz" would do as well; this is the generator of P-256.
pub const KEY: &[u8; 77] = b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20\
\x6b\x17\xd1\xf2\xe1\x2c\x42\x47\xf8\xbc\xe6\xe5\x63\xa4\x40\xf2\x77\x03\x7d\x81\x2d\xeb\x33\xa0\xf4\xa1\x39\x45\xd8\x98\xc2\x96\
\x22\x58\x20\
\x4f\xe3\x42\xe2\xfe\x1a\x7f\x9b\x8e\xe7\xeb\x4a\x7c\x0f\x9e\x16\x2b\xce\x33\x57\x6b\x31\x5e\xce\xcb\xb6\x40\x68\x37\xbf\x51\xf5";

/// The authority of every attestation. Its keys are those that sign most quickly.
pub static CA: LazyLock<TestCa> = LazyLock::new(|| TestCa::builder("fuzz").algorithm(Kind::EdDsa).build());

/// How much is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rules {
    /// What can be accepted at all is accepted.
    Loose,
    /// What a policy leaves alone.
    Default,
    /// What a policy can refuse without refusing an honest browser is refused.
    Strict,
}

/// A relying party with every algorithm.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The ceremonies.
    pub ceremony: Ceremony,
    /// What the verifier was asked.
    pub recorder: Recorder,
}

impl Scene {
    /// A scene that trusts the test CA.
    pub fn new(answer: Answer, rules: Rules) -> Self {
        Self::with(Recorder::new(answer), rules)
    }

    /// A scene for each of the rules; what one verified, the others know.
    pub fn all(answer: Answer) -> [Self; 3] {
        let recorder = Recorder::new(answer);
        [Rules::Loose, Rules::Default, Rules::Strict].map(|rules| Self::with(recorder.beside(), rules))
    }

    fn with(recorder: Recorder, rules: Rules) -> Self {
        let anchors = TrustAnchors::from_pem(&CA.root_pem()).expect("the test CA's root");
        let every = Algorithm::ALL.into_iter().filter(|algorithm| *algorithm != Algorithm::Rs1);
        let attestation = match rules {
            Rules::Strict => AttestationPolicy::trusted(anchors).accept_none(true).accept_self(true),
            _ => AttestationPolicy::default().trust_anchors(anchors),
        };
        let compound = if rules == Rules::Strict { CompoundPolicy::All } else { CompoundPolicy::Any };
        let rp = RelyingParty::builder("example.com", "Example")
            .origin(ORIGIN)
            .algorithms(every)
            .attestation(attestation.compound(compound).keep_certificates(true));
        let rp = match rules {
            Rules::Loose => rp
                .cross_origin(CrossOriginPolicy::Allow { top_origins: TopOrigins::Any, require_top_origin: false })
                .sign_count(SignCountPolicy::Report),
            Rules::Default => rp,
            Rules::Strict => rp
                .cbor(CborPolicy::Strict)
                .unsolicited_extensions(UnsolicitedExtensions::Reject)
                .backup_eligibility(BackupEligibilityPolicy::Enforce)
                .reject_reserved_flags(true)
                .check_token_binding(true),
        };
        let rp = rp.build().expect("a sound relying party");
        let ceremony = Ceremony::with_verifier(rp, Arc::new(recorder.clone())).expect("every algorithm is supported");
        Self { ceremony, recorder }
    }

    /// Begins a registration that asks for attestation.
    pub fn begin_registration(&self) -> (serde_json::Value, RegistrationState) {
        let user = UserEntity::new(UserHandle::new(USER).expect("64 bytes"), "ada", "Ada");
        self.begin_registration_of(RegistrationRequest::passkey(user).attestation(AttestationConveyance::Direct))
    }

    /// Begins any registration.
    pub fn begin_registration_of(&self, request: RegistrationRequest) -> (serde_json::Value, RegistrationState) {
        let (options, state) =
            self.ceremony.begin_registration(request, Challenge::new(CHALLENGE), NOW).expect("a sound request");
        (serde_json::to_value(options).expect("JSON"), state)
    }

    /// Begins an authentication of anybody.
    pub fn begin_authentication(&self) -> (serde_json::Value, AuthenticationState) {
        let (options, state) = self.begin_authentication_of(AuthenticationRequest::discoverable());
        (serde_json::to_value(options).expect("JSON"), state)
    }

    /// Begins any authentication.
    pub fn begin_authentication_of(&self, request: AuthenticationRequest) -> (RequestOptions, AuthenticationState) {
        self.ceremony.begin_authentication(request, Challenge::new(CHALLENGE), NOW).expect("a sound request")
    }

    /// Reads a response and judges it in a registration of its own.
    ///
    /// # Errors
    ///
    /// As the library says.
    pub fn register(&self, body: &[u8]) -> Result<Registration, Error> {
        let response = RegistrationResponse::from_json(body)?;
        self.ceremony.finish_registration(self.begin_registration().1, &response, NOW)
    }

    /// Reads a response and judges it in an authentication of its own, by a record.
    ///
    /// # Errors
    ///
    /// As the library says.
    pub fn authenticate(&self, body: &[u8], record: &CredentialRecord) -> Result<Authentication, Error> {
        let response = AuthenticationResponse::from_json(body)?;
        self.ceremony.finish_authentication(self.begin_authentication().1, &response, Some(record), NOW)
    }

    /// The record of the credential of responses that are made without an authenticator.
    pub fn record(&self) -> CredentialRecord {
        self.record_of(&CREDENTIAL, KEY)
    }

    /// A record of the user.
    pub fn record_of(&self, id: &[u8], cose: &[u8]) -> CredentialRecord {
        CredentialRecord::new(
            Tenant::default(),
            self.ceremony.relying_party().id().clone(),
            UserHandle::new(USER).expect("64 bytes"),
            CredentialId::new(id).expect("an id"),
            CredentialPublicKey::from_cose(cose, true).expect("a key"),
            NOW,
        )
    }
}
