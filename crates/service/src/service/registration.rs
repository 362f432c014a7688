//! Registration: begin and finish.

use super::{Inner, Passkeys, begin_error, check_context};
use crate::account::{Account, Begun, RegisterOptions, Registered};
use crate::audit::AuditKind;
use crate::error::ServiceError;
use crate::store::{CeremonyKind, Handle, Inserted, RowId, StoredCredential, UserId};
use ceremony::{
    CreationOptions, CredentialDescriptor, CredentialRecord, Error, Registration, RegistrationRequest,
    RegistrationResponse, RegistrationState, UnixTime, UserEntity, UserHandle,
};
use futures_util::future::join;

/// What a credential is called that got no name.
const DEFAULT_NAME: &str = "Passkey";

impl Passkeys {
    /// Begins a registration for an account that is signed in, and signed in not long ago: whoever gets here can add a
    /// passkey. The account gets a user handle if it has none.
    ///
    /// `binding` is the hash of the browser's secret, `None` for a native app; finish has to bring the same.
    ///
    /// # Errors
    ///
    /// [`ServiceError::LimitReached`], [`ServiceError::Store`], [`ServiceError::Entropy`], [`ServiceError::Misuse`] for
    /// a context over [`MAX_APP_CONTEXT`](crate::MAX_APP_CONTEXT) bytes.
    pub async fn begin_registration(
        &self,
        account: &Account,
        request: RegisterOptions,
        binding: Option<[u8; 32]>,
    ) -> Result<Begun<CreationOptions>, ServiceError> {
        let inner = &*self.inner;
        check_context(&request.context)?;
        let user = inner.users.get_or_create(&inner.realm.tenant, &account.id).await?;
        let kept = inner.kept_credentials(&user).await?;
        if u32::try_from(kept.len()).is_ok_and(|count| count < inner.max_credentials_per_user) {
            inner.start_registration(account, user, &kept, request, binding).await
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
        let name = name.map(str::trim).filter(|name| !name.is_empty()).unwrap_or(DEFAULT_NAME);
        CredentialRecord::check_name(name).map_err(|_| ServiceError::InvalidName)?;
        let now = inner.now();
        let key = inner.key(CeremonyKind::Registration, binding);
        let (taken, owner) = join(inner.ceremonies.take(&key, handle, now), inner.handle_of(user)).await;
        let state = taken?
            .and_then(|bytes| RegistrationState::from_bytes(&bytes).ok())
            .filter(|state| state.browser_binding() == binding.as_ref());
        let owner = owner?;
        let state = match state {
            Some(state) if owner.as_ref() == Some(state.user_handle()) => state,
            _ => return Err(inner.unusable(CeremonyKind::Registration, now)),
        };
        let registration = inner
            .ceremony
            .finish_registration(state, response, now)
            .map_err(|error| inner.registration_refused(error, now))?;
        inner.store_registration(user, registration, name, now).await
    }
}

impl Inner {
    async fn start_registration(
        &self,
        account: &Account,
        user: UserHandle,
        kept: &[StoredCredential],
        request: RegisterOptions,
        binding: Option<[u8; 32]>,
    ) -> Result<Begun<CreationOptions>, ServiceError> {
        let now = self.now();
        let entity = UserEntity::new(user, account.name.as_str(), account.display_name.as_str());
        let preset = if request.conditional {
            RegistrationRequest::conditional_create(entity)
        } else {
            RegistrationRequest::passkey(entity)
        };
        let mut asked = preset
            .exclude(kept.iter().map(|stored| CredentialDescriptor::from(&stored.record)))
            .context(request.context);
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

    async fn store_registration(
        &self,
        user: &UserId,
        registration: Registration,
        name: &str,
        now: UnixTime,
    ) -> Result<Registered, ServiceError> {
        let discoverable = registration.discoverable();
        let context = registration.context().to_vec();
        let observations = registration.observations().cloned().collect();
        let record = registration.into_record().with_name(name).map_err(|_| ServiceError::InvalidName)?;
        let refused = |code, error| {
            self.auditor.record(now, AuditKind::RegistrationFailed { code, step: Some("R26") });
            Err(error)
        };
        // Who registers an id out of a list must not learn from it whether the list was made up. The search stands in for
        // the insertion, which finds a genuine id taken.
        if self.decoys.is_decoy(&record.credential_id) {
            self.credentials.find(&self.realm, &record.credential_id).await?;
            return refused("credential_exists", ServiceError::CredentialExists);
        }
        let id = match self.credentials.insert(&record, self.max_credentials_per_user, now).await? {
            Inserted::Stored(id) => id,
            Inserted::Exists => return refused("credential_exists", ServiceError::CredentialExists),
            Inserted::LimitReached => return refused("limit_reached", ServiceError::LimitReached),
        };
        self.still_there(user, &record, id, now).await?;
        self.auditor.record(now, AuditKind::RegistrationSucceeded { credential: id });
        let credential = StoredCredential { id, record };
        Ok(Registered { user: user.clone(), credential, discoverable, context, observations })
    }

    /// Takes the credential back if the account was erased meanwhile: [`Passkeys::erase`] forgets the handle and then
    /// erases once more, so that one of the two sees the other's work.
    async fn still_there(
        &self,
        user: &UserId,
        record: &CredentialRecord,
        id: RowId,
        now: UnixTime,
    ) -> Result<(), ServiceError> {
        if self.handle_of(user).await?.as_ref() == Some(&record.user_handle) {
            return Ok(());
        }
        self.credentials.erase(&self.realm, &record.user_handle, id, Self::tombstone_until(now)).await?;
        Err(self.unusable(CeremonyKind::Registration, now))
    }

    fn registration_refused(&self, error: Error, now: UnixTime) -> ServiceError {
        match error {
            Error::Expired => self.unusable(CeremonyKind::Registration, now),
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
