//! Registration: begin and finish.

use super::{Inner, Passkeys, begin_error, check_context, is_kept};
use crate::account::{Account, Begun, RegisterOptions, Registered};
use crate::audit::AuditKind;
use crate::error::ServiceError;
use crate::store::{CeremonyKind, Handle, Inserted, StoredCredential, UserId};
use ceremony::{
    CreationOptions, CredentialDescriptor, CredentialRecord, Error, Observation, RegistrationRequest,
    RegistrationResponse, RegistrationState, UnixTime, UserEntity,
};
use futures_util::future::join;
use std::fmt;

/// What a credential is called that got no name.
const DEFAULT_NAME: &str = "Passkey";

/// How many records a user may have with the revoked ones.
const MAX_HISTORY: usize = 1_000;

/// What a registration was begun for: the first byte of a ceremony's context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A passkey for an account that is signed in.
    Add,
    /// A passkey for an account that is still to be made.
    SignUp,
}

impl Purpose {
    const fn byte(self) -> u8 {
        match self {
            Self::Add => b'a',
            Self::SignUp => b's',
        }
    }

    fn of_context(context: &[u8]) -> Option<Self> {
        let first = *context.first()?;
        [Self::Add, Self::SignUp].into_iter().find(|purpose| purpose.byte() == first)
    }
}

/// A registration whose checks have all held, before it is stored.
pub(super) struct Verified {
    pub(super) record: CredentialRecord,
    pub(super) context: Vec<u8>,
    discoverable: Option<bool>,
    observations: Vec<Observation>,
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The context is the application's, and may name a person.
        f.debug_struct("Verified").field("record", &self.record).finish_non_exhaustive()
    }
}

impl Verified {
    pub(super) fn of(self, user: &UserId, credential: StoredCredential) -> Registered {
        let Self { context, discoverable, observations, .. } = self;
        Registered { user: user.clone(), credential, discoverable, context, observations }
    }
}

/// The name that a new passkey gets.
pub(super) fn passkey_name(name: Option<&str>) -> Result<&str, ServiceError> {
    let name = name.map(str::trim).filter(|name| !name.is_empty()).unwrap_or(DEFAULT_NAME);
    CredentialRecord::check_name(name).map_err(|_| ServiceError::InvalidName)?;
    Ok(name)
}

impl Passkeys {
    /// Begins a registration for an account that is signed in, and signed in not long ago: whoever gets here can add a
    /// passkey. The account gets a user handle if it has none.
    ///
    /// `binding` is the hash of the browser's secret, `None` for a native app; finish has to bring the same.
    ///
    /// # Errors
    ///
    /// [`ServiceError::LimitReached`] with as many credentials as the service allows, or 1,000 with those that were
    /// revoked and not [erased](Passkeys::erase_credential); [`ServiceError::Store`], [`ServiceError::Entropy`],
    /// [`ServiceError::Misuse`] for a context over [`MAX_APP_CONTEXT`](crate::MAX_APP_CONTEXT) bytes.
    pub async fn begin_registration(
        &self,
        account: &Account,
        request: RegisterOptions,
        binding: Option<[u8; 32]>,
    ) -> Result<Begun<CreationOptions>, ServiceError> {
        let inner = &*self.inner;
        check_context(&request.context)?;
        let user = inner.users.get_or_create(&inner.realm.tenant, &account.id).await?;
        let mut kept = inner.every_credential(&user).await?;
        // Revoked ones stay, and are read with the others each time: who adds and revokes in a circle is stopped.
        let has_room = kept.len() < MAX_HISTORY;
        kept.retain(is_kept);
        if has_room && u32::try_from(kept.len()).is_ok_and(|count| count < inner.max_credentials_per_user) {
            let entity = UserEntity::new(user, account.name.as_str(), account.display_name.as_str());
            let preset = if request.conditional {
                RegistrationRequest::conditional_create(entity)
            } else {
                RegistrationRequest::passkey(entity)
            };
            let asked = preset.exclude(kept.iter().map(|stored| CredentialDescriptor::from(&stored.record)));
            inner.start_registration(asked, Purpose::Add, request, binding).await
        } else {
            Err(ServiceError::LimitReached)
        }
    }

    /// Finishes a registration: the credential is stored. The ceremony is used up by the attempt, whatever comes of it;
    /// an invalid name is refused before.
    ///
    /// `user` is who is signed in now: not the one that the ceremony was begun for, and it is refused. An empty name
    /// becomes "Passkey".
    ///
    /// # Errors
    ///
    /// [`ServiceError::InvalidName`], [`ServiceError::CeremonyUnusable`], [`ServiceError::RegistrationFailed`],
    /// [`ServiceError::CredentialExists`], [`ServiceError::LimitReached`], [`ServiceError::Store`].
    pub async fn finish_registration(
        &self,
        user: &UserId,
        handle: &Handle,
        binding: Option<[u8; 32]>,
        response: &RegistrationResponse,
        name: Option<&str>,
    ) -> Result<Registered, ServiceError> {
        let inner = &*self.inner;
        let name = passkey_name(name)?;
        let now = inner.now();
        let (taken, owner) = join(inner.take_registration(handle, binding, now), inner.handle_of(user)).await;
        let (taken, owner) = (taken?, owner?);
        let state = match taken {
            (Purpose::Add, state) if owner.as_ref() == Some(state.user_handle()) => state,
            _ => return Err(inner.unusable(CeremonyKind::Registration, now)),
        };
        let registered = inner.verify_registration(state, response, name, now)?;
        let credential = inner.insert(&registered.record, now).await?;
        // Told at once: from here on the passkey signs in, whether or not its registrant waits for the rest.
        inner.auditor.record(now, AuditKind::RegistrationSucceeded { credential: credential.id });
        inner.still_there(user, &credential, now).await?;
        Ok(registered.of(user, credential))
    }
}

