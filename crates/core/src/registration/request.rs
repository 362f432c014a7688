//! What an application asks of a registration.

use crate::cose::Algorithm;
use crate::options::{CredentialDescriptor, UserEntity};
use crate::policy::{AttestationConveyance, AuthenticatorAttachment, ResidentKey, UserVerification};
use alloc::vec::Vec;
use core::time::Duration;

/// One registration, as a preset that can be overridden.
#[derive(Clone, Debug)]
#[must_use]
pub struct RegistrationRequest {
    pub(crate) user: UserEntity,
    pub(crate) exclude: Vec<CredentialDescriptor>,
    pub(crate) user_verification: UserVerification,
    pub(crate) resident_key: ResidentKey,
    pub(crate) attachment: Option<AuthenticatorAttachment>,
    pub(crate) attestation: AttestationConveyance,
    pub(crate) algorithms: Option<Vec<Algorithm>>,
    pub(crate) conditional: bool,
    pub(crate) cred_props: bool,
    pub(crate) timeout: Option<Duration>,
    pub(crate) context: Vec<u8>,
    pub(crate) browser_binding: Option<[u8; 32]>,
}

impl RegistrationRequest {
    fn new(user: UserEntity, user_verification: UserVerification, resident_key: ResidentKey) -> Self {
        Self {
            user,
            exclude: Vec::new(),
            user_verification,
            resident_key,
            attachment: None,
            attestation: AttestationConveyance::None,
            algorithms: None,
            conditional: false,
            cred_props: true,
            timeout: None,
            context: Vec::new(),
            browser_binding: None,
        }
    }

    /// A passkey: discoverable, with user verification, so that it signs in alone.
    pub fn passkey(user: UserEntity) -> Self {
        Self::new(user, UserVerification::Required, ResidentKey::Required)
    }

    /// A second factor beside a password: not discoverable, no user verification.
    pub fn second_factor(user: UserEntity) -> Self {
        Self::new(user, UserVerification::Discouraged, ResidentKey::Discouraged)
    }

    /// A passkey made without a dialogue, right after a sign-in by password that the password manager filled in. The
    /// client then waives user presence and user verification, so that neither may be required (WebAuthn §5.1.3).
    pub fn conditional_create(user: UserEntity) -> Self {
        Self { conditional: true, ..Self::new(user, UserVerification::Preferred, ResidentKey::Required) }
    }

    /// Lists credentials that the account has already, so that an authenticator does not make a second one. Give all of
    /// the account's.
    pub fn exclude(mut self, credentials: impl IntoIterator<Item = CredentialDescriptor>) -> Self {
        self.exclude.extend(credentials);
        self
    }

    /// Asks for user verification otherwise than the preset.
    pub const fn user_verification(mut self, user_verification: UserVerification) -> Self {
        self.user_verification = user_verification;
        self
    }

    /// Asks for a discoverable credential otherwise than the preset.
    pub const fn resident_key(mut self, resident_key: ResidentKey) -> Self {
        self.resident_key = resident_key;
        self
    }

    /// Asks for one kind of authenticator.
    pub const fn attachment(mut self, attachment: AuthenticatorAttachment) -> Self {
        self.attachment = Some(attachment);
        self
    }

    /// Asks for attestation; none by default.
    pub const fn attestation(mut self, attestation: AttestationConveyance) -> Self {
        self.attestation = attestation;
        self
    }

    /// Offers other algorithms than the relying party's list, most preferred first. What is offered is what is accepted.
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = Some(algorithms.into_iter().collect());
        self
    }

    /// Whether to ask, by credProps, if the credential is discoverable. Asked by default.
    pub const fn cred_props(mut self, ask: bool) -> Self {
        self.cred_props = ask;
        self
    }

    /// Gives the ceremony another time than the relying party's default.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Up to 256 bytes of the application's own, given back at finish.
    pub fn context(mut self, context: impl Into<Vec<u8>>) -> Self {
        self.context = context.into();
        self
    }

    /// The hash of the secret that ties the ceremony to one browser; the transport compares it at finish.
    pub const fn browser_binding(mut self, binding: [u8; 32]) -> Self {
        self.browser_binding = Some(binding);
        self
    }
}
