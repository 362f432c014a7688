//! The credentials of one user: what a settings page does, and what an administrator does.

use super::{Passkeys, check_reason};
use crate::account::Account;
use crate::audit::AuditKind;
use crate::error::ServiceError;
use crate::store::{RemovalGuard, Removed, RowId, StoreError, StoredCredential, UserId};
use ceremony::signal::{AllAcceptedCredentials, CurrentUserDetails};
use ceremony::{CredentialId, CredentialRecord, Status, UserHandle};

impl Passkeys {
    /// All credentials of a user that are not revoked, suspended ones too, oldest first.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Store`].
    pub async fn list(&self, user: &UserId) -> Result<Vec<StoredCredential>, ServiceError> {
        match self.inner.handle_of(user).await? {
            Some(owner) => Ok(self.inner.kept_credentials(&owner).await?),
            None => Ok(Vec::new()),
        }
    }

    /// All credentials that a user ever had, whatever their status, oldest first: for an administrator. What was erased is
    /// gone.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Store`].
    pub async fn history(&self, user: &UserId) -> Result<Vec<StoredCredential>, ServiceError> {
        match self.inner.handle_of(user).await? {
            Some(owner) => Ok(self.inner.every_credential(&owner).await?),
            None => Ok(Vec::new()),
        }
    }

    /// One of a user's credentials.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotFound`] for another user's, an unknown or a revoked one; [`ServiceError::Store`].
    pub async fn get(&self, user: &UserId, id: RowId) -> Result<StoredCredential, ServiceError> {
        let owner = self.owner(user).await?;
        let found = self.inner.credentials.get(&self.inner.realm, &owner, id).await?;
        found.filter(|stored| !matches!(stored.record.status, Status::Revoked { .. })).ok_or(ServiceError::NotFound)
    }

    /// Gives one of a user's credentials another name.
    ///
    /// # Errors
    ///
    /// [`ServiceError::InvalidName`], also for an empty one; [`ServiceError::NotFound`] for another user's, an unknown
    /// or a revoked one; [`ServiceError::Store`].
    pub async fn rename(&self, user: &UserId, id: RowId, name: &str) -> Result<StoredCredential, ServiceError> {
        let name = name.trim();
        if name.is_empty() || CredentialRecord::check_name(name).is_err() {
            return Err(ServiceError::InvalidName);
        }
        let owner = self.owner(user).await?;
        let renamed = self.inner.credentials.rename(&self.inner.realm, &owner, id, name);
        let renamed = self.watch("credential_renamed", Some(id), renamed).await?.ok_or(ServiceError::NotFound)?;
        self.record(AuditKind::CredentialRenamed { credential: id });
        Ok(renamed)
    }

    /// Revokes one of a user's credentials, for good. The row stays, so that the credential can't be registered again.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotFound`] for another user's, an unknown or a revoked one; [`ServiceError::LastCredential`] if
    /// the removal guard keeps it; [`ServiceError::InvalidReason`] for a reason over 128 bytes;
    /// [`ServiceError::Store`].
    pub async fn revoke(&self, user: &UserId, id: RowId, reason: &str) -> Result<StoredCredential, ServiceError> {
        self.revoke_unless(user, id, reason, self.inner.removal_guard).await
    }

    /// As [`revoke`](Self::revoke), with a guard for this user alone: an account without a password keeps its last passkey, say.
    /// The service's own guard holds as well. The store looks and revokes at once, so that of two removals at the same
    /// moment one finds the last passkey.
    ///
    /// # Errors
    ///
    /// As [`revoke`](Self::revoke).
    pub async fn revoke_unless(
        &self,
        user: &UserId,
        id: RowId,
        reason: &str,
        guard: RemovalGuard,
    ) -> Result<StoredCredential, ServiceError> {
        let inner = &*self.inner;
        check_reason(reason)?;
        let guard = if inner.removal_guard == RemovalGuard::NotLast { RemovalGuard::NotLast } else { guard };
        let owner = self.owner(user).await?;
        let removed = inner.credentials.revoke(&inner.realm, &owner, id, reason, guard, inner.now());
        match self.watch("credential_revoked", Some(id), removed).await? {
            Removed::Revoked(stored) => {
                self.record(AuditKind::CredentialRevoked { credential: id });
                Ok(*stored)
            }
            Removed::NotFound => Err(ServiceError::NotFound),
            Removed::IsLast => Err(ServiceError::LastCredential),
        }
    }

