//! Puts a service together.

use crate::audit::{AuditSink, Auditor};
use crate::clock::{Clock, SystemClock};
use crate::customize::Customize;
use crate::decoy::Decoys;
use crate::entropy::{Entropy, EntropyError, OsEntropy};
use crate::service::{AbandonedSignUps, Inner, NoAccounts, Passkeys, SignUpStores};
use crate::store::{CeremonyStore, CredentialStore, PendingSignUps, Realm, RemovalGuard, UserHandles};
use ceremony::{AuthenticationRequest, Ceremony, RegistrationRequest};
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// The highest cap on a user's credentials: the list of all of them still fits into a sealed state.
pub const MAX_CREDENTIALS_PER_USER: u32 = 128;

/// What a begin with a user name shows of the account.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum UsernameFirst {
    /// Nothing: the list of credentials is empty, and the user is compared at finish. Works with discoverable
    /// credentials, which passkeys are.
    #[default]
    Hidden,
    /// The account's credentials, so that security keys without discoverable credentials work; made-up ones for names
    /// without an account and for accounts without a passkey.
    Listed {
        /// 32 random bytes that never change: with another key the made-up credentials of a name would change, and the
        /// genuine ones would not.
        decoy_key: [u8; 32],
    },
}

impl fmt::Debug for UsernameFirst {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hidden => "Hidden",
            Self::Listed { .. } => "Listed(..)",
        })
    }
}

/// The parts of a [`Passkeys`]; made by [`Passkeys::builder`].
#[derive(Debug)]
#[must_use = "a builder does nothing until `build()` is called"]
pub struct PasskeysBuilder {
    ceremony: Ceremony,
    credentials: Option<Arc<dyn CredentialStore>>,
    users: Option<Arc<dyn UserHandles>>,
    ceremonies: Option<Arc<dyn CeremonyStore>>,
    authentications: Option<Arc<dyn CeremonyStore>>,
    sign_ups: Option<SignUpStores>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    audit: Option<Arc<dyn AuditSink>>,
    username_first: UsernameFirst,
    registration_request: Customize<RegistrationRequest>,
    authentication_request: Customize<AuthenticationRequest>,
    max_credentials_per_user: u32,
    removal_guard: RemovalGuard,
}

impl PasskeysBuilder {
    pub(crate) fn new(ceremony: Ceremony) -> Self {
        Self {
            ceremony,
            credentials: None,
            users: None,
            ceremonies: None,
            authentications: None,
            sign_ups: None,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(OsEntropy),
            audit: None,
            username_first: UsernameFirst::Hidden,
            registration_request: Customize::default(),
            authentication_request: Customize::default(),
            max_credentials_per_user: 20,
            removal_guard: RemovalGuard::Any,
        }
    }

    /// Sets where credentials are kept. Needed.
    pub fn credentials(mut self, store: Arc<dyn CredentialStore>) -> Self {
        self.credentials = Some(store);
        self
    }

    /// Sets where user handles are kept. Needed.
    pub fn users(mut self, store: Arc<dyn UserHandles>) -> Self {
        self.users = Some(store);
        self
    }

    /// Sets where begun ceremonies are kept. Needed.
    pub fn ceremonies(mut self, store: Arc<dyn CeremonyStore>) -> Self {
        self.ceremonies = Some(store);
        self
    }

    /// Sets where begun authentications are kept, if elsewhere than registrations: anybody may begin one, so that a
    /// sealed store, which keeps nothing until finish, suits them.
    pub fn authentications(mut self, store: Arc<dyn CeremonyStore>) -> Self {
        self.authentications = Some(store);
        self
    }

    /// Allows sign-ups with a passkey alone, and sets where unfinished ones are noted; see
    /// [`Passkeys::sign_ups`].
    pub fn sign_ups(self, pending: Arc<dyn PendingSignUps>) -> Self {
        self.sign_ups_with(pending, Arc::new(NoAccounts))
    }

    /// As [`sign_ups`](Self::sign_ups), and sets who removes an account that was made and never completed.
    pub fn sign_ups_with(mut self, pending: Arc<dyn PendingSignUps>, abandoned: Arc<dyn AbandonedSignUps>) -> Self {
        self.sign_ups = Some(SignUpStores { pending, abandoned });
        self
    }

    /// Sets the clock; the operating system's by default.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Sets the source of randomness; the operating system's by default.
    pub fn entropy(mut self, entropy: Arc<dyn Entropy>) -> Self {
        self.entropy = entropy;
        self
    }

    /// Sets who is told of every event. Events go to `tracing` either way, under the target `ceremony`.
    pub fn audit(mut self, sink: Arc<dyn AuditSink>) -> Self {
        self.audit = Some(sink);
        self
    }

    /// Sets what a begin with a user name shows; nothing by default.
    pub fn username_first(mut self, mode: UsernameFirst) -> Self {
        self.username_first = mode;
        self
    }

