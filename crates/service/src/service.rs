//! The service: what a server calls. Each concern has a file of its own.

mod account_lifecycle;
mod authentication;
mod begin_authentication;
mod management;
mod registration;
mod sign_up;

pub(crate) use account_lifecycle::erase_from;
pub use sign_up::{AbandonedSignUps, NewAccount, SignUp, SignUps};
pub(crate) use sign_up::{NoAccounts, SignUpStores};

use crate::audit::{AuditKind, Auditor};
use crate::builder::PasskeysBuilder;
use crate::clock::Clock;
use crate::customize::Customize;
use crate::decoy::Decoys;
use crate::entropy::Entropy;
use crate::error::ServiceError;
use crate::store::{
    CeremonyKey, CeremonyKind, CeremonyStore, CredentialStore, Page, Realm, RemovalGuard, StoreError, StoredCredential,
    Taken, UserHandles, UserId,
};
use ceremony::{
    AuthenticationRequest, Ceremony, Challenge, Error, Misuse, RegistrationRequest, Status, UnixTime, UserHandle,
};
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The longest context that an application may give a ceremony, in bytes: the service keeps one byte for itself.
pub const MAX_APP_CONTEXT: usize = ceremony::MAX_CONTEXT - 1;

/// The longest reason of a suspension or revocation, in bytes.
const MAX_REASON: usize = 128;

/// How many records are read at once when all of a user's are wanted.
const PAGE: u32 = 256;

/// The passkey service of one relying party: both ceremonies over your stores, and the care for what they leave.
///
/// Cheap to clone; share one for the life of the server. Made by [`Passkeys::builder`].
#[derive(Clone)]
pub struct Passkeys {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) ceremony: Ceremony,
    pub(crate) realm: Realm,
    pub(crate) credentials: Arc<dyn CredentialStore>,
    pub(crate) users: Arc<dyn UserHandles>,
    pub(crate) ceremonies: Arc<dyn CeremonyStore>,
    pub(crate) sign_ups: Option<SignUpStores>,
    pub(crate) authentications: Option<Arc<dyn CeremonyStore>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) auditor: Auditor,
    pub(crate) decoys: Decoys,
    pub(crate) registration_request: Customize<RegistrationRequest>,
    pub(crate) authentication_request: Customize<AuthenticationRequest>,
    /// Whether a begin with a user name lists credentials.
    pub(crate) listed: bool,
    pub(crate) max_credentials_per_user: u32,
    pub(crate) removal_guard: RemovalGuard,
}

impl fmt::Debug for Passkeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passkeys").field("realm", &self.inner.realm).finish_non_exhaustive()
    }
}

impl Passkeys {
    /// Begins to put a service together.
    pub fn builder(ceremony: Ceremony) -> PasskeysBuilder {
        PasskeysBuilder::new(ceremony)
    }

    pub(crate) fn assemble(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    /// The ceremonies' own configuration.
    #[must_use]
    pub fn ceremony(&self) -> &Ceremony {
        &self.inner.ceremony
    }

    /// The tenant and RP ID.
    #[must_use]
    pub fn realm(&self) -> &Realm {
        &self.inner.realm
    }
}

impl Inner {
    fn now(&self) -> UnixTime {
        self.clock.now()
    }

    fn challenge(&self) -> Result<Challenge, ServiceError> {
        let mut bytes = Zeroizing::new([0; 32]);
        self.entropy.fill(&mut *bytes)?;
        Ok(Challenge::new(*bytes))
    }

    fn key(&self, kind: CeremonyKind, binding: Option<[u8; 32]>) -> CeremonyKey {
        CeremonyKey { kind, realm: self.realm.clone(), binding }
    }

    fn authentications(&self) -> &dyn CeremonyStore {
        self.authentications.as_deref().unwrap_or(&*self.ceremonies)
    }

    async fn handle_of(&self, user: &UserId) -> Result<Option<UserHandle>, StoreError> {
        self.users.find(&self.realm.tenant, user).await
    }

    /// All of a user's records, revoked ones too, oldest first.
    async fn every_credential(&self, owner: &UserHandle) -> Result<Vec<StoredCredential>, StoreError> {
        let mut all: Vec<StoredCredential> = Vec::new();
        let (mut seen, mut after) = (HashSet::new(), None);
        loop {
            let rows = self.credentials.list(&self.realm, owner, Page { after, limit: PAGE }).await?;
            let full = u32::try_from(rows.len()).is_ok_and(|count| count >= PAGE);
            after = rows.last().map(|stored| stored.id);
            // Where the row that a page ended with was erased, the next one is the first again.
            all.extend(rows.into_iter().filter(|stored| seen.insert(stored.id)));
            if !full {
                return Ok(all);
            }
        }
    }

    /// A user's records that are not revoked, oldest first.
    async fn kept_credentials(&self, owner: &UserHandle) -> Result<Vec<StoredCredential>, StoreError> {
        let mut kept = self.every_credential(owner).await?;
        kept.retain(is_kept);
        Ok(kept)
    }

    /// The bytes of a begun ceremony. Whatever else the store says is noted, and alike for the client.
    fn usable(&self, kind: CeremonyKind, taken: Taken, now: UnixTime) -> Result<Vec<u8>, ServiceError> {
        let registration = kind == CeremonyKind::Registration;
        let event = match taken {
            Taken::State(bytes) => return Ok(bytes),
            Taken::Expired => AuditKind::CeremonyExpired { registration },
            Taken::Used => AuditKind::CeremonyReplayed { registration },
            Taken::Unknown => AuditKind::CeremonyUnusable { registration },
        };
        self.auditor.record(now, event);
        Err(ServiceError::CeremonyUnusable)
    }

    /// A ceremony that is there and is not this client's to finish.
    fn unusable(&self, kind: CeremonyKind, now: UnixTime) -> ServiceError {
        let registration = kind == CeremonyKind::Registration;
        self.auditor.record(now, AuditKind::CeremonyUnusable { registration });
        ServiceError::CeremonyUnusable
    }

    /// A ceremony that ended while it was on its way.
    fn expired(&self, kind: CeremonyKind, now: UnixTime) -> ServiceError {
        let registration = kind == CeremonyKind::Registration;
        self.auditor.record(now, AuditKind::CeremonyExpired { registration });
        ServiceError::CeremonyUnusable
    }
}

/// An error of a begin: nothing that a client sent can be the cause.
fn is_kept(stored: &StoredCredential) -> bool {
    !matches!(stored.record.status, Status::Revoked { .. })
}

fn begin_error(error: Error) -> ServiceError {
    match error {
        Error::Misuse(misuse) => ServiceError::Misuse(misuse),
        other => ServiceError::AuthenticationFailed(other),
    }
}

fn check_context(context: &[u8]) -> Result<(), ServiceError> {
    if context.len() > MAX_APP_CONTEXT { Err(Misuse::ContextTooLong.into()) } else { Ok(()) }
}

fn check_reason(reason: &str) -> Result<(), ServiceError> {
    if reason.len() > MAX_REASON || reason.chars().any(char::is_control) {
        return Err(ServiceError::InvalidReason);
    }
    Ok(())
}
