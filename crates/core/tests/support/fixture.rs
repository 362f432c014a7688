//! One good ceremony of each kind, to be changed in one thing.

use ceremony::error::{Rejection, RejectionReason};
use ceremony::{
    Authentication, AuthenticationRequest, AuthenticationResponse, Ceremony, Challenge, CredentialDescriptor,
    CredentialRecord, Error, Registration, RegistrationRequest, RegistrationResponse, RelyingParty,
    RelyingPartyBuilder, UnixTime, UserEntity, UserHandle,
};
use ceremony_testkit::{Algorithm, Attestation, Authenticator, Client, Fault, SignCount, Stage};
use serde_json::Value;

pub const ORIGIN: &str = "https://example.com";
pub const NOW: UnixTime = UnixTime::from_secs(1_795_000_000);
pub const LATER: UnixTime = UnixTime::from_secs(1_795_000_060);

pub struct Fixture {
    pub ceremony: Ceremony,
    pub device: Authenticator,
    pub page: Client,
}

/// How a response comes about.
pub enum How<'a> {
    Honest,
    Fault(Fault),
    Edit(&'a mut dyn FnMut(Stage<'_>)),
}

impl Fixture {
    pub fn new() -> Self {
        Self::with(|builder| builder)
    }

    /// Changes the relying party.
    pub fn with(change: impl FnOnce(RelyingPartyBuilder) -> RelyingPartyBuilder) -> Self {
        let builder = RelyingParty::builder("example.com", "Example").origin(ORIGIN);
        Self {
            ceremony: Ceremony::new(change(builder).build().unwrap()),
            device: Authenticator::new("fixture").sign_count(SignCount::Counter { start: 5, step: 1 }),
            page: Client::new(ORIGIN),
        }
    }

    pub fn kind(mut self, algorithm: Algorithm, attestation: Attestation) -> Self {
        self.device = self.device.algorithm(algorithm).attestation(attestation);
        self
    }

    pub fn device(mut self, change: impl FnOnce(Authenticator) -> Authenticator) -> Self {
        self.device = change(self.device);
        self
    }

    pub fn page(mut self, change: impl FnOnce(Client) -> Client) -> Self {
        self.page = change(self.page);
        self
    }

    pub fn register(&mut self, request: RegistrationRequest, how: How<'_>) -> Result<Registration, Error> {
        let (options, state) = self.ceremony.begin_registration(request, Challenge::new([0xfb; 32]), NOW).unwrap();
        let options = serde_json::to_value(&options).unwrap();
        let body = match how {
            How::Honest => self.device.register_json(&options, &self.page),
            How::Fault(fault) => self.device.register_with(&options, &self.page, fault),
            How::Edit(edit) => self.device.register_edit(&options, &self.page, edit),
        };
        let response = RegistrationResponse::from_json(&body.unwrap())?;
        self.ceremony.finish_registration(state, &response, LATER)
    }

    pub fn record(&mut self) -> CredentialRecord {
        self.record_of(ada())
    }

    pub fn record_of(&mut self, user: UserEntity) -> CredentialRecord {
        self.register(RegistrationRequest::passkey(user), How::Honest).unwrap().into_record()
    }

    pub fn authenticate(
        &mut self,
        request: AuthenticationRequest,
        record: Option<&CredentialRecord>,
        how: How<'_>,
    ) -> Result<Authentication, Error> {
        let (options, state) = self.ceremony.begin_authentication(request, Challenge::new([0xfe; 32]), NOW).unwrap();
        let options = serde_json::to_value(&options).unwrap();
        let response = AuthenticationResponse::from_json(&self.assertion(&options, how))?;
        self.ceremony.finish_authentication(state, &response, record, LATER)
    }

    pub fn assertion(&mut self, options: &Value, how: How<'_>) -> Vec<u8> {
        match how {
            How::Honest => self.device.authenticate_json(options, &self.page),
            How::Fault(fault) => self.device.authenticate_with(options, &self.page, fault),
            How::Edit(edit) => self.device.authenticate_edit(options, &self.page, edit),
        }
        .unwrap()
    }

    /// A registration with one fault.
    pub fn broken_registration(&mut self, fault: Fault) -> Result<Registration, Error> {
        self.register(RegistrationRequest::passkey(ada()), How::Fault(fault))
    }

    /// A usernameless authentication with one fault, after an honest registration.
    pub fn broken_authentication(&mut self, fault: Fault) -> Result<Authentication, Error> {
        let record = self.record();
        self.authenticate(AuthenticationRequest::discoverable(), Some(&record), How::Fault(fault))
    }
}

pub fn handle(byte: u8) -> UserHandle {
    UserHandle::new([byte; 64]).unwrap()
}

pub fn bob() -> UserEntity {
    UserEntity::new(handle(0xb0), "bob@example.com", "Bob")
}

pub fn ada() -> UserEntity {
    UserEntity::new(handle(0xad), "ada@example.com", "Ada")
}

pub fn listed(record: &CredentialRecord) -> [CredentialDescriptor; 1] {
    [CredentialDescriptor::from(record)]
}

#[track_caller]
pub fn rejected<T: std::fmt::Debug>(result: Result<T, Error>) -> Rejection {
    match result {
        Err(Error::Rejected(rejection)) => rejection,
        other => panic!("not rejected by a check: {other:?}"),
    }
}

/// Asserts that the check of `step` refused, for `reason`.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(result: Result<T, Error>, step: &str, reason: RejectionReason) {
    let rejection = rejected(result);
    assert_eq!((rejection.step().as_str(), rejection.reason()), (step, reason));
}

/// Asserts that reading refused at `step`.
#[track_caller]
pub fn malformed<T: std::fmt::Debug>(result: Result<T, Error>, step: &str, code: &str) {
    match result {
        Err(error @ Error::Malformed(_)) => {
            assert_eq!((error.step().unwrap().as_str(), error.code()), (step, code), "{error:?}");
        }
        other => panic!("not refused as malformed: {other:?}"),
    }
}