    /// Changes what every registration asks for: attestation, extensions, hints, the kind of authenticator. The request
    /// comes with the account and its credentials; context and browser binding are set after it.
    ///
    /// ```
    /// use ceremony::{AttestationConveyance, Ceremony, RelyingParty};
    /// use ceremony_service::Passkeys;
    ///
    /// # let relying_party = RelyingParty::builder("example.com", "Example").origin("https://example.com").build().unwrap();
    /// let builder = Passkeys::builder(Ceremony::new(relying_party))
    ///     .customize_registrations(|request| request.attestation(AttestationConveyance::Direct));
    /// # let _ = builder;
    /// ```
    ///
    /// What can't work together comes back from begin as [`ServiceError::Misuse`](crate::ServiceError::Misuse).
    pub fn customize_registrations(
        mut self,
        change: impl Fn(RegistrationRequest) -> RegistrationRequest + Send + Sync + 'static,
    ) -> Self {
        self.registration_request = Customize::by(change);
        self
    }

    /// Changes what every authentication asks for, step-ups too: extensions, hints, user verification. Context and browser
    /// binding are set after it.
    pub fn customize_authentications(
        mut self,
        change: impl Fn(AuthenticationRequest) -> AuthenticationRequest + Send + Sync + 'static,
    ) -> Self {
        self.authentication_request = Customize::by(change);
        self
    }

    /// Sets how many credentials that are not revoked a user may have, 1 to [`MAX_CREDENTIALS_PER_USER`]; 20 by default.
    pub const fn max_credentials_per_user(mut self, limit: u32) -> Self {
        self.max_credentials_per_user = limit;
        self
    }

    /// Sets whether [`revoke`](Passkeys::revoke) may take a user's last active passkey; it may by default.
    pub const fn removal_guard(mut self, guard: RemovalGuard) -> Self {
        self.removal_guard = guard;
        self
    }

    /// Puts the service together.
    ///
    /// # Errors
    ///
    /// [`BuildError::Missing`] without one of the three stores, [`BuildError::CredentialLimit`] for a cap of 0 or over
    /// [`MAX_CREDENTIALS_PER_USER`], [`BuildError::Entropy`] if there is no randomness.
    pub fn build(self) -> Result<Passkeys, BuildError> {
        let credentials = self.credentials.ok_or(BuildError::Missing("credentials"))?;
        let users = self.users.ok_or(BuildError::Missing("users"))?;
        let ceremonies = self.ceremonies.ok_or(BuildError::Missing("ceremonies"))?;
        if !(1..=MAX_CREDENTIALS_PER_USER).contains(&self.max_credentials_per_user) {
            return Err(BuildError::CredentialLimit(self.max_credentials_per_user));
        }
        let rp = self.ceremony.relying_party();
        let realm = Realm { tenant: rp.tenant().clone(), rp_id: rp.id().clone() };
        let (listed, key) = match self.username_first {
            UsernameFirst::Listed { decoy_key } => (true, decoy_key),
            UsernameFirst::Hidden => {
                // Decoy handles live in ceremonies alone, so that a key for the life of the process will do.
                let mut key = [0; 32];
                self.entropy.fill(&mut key).map_err(BuildError::Entropy)?;
                (false, key)
            }
        };
        Ok(Passkeys::assemble(Inner {
            decoys: Decoys::new(&key, &realm),
            registration_request: self.registration_request,
            authentication_request: self.authentication_request,
            listed,
            auditor: Auditor::new(realm.clone(), self.audit),
            ceremony: self.ceremony,
            realm,
            credentials,
            users,
            ceremonies,
            authentications: self.authentications,
            sign_ups: self.sign_ups,
            clock: self.clock,
            entropy: self.entropy,
            max_credentials_per_user: self.max_credentials_per_user,
            removal_guard: self.removal_guard,
        }))
    }
}

/// Why a service can't be put together.
///
/// `Debug` is the text with its cause, as `main` prints an error that it returns.
#[non_exhaustive]
pub enum BuildError {
    /// This part was not given.
    Missing(&'static str),
    /// The cap on a user's credentials is 0 or over [`MAX_CREDENTIALS_PER_USER`].
    CredentialLimit(u32),
    /// There is no randomness.
    Entropy(EntropyError),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(part) => write!(f, "no store was given for {part}: call `.{part}(..)`"),
            Self::CredentialLimit(limit) => {
                write!(f, "a cap of {limit} credentials is not between 1 and {MAX_CREDENTIALS_PER_USER}")
            }
            Self::Entropy(_) => f.write_str("service can't draw its key"),
        }
    }
}

impl StdError for BuildError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Entropy(error) => Some(error),
            Self::Missing(_) | Self::CredentialLimit(_) => None,
        }
    }
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let variant = match self {
            Self::Missing(_) => "Missing",
            Self::CredentialLimit(_) => "CredentialLimit",
            Self::Entropy(_) => "Entropy",
        };
        write!(f, "{variant}: {self}")?;
        let mut cause = self.source();
        while let Some(next) = cause {
            write!(f, ": {next}")?;
            cause = next.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_main_prints_says_what_to_do_and_why() {
        let missing = format!("{:?}", BuildError::Missing("users"));
        assert_eq!(missing, "Missing: no store was given for users: call `.users(..)`");
        let entropy = format!("{:?}", BuildError::Entropy(EntropyError::new("no device")));
        assert_eq!(entropy, "Entropy: service can't draw its key: no randomness to be had: no device");
    }
}