    /// Revokes all of a user's credentials, whatever the removal guard says, and tells how many.
    ///
    /// # Errors
    ///
    /// [`ServiceError::InvalidReason`], [`ServiceError::Store`].
    pub async fn revoke_all(&self, user: &UserId, reason: &str) -> Result<u64, ServiceError> {
        let inner = &*self.inner;
        check_reason(reason)?;
        let Some(owner) = inner.handle_of(user).await? else { return Ok(0) };
        let revoked = inner.credentials.revoke_all(&inner.realm, &owner, reason, inner.now());
        let credentials = self.watch("all_revoked", None, revoked).await?;
        if credentials > 0 {
            self.record(AuditKind::AllRevoked { credentials });
        }
        Ok(credentials)
    }

    /// Suspends an active credential of whatever user; false if there is none.
    ///
    /// # Errors
    ///
    /// [`ServiceError::InvalidReason`] for a reason over 128 bytes, [`ServiceError::Store`].
    pub async fn suspend(&self, credential_id: &CredentialId, reason: &str) -> Result<bool, ServiceError> {
        let inner = &*self.inner;
        check_reason(reason)?;
        let suspended = inner.credentials.suspend(&inner.realm, credential_id, reason, inner.now());
        let done = self.watch("credential_suspended", None, self.named(credential_id, suspended)).await?;
        if let Some(credential) = done {
            self.record(AuditKind::CredentialSuspended { credential });
        }
        Ok(done.is_some())
    }

    /// Makes a suspended credential active again; false if there is none.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Store`].
    pub async fn reactivate(&self, credential_id: &CredentialId) -> Result<bool, ServiceError> {
        let inner = &*self.inner;
        let reactivated = inner.credentials.reactivate(&inner.realm, credential_id);
        let done = self.watch("credential_reactivated", None, self.named(credential_id, reactivated)).await?;
        if let Some(credential) = done {
            self.record(AuditKind::CredentialReactivated { credential });
        }
        Ok(done.is_some())
    }

    /// What the browser is to be told after a sign-in or a removal, so that password managers hide what is gone: the
    /// ids of all credentials that are not revoked. Only ever for the user who is signed in. `None` for one who never began
    /// to register a passkey, or whose account was erased: there is nothing that a password manager could hold.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Store`].
    pub async fn signal_accepted(&self, user: &UserId) -> Result<Option<AllAcceptedCredentials>, ServiceError> {
        let inner = &*self.inner;
        let Some(user_handle) = inner.handle_of(user).await? else { return Ok(None) };
        let kept = inner.kept_credentials(&user_handle).await?;
        let credential_ids = kept.into_iter().map(|stored| stored.record.credential_id);
        Ok(Some(AllAcceptedCredentials::new(inner.realm.rp_id.clone(), user_handle, credential_ids)))
    }

    /// What the browser is to be told after the account's name changed; `None` as for
    /// [`signal_accepted`](Self::signal_accepted).
    ///
    /// # Errors
    ///
    /// [`ServiceError::Store`].
    pub async fn user_details_changed(&self, account: &Account) -> Result<Option<CurrentUserDetails>, ServiceError> {
        let inner = &*self.inner;
        let Some(user_handle) = inner.handle_of(&account.id).await? else { return Ok(None) };
        let (name, display_name) = (account.name.as_str(), account.display_name.as_str());
        Ok(Some(CurrentUserDetails::new(inner.realm.rp_id.clone(), user_handle, name, display_name)))
    }

    pub(super) async fn owner(&self, user: &UserId) -> Result<UserHandle, ServiceError> {
        self.inner.handle_of(user).await?.ok_or(ServiceError::NotFound)
    }

    pub(super) fn record(&self, kind: AuditKind) {
        self.inner.auditor.record(self.inner.now(), kind);
    }

    pub(super) async fn watch<T>(
        &self,
        change: &'static str,
        credential: Option<RowId>,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        self.inner.auditor.watch(self.inner.now(), change, credential, call).await
    }

    /// A change, if there was something to change, and the row for its event: what was done is told also where its name
    /// can't be found.
    async fn named(
        &self,
        credential_id: &CredentialId,
        change: impl Future<Output = Result<bool, StoreError>>,
    ) -> Result<Option<Option<RowId>>, StoreError> {
        if !change.await? {
            return Ok(None);
        }
        let found = self.inner.credentials.find(&self.inner.realm, credential_id).await;
        Ok(Some(found.ok().flatten().map(|stored| stored.id)))
    }
}
