//! A relying party over the memory stores, with a clock that stands still and a verifier that counts.

use ceremony::error::KeyFault;
use ceremony::{
    AuthenticationResponse, Ceremony, CredentialDescriptor, KeyMaterial, RegistrationResponse, RelyingParty,
    RelyingPartyBuilder, RustCrypto, SignatureInvalid, SignatureScheme, SignatureVerifier, UnixTime,
};
use ceremony_service::clock::ManualClock;
use ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemoryUsers};
use ceremony_service::store::{Handle, StoredCredential, UserHandles, UserId};
use ceremony_service::{
    Account, AuditEvent, AuditKind, AuditSink, Begun, Passkeys, PasskeysBuilder, RegisterOptions, Registered,
    ServiceError, SignedIn, Subject,
};
use ceremony_testkit::{Authenticator, Client, Stage};
use serde::Serialize;
use serde_json::Value;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

pub const ORIGIN: &str = "https://example.com";
pub const BROWSER: Option<[u8; 32]> = Some([7; 32]);
pub const OTHER_BROWSER: Option<[u8; 32]> = Some([8; 32]);

#[derive(Debug, Default)]
pub struct CountingVerifier(AtomicUsize);

impl CountingVerifier {
    /// How many signatures were checked since the last call.
    pub fn taken(&self) -> usize {
        self.0.swap(0, Ordering::SeqCst)
    }
}

impl SignatureVerifier for CountingVerifier {
    fn supports(&self, scheme: SignatureScheme) -> bool {
        RustCrypto.supports(scheme)
    }

    fn check_key(&self, scheme: SignatureScheme, key: KeyMaterial<'_>) -> Result<(), KeyFault> {
        RustCrypto.check_key(scheme, key)
    }

    fn verify(
        &self,
        scheme: SignatureScheme,
        key: KeyMaterial<'_>,
        message: &[&[u8]],
        signature: &[u8],
    ) -> Result<(), SignatureInvalid> {
        self.0.fetch_add(1, Ordering::SeqCst);
        RustCrypto.verify(scheme, key, message, signature)
    }
}

#[derive(Debug, Default)]
pub struct Recording(Mutex<Vec<AuditEvent>>);

impl AuditSink for Recording {
    fn record(&self, event: &AuditEvent) {
        self.0.lock().unwrap().push(event.clone());
    }
}

impl Recording {
    pub fn kinds(&self) -> Vec<AuditKind> {
        self.0.lock().unwrap().iter().map(|event| event.kind).collect()
    }

    pub fn names(&self) -> Vec<&'static str> {
        self.kinds().iter().map(AuditKind::name).collect()
    }

    /// The events since the last call.
    pub fn taken(&self) -> Vec<AuditKind> {
        self.0.lock().unwrap().drain(..).map(|event| event.kind).collect()
    }
}

pub struct World {
    pub service: Passkeys,
    pub clock: Arc<ManualClock>,
    pub verifier: Arc<CountingVerifier>,
    pub audit: Arc<Recording>,
    pub users: Arc<MemoryUsers>,
    pub credentials: Arc<MemoryCredentials>,
}

impl World {
    pub fn new() -> Self {
        Self::with(|rp| rp, |service| service)
    }

    pub fn with(
        rp: impl FnOnce(RelyingPartyBuilder) -> RelyingPartyBuilder,
        service: impl FnOnce(PasskeysBuilder) -> PasskeysBuilder,
    ) -> Self {
        let clock = Arc::new(ManualClock::new(UnixTime::from_secs(1_700_000_000)));
        let verifier = Arc::new(CountingVerifier::default());
        let audit = Arc::new(Recording::default());
        let users = Arc::new(MemoryUsers::new());
        let credentials = Arc::new(MemoryCredentials::new());
        let rp = rp(RelyingParty::builder("example.com", "Example").origin(ORIGIN)).build().unwrap();
        let builder = Passkeys::builder(Ceremony::with_verifier(rp, verifier.clone()).unwrap())
            .credentials(credentials.clone())
            .users(users.clone())
            .ceremonies(Arc::new(MemoryCeremonies::new(1000)))
            .clock(clock.clone())
            .audit(audit.clone());
        let service = service(builder).build().unwrap();
        Self { service, clock, verifier, audit, users, credentials }
    }

    pub async fn begin_registration(&self, user: &str) -> Begun<ceremony::CreationOptions> {
        self.service.begin_registration(&account(user), RegisterOptions::default(), BROWSER).await.unwrap()
    }

