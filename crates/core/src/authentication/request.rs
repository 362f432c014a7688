//! What an application asks of an authentication.

use crate::extensions::{AppId, Demand, LargeBlob, PrfValues, RequestInputs};
use crate::ids::{CredentialId, UserHandle};
use crate::options::CredentialDescriptor;
use crate::policy::{Hint, UserVerification};
use crate::registration::push_new;
use crate::state::Context;
use alloc::vec::Vec;
use core::time::Duration;

/// One authentication, as a preset that can be overridden.
#[derive(Clone, Debug)]
#[must_use]
pub struct AuthenticationRequest {
    pub(crate) user: Option<UserHandle>,
    pub(crate) allow: Vec<CredentialDescriptor>,
    pub(crate) user_verification: UserVerification,
    pub(crate) hints: Vec<Hint>,
    pub(crate) extensions: RequestInputs,
    pub(crate) timeout: Option<Duration>,
    pub(crate) context: Context,
    pub(crate) browser_binding: Option<[u8; 32]>,
}

impl AuthenticationRequest {
    fn new(user: Option<UserHandle>, user_verification: UserVerification) -> Self {
        Self {
            user,
            allow: Vec::new(),
            user_verification,
            hints: Vec::new(),
            extensions: RequestInputs::default(),
            timeout: None,
            context: Context::default(),
            browser_binding: None,
        }
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

    /// Hints at where the passkey may be, most likely first (WebAuthn §5.8.7); duplicates are dropped.
    pub fn hints(mut self, hints: impl IntoIterator<Item = Hint>) -> Self {
        push_new(&mut self.hints, hints);
        self
    }

    /// Admits credentials that were made with U2F under this AppID (WebAuthn §10.1.1). The AppID is frozen: where the
    /// client says that it was used, the authenticator data must be for it, and for the RP ID otherwise (step 15).
    pub fn app_id(mut self, app_id: AppId) -> Self {
        self.extensions.app_id = Some(app_id);
        self
    }

    /// Has the client evaluate the credential's pseudo-random function, whichever credential answers (WebAuthn
    /// §10.1.4). The results are for the page alone: should they reach the server, they are dropped.
    pub fn prf_eval(mut self, values: PrfValues) -> Self {
        self.extensions.prf_eval = Some(values);
        self
    }

    /// As [`prf_eval`](Self::prf_eval), for one credential, which must be among those of [`allow`](Self::allow). What is
    /// given for a credential goes before what is given for any.
    pub fn prf_eval_by_credential(mut self, credential_id: CredentialId, values: PrfValues) -> Self {
        self.extensions.prf_eval_by_credential.retain(|(known, _)| *known != credential_id);
        self.extensions.prf_eval_by_credential.push((credential_id, values));
        self
    }

    /// Reads or writes the credential's large blob (WebAuthn §10.1.5).
    pub fn large_blob(mut self, operation: LargeBlob, demand: Demand) -> Self {
        self.extensions.large_blob = Some((operation, demand));
        self
    }

    /// Asks for the bytes that were stored in the credential when it was made (CTAP 2.3 §12.2).
    pub const fn cred_blob(mut self, demand: Demand) -> Self {
        self.extensions.cred_blob = Some(demand);
        self
    }

    /// Gives the ceremony another time than the relying party's default: 10 seconds to 1 hour.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Up to 256 bytes of the application's own, given back at finish: the purpose of a step-up, where to return to.
    pub fn context(mut self, context: impl Into<Vec<u8>>) -> Self {
        self.context = Context::from(context.into());
        self
    }

    /// The hash of the secret that ties the ceremony to one browser; the transport compares it at finish.
    pub const fn browser_binding(mut self, binding: [u8; 32]) -> Self {
        self.browser_binding = Some(binding);
        self
    }
}
