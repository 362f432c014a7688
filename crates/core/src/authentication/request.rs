//! What an application asks of an authentication.

use crate::ids::UserHandle;
use crate::options::CredentialDescriptor;
use crate::policy::UserVerification;
use alloc::vec::Vec;
use core::time::Duration;

/// One authentication, as a preset that can be overridden.
#[derive(Clone, Debug)]
#[must_use]
pub struct AuthenticationRequest {
    pub(crate) user: Option<UserHandle>,
    pub(crate) allow: Vec<CredentialDescriptor>,
    pub(crate) user_verification: UserVerification,
    pub(crate) timeout: Option<Duration>,
    pub(crate) context: Vec<u8>,
    pub(crate) browser_binding: Option<[u8; 32]>,
}

impl AuthenticationRequest {
    fn new(user: Option<UserHandle>, user_verification: UserVerification) -> Self {
        Self { user, allow: Vec::new(), user_verification, timeout: None, context: Vec::new(), browser_binding: None }
    }

    /// Anybody, by a discoverable credential: no user name is asked for, user verification is required, and the user
    /// handle in the response says who it is (step 6, "user not identified beforehand").
    pub fn discoverable() -> Self {
        Self::new(None, UserVerification::Required)
    }

    /// One known user, by a passkey: user verification is required, and only this user's credentials are accepted,
    /// whatever stands in the list of allowed ones (step 6, "user identified beforehand").
    pub fn for_user(user: UserHandle) -> Self {
        Self::new(Some(user), UserVerification::Required)
    }

    /// One known user, after another factor such as a password: user presence is enough.
    pub fn second_factor(user: UserHandle, credentials: impl IntoIterator<Item = CredentialDescriptor>) -> Self {
        Self::new(Some(user), UserVerification::Discouraged).allow(credentials)
    }

    /// The signed-in user confirms a sensitive action: user verification is required.
    pub fn step_up(user: UserHandle) -> Self {
        Self::new(Some(user), UserVerification::Required)
    }

    /// Lists credentials in `allowCredentials`; a response with another one is refused (step 5).
    pub fn allow(mut self, credentials: impl IntoIterator<Item = CredentialDescriptor>) -> Self {
        self.allow.extend(credentials);
        self
    }

    /// Asks for user verification otherwise than the preset.
    pub const fn user_verification(mut self, user_verification: UserVerification) -> Self {
        self.user_verification = user_verification;
        self
    }

    /// Gives the ceremony another time than the relying party's default.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Up to 256 bytes of the application's own, given back at finish: the purpose of a step-up, where to return to.
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