impl Inner {
    pub(super) async fn start_registration(
        &self,
        asked: RegistrationRequest,
        purpose: Purpose,
        request: RegisterOptions,
        binding: Option<[u8; 32]>,
    ) -> Result<Begun<CreationOptions>, ServiceError> {
        let now = self.now();
        let mut asked =
            self.registration_request.apply(asked).context([&[purpose.byte()], request.context.as_slice()].concat());
        if let Some(binding) = binding {
            asked = asked.browser_binding(binding);
        }
        let (options, state) = self.ceremony.begin_registration(asked, self.challenge()?, now).map_err(begin_error)?;
        let key = self.key(CeremonyKind::Registration, binding);
        let expires_at = state.expires_at();
        let handle = self.ceremonies.put(&key, state.into_bytes(), expires_at, now).await?;
        self.auditor.record(now, AuditKind::RegistrationBegan);
        Ok(Begun { options, handle })
    }

    /// Uses a ceremony up.
    pub(super) async fn take_registration(
        &self,
        handle: &Handle,
        binding: Option<[u8; 32]>,
        now: UnixTime,
    ) -> Result<(Purpose, RegistrationState), ServiceError> {
        let key = self.key(CeremonyKind::Registration, binding);
        let taken = self.ceremonies.take(&key, handle, now).await?;
        let bytes = self.usable(CeremonyKind::Registration, taken, now)?;
        let state = RegistrationState::from_bytes(&bytes).ok();
        let state = state.filter(|state| state.browser_binding() == binding.as_ref());
        let found = state.and_then(|state| Purpose::of_context(state.context()).map(|purpose| (purpose, state)));
        found.ok_or_else(|| self.unusable(CeremonyKind::Registration, now))
    }

    pub(super) fn verify_registration(
        &self,
        state: RegistrationState,
        response: &RegistrationResponse,
        name: &str,
        now: UnixTime,
    ) -> Result<Verified, ServiceError> {
        let registration = self
            .ceremony
            .finish_registration(state, response, now)
            .map_err(|error| self.registration_refused(error, now))?;
        Ok(Verified {
            // The first byte is the purpose.
            context: registration.context().get(1..).unwrap_or_default().to_vec(),
            discoverable: registration.discoverable(),
            observations: registration.observations().cloned().collect(),
            record: registration.into_record().with_name(name).map_err(|_| ServiceError::InvalidName)?,
        })
    }

    pub(super) async fn insert(
        &self,
        record: &CredentialRecord,
        now: UnixTime,
    ) -> Result<StoredCredential, ServiceError> {
        // Who registers an id out of a list must not learn from it whether the list was made up. The search stands in for
        // the insertion, which finds a genuine id taken.
        if self.decoys.is_decoy(&record.credential_id) {
            self.credentials.find(&self.realm, &record.credential_id).await?;
            return Err(self.registration_failed("credential_exists", ServiceError::CredentialExists, now));
        }
        let inserted = self.credentials.insert(record, self.max_credentials_per_user, now);
        match self.auditor.watch(now, "registration_succeeded", None, inserted).await? {
            Inserted::Stored(id) => Ok(StoredCredential { id, record: record.clone() }),
            Inserted::Exists => Err(self.registration_failed("credential_exists", ServiceError::CredentialExists, now)),
            Inserted::LimitReached => Err(self.registration_failed("limit_reached", ServiceError::LimitReached, now)),
        }
    }

    /// A refusal at the step that stores the credential.
    pub(super) fn registration_failed(&self, code: &'static str, error: ServiceError, now: UnixTime) -> ServiceError {
        self.auditor.record(now, AuditKind::RegistrationFailed { code, step: Some("R26") });
        error
    }

    /// Takes the credential back if the account was erased meanwhile: [`Passkeys::erase`] forgets the handle and then
    /// erases once more, so that one of the two sees the other's work.
    async fn still_there(
        &self,
        user: &UserId,
        credential: &StoredCredential,
        now: UnixTime,
    ) -> Result<(), ServiceError> {
        let StoredCredential { id, record } = credential;
        if self.handle_of(user).await?.as_ref() == Some(&record.user_handle) {
            return Ok(());
        }
        let erased = self.credentials.erase(&self.realm, &record.user_handle, *id, Self::tombstone_until(now));
        if self.auditor.watch(now, "credential_erased", Some(*id), erased).await? {
            self.auditor.record(now, AuditKind::CredentialErased { credential: *id });
        }
        Err(self.unusable(CeremonyKind::Registration, now))
    }

    fn registration_refused(&self, error: Error, now: UnixTime) -> ServiceError {
        match error {
            Error::Expired => self.expired(CeremonyKind::Registration, now),
            Error::Misuse(misuse) => ServiceError::Misuse(misuse),
            error => {
                let step = error.step().map(ceremony::error::Step::as_str);
                let kind = AuditKind::RegistrationFailed { code: error.code(), step };
                self.auditor.refused(now, kind, &error);
                ServiceError::RegistrationFailed(error)
            }
        }
    }
}