    pub async fn finish_registration(
        &self,
        user: &str,
        handle: &Handle,
        response: &[u8],
    ) -> Result<Registered, ServiceError> {
        self.service.finish_registration(&id(user), handle, BROWSER, &registration(response), None).await
    }

    pub async fn try_register(&self, device: &mut Authenticator, user: &str) -> Result<Registered, ServiceError> {
        let begun = self.begin_registration(user).await;
        let response = device.register_json(&json(&begun.options), &tab()).unwrap();
        self.finish_registration(user, &begun.handle, &response).await
    }

    pub async fn register(&self, device: &mut Authenticator, user: &str) -> StoredCredential {
        self.try_register(device, user).await.unwrap().credential
    }

    pub async fn begin(&self, subject: Subject) -> Begun<ceremony::RequestOptions> {
        self.service.begin_authentication(subject, b"", BROWSER).await.unwrap()
    }

    pub async fn finish(&self, handle: &Handle, response: &[u8]) -> Result<SignedIn, ServiceError> {
        self.service.finish_authentication(None, handle, BROWSER, &assertion(response)).await
    }

    /// A usernameless sign-in.
    pub async fn sign_in(&self, device: &mut Authenticator) -> Result<SignedIn, ServiceError> {
        self.sign_in_as(device, Subject::Anybody).await
    }

    pub async fn sign_in_as(&self, device: &mut Authenticator, subject: Subject) -> Result<SignedIn, ServiceError> {
        let begun = self.begin(subject).await;
        let response = device.authenticate_json(&json(&begun.options), &tab()).unwrap();
        self.finish(&begun.handle, &response).await
    }

    pub async fn user_handle(&self, user: &str) -> ceremony::UserHandle {
        self.users.find(&self.service.realm().tenant, &id(user)).await.unwrap().unwrap()
    }
}

pub fn id(user: &str) -> UserId {
    UserId::new(user).unwrap()
}

pub fn account(user: &str) -> Account {
    Account { id: id(user), name: format!("{user}@mail.example"), display_name: user.to_uppercase() }
}

pub fn named(user: &str) -> Subject {
    Subject::Account { user: id(user), canonical_name: format!("{user}@mail.example") }
}

pub fn unknown(user: &str) -> Subject {
    Subject::Unknown { canonical_name: format!("{user}@mail.example") }
}

pub fn tab() -> Client {
    Client::new(ORIGIN)
}

pub fn json(options: &impl Serialize) -> Value {
    serde_json::to_value(options).unwrap()
}

pub fn registration(response: &[u8]) -> RegistrationResponse {
    RegistrationResponse::from_json(response).unwrap()
}

pub fn assertion(response: &[u8]) -> AuthenticationResponse {
    AuthenticationResponse::from_json(response).unwrap()
}

/// The ids and transports that request options list.
pub fn listed(options: &ceremony::RequestOptions) -> Vec<(String, Value)> {
    json(options)["allowCredentials"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["id"].as_str().unwrap().to_owned(), entry["transports"].clone()))
        .collect()
}

/// A device that holds a passkey of this user which the relying party never saw, listed or not.
pub fn stranger(seed: &str, user_handle: &ceremony::UserHandle) -> Authenticator {
    let mut device = Authenticator::new(seed);
    let options = serde_json::json!({
        "rp": { "id": "example.com", "name": "" },
        "user": { "id": ceremony_testkit::base64url::encode(user_handle.as_bytes()), "name": "x", "displayName": "" },
        "challenge": "AAAAAAAAAAAAAAAAAAAAAA",
        "pubKeyCredParams": [{ "type": "public-key", "alg": -7 }],
        "authenticatorSelection": { "residentKey": "required", "requireResidentKey": true, "userVerification": "required" },
    });
    device.register_json(&options, &tab()).unwrap();
    device
}

/// The response of a device that gives its new credential an id of the test's choice.
pub fn register_with_id(seed: &str, options: &Value, wanted: &[u8]) -> Vec<u8> {
    let choose = |stage: Stage<'_>| {
        if let Stage::CredentialId(credential_id) = stage {
            *credential_id = wanted.to_vec();
        }
    };
    Authenticator::new(seed).register_edit(options, &tab(), choose).unwrap()
}

pub fn descriptor(stored: &StoredCredential) -> CredentialDescriptor {
    (&stored.record).into()
}

pub fn code<T>(result: Result<T, ServiceError>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(error) => error.code(),
    }
}

/// The core's code behind a failed authentication.
pub fn reason<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> &'static str {
    match result {
        Err(ServiceError::AuthenticationFailed(error) | ServiceError::RegistrationFailed(error)) => error.code(),
        other => panic!("not a failed ceremony: {other:?}"),
    }
}
