//! Authentication, second half: take, find, verify once, write, and only then say yes.

use super::{Inner, Passkeys};
use crate::account::{Purpose, SignedIn};
use crate::audit::AuditKind;
use crate::error::ServiceError;
use crate::store::{Applied, CeremonyKind, Handle, RowId, StoreError, StoredCredential, UserId};
use ceremony::error::{RejectionReason, Step};
use ceremony::{
    Authentication, AuthenticationResponse, AuthenticationState, CredentialRecord, Error, Observation, UnixTime,
    UserHandle,
};
use futures_util::future::{join, join4};

/// Why a credential is suspended when its counter went back.
const COUNTER_REASON: &str = "sign_count_regressed";

impl Passkeys {
    /// Finishes an authentication: what it changes is written before this returns. The ceremony is used up by the
    /// attempt, whatever comes of it.
    ///
    /// `session_user` is who is signed in at this moment; a step-up of anybody else is refused. Look at
    /// [`SignedIn::purpose`] before a session is opened.
    ///
    /// # Errors
    ///
    /// [`ServiceError::CeremonyUnusable`], [`ServiceError::AuthenticationFailed`], [`ServiceError::UnknownCredential`],
    /// [`ServiceError::Store`].
    pub async fn finish_authentication(
        &self,
        session_user: Option<&UserId>,
        handle: &Handle,
        binding: Option<[u8; 32]>,
        response: &AuthenticationResponse,
    ) -> Result<SignedIn, ServiceError> {
        let inner = &*self.inner;
        let now = inner.now();
        let key = inner.key(CeremonyKind::Authentication, binding);
        let lookup = response.lookup();
        let (taken, found, named, session) = join4(
            inner.authentications().take(&key, handle, now),
            inner.credentials.find(&inner.realm, lookup.credential_id),
            inner.resolve(lookup.user_handle),
            inner.handle_of_session(session_user),
        )
        .await;
        let bytes = inner.usable(CeremonyKind::Authentication, taken?, now)?;
        let state = AuthenticationState::from_bytes(&bytes).ok();
        let state = state.filter(|state| state.browser_binding() == binding.as_ref());
        let Some((state, purpose)) = state.and_then(|state| Purpose::of_context(state.context()).map(|p| (state, p)))
        else {
            return Err(inner.unusable(CeremonyKind::Authentication, now));
        };
        let (found, named, session) = (found?, named?, session?);
        let user_bound = state.user_handle().is_some();
        let of_this_session = purpose == Purpose::SignIn || session.as_ref() == state.user_handle();
        let record = found.as_ref().map(|stored| &stored.record);
        let verdict = inner.ceremony.finish_authentication(state, response, record, now);
        if !of_this_session {
            return Err(inner.unusable(CeremonyKind::Authentication, now));
        }
        let attempt = Attempt { response, now, user_bound, row: found.as_ref().map(|stored| stored.id) };
        let (authentication, stored) = match (verdict, found) {
            (Ok(authentication), Some(stored)) => (authentication, stored),
            (Ok(_), None) => return Err(inner.refused(&attempt, Error::UnknownCredential, None).await),
            (Err(error), found) => {
                return Err(inner.refused(&attempt, error, found.as_ref().map(|stored| &stored.record)).await);
            }
        };
        let owner = authentication.user_handle().clone();
        // The verdict has compared it with the record's, which for some imported ones is not the account's.
        let (user, written) = match lookup.user_handle.filter(|handle| **handle == owner) {
            Some(_) if named.is_none() => (Ok(None), None),
            Some(_) => (Ok(named), Some(inner.write(&attempt, authentication, stored).await)),
            None => {
                let (user, written) =
                    join(inner.resolve(Some(&owner)), inner.write(&attempt, authentication, stored)).await;
                (user, Some(written))
            }
        };
        let (Some(user), Some(written)) = (user?, written) else {
            return Err(inner.failed(&attempt, "user_unknown", Error::UnknownCredential));
        };
        let (authentication, credential) = written?;
        inner.succeeded(&authentication, &credential, purpose, now);
        Ok(SignedIn { user, credential, authentication, purpose })
    }
}

/// What is known of a finish while it is judged.
struct Attempt<'a> {
    response: &'a AuthenticationResponse,
    now: UnixTime,
    user_bound: bool,
    row: Option<RowId>,
}

impl Inner {
    async fn resolve(&self, handle: Option<&UserHandle>) -> Result<Option<UserId>, StoreError> {
        match handle {
            Some(handle) => self.users.resolve(&self.realm.tenant, handle).await,
            None => Ok(None),
        }
    }

    async fn handle_of_session(&self, user: Option<&UserId>) -> Result<Option<UserHandle>, StoreError> {
        match user {
            Some(user) => self.handle_of(user).await,
            None => Ok(None),
        }
    }

    /// Writes the update. Where another authentication came between, decides again with the record as it is.
    async fn write(
        &self,
        attempt: &Attempt<'_>,
        mut authentication: Authentication,
        mut stored: StoredCredential,
    ) -> Result<(Authentication, StoredCredential), ServiceError> {
        loop {
            match self.credentials.apply(authentication.update()).await? {
                Applied::Applied => {
                    updated(&mut stored.record, &authentication);
                    return Ok((authentication, stored));
                }
                Applied::Lost(current) => match authentication.rejudge(&current) {
                    Ok(again) => {
                        authentication = again;
                        stored.record = *current;
                    }
                    Err(error) => return Err(self.refused(attempt, error, Some(&current)).await),
                },
                Applied::Inactive => {
                    return Err(self.failed(attempt, "credential_not_active", Error::UnknownCredential));
                }
                Applied::Gone => return Err(self.failed(attempt, "unknown_credential", Error::UnknownCredential)),
            }
        }
    }

    /// Does what a refusal asks for, and says as little as a client may learn.
    async fn refused(&self, attempt: &Attempt<'_>, error: Error, record: Option<&CredentialRecord>) -> ServiceError {
        match (&error, record, attempt.row) {
            (Error::Expired, ..) => return self.expired(CeremonyKind::Authentication, attempt.now),
            (Error::Rejected(rejection), Some(record), Some(row))
                if rejection.reason() == RejectionReason::SignCountRegressed =>
            {
                let received = attempt.response.authenticator_data().sign_count();
                self.clone_suspected(row, record.sign_count, received, attempt.now);
                if rejection.asks_for_suspension()
                    && let Err(error) = self.suspend_clone(record, row, attempt.now).await
                {
                    return error.into();
                }
            }
            _ => {}
        }
        let code = error.code();
        // A decoy is known to nobody but must look like a credential that somebody has.
        let clean_miss = error == Error::UnknownCredential && !attempt.user_bound;
        if clean_miss && !self.decoys.is_decoy(attempt.response.lookup().credential_id) {
            let _ = self.failed(attempt, code, error);
            return ServiceError::UnknownCredential;
        }
        self.failed(attempt, code, error)
    }

    fn failed(&self, attempt: &Attempt<'_>, code: &'static str, error: Error) -> ServiceError {
        let step = error.step().map(Step::as_str);
        let kind = AuditKind::AuthenticationFailed { credential: attempt.row, code, step };
        self.auditor.refused(attempt.now, kind, &error);
        ServiceError::AuthenticationFailed(error)
    }

    async fn suspend_clone(&self, record: &CredentialRecord, row: RowId, now: UnixTime) -> Result<(), StoreError> {
        if self.credentials.suspend(&self.realm, &record.credential_id, COUNTER_REASON, now).await? {
            self.auditor.record(now, AuditKind::CredentialSuspended { credential: Some(row) });
        }
        Ok(())
    }

    fn clone_suspected(&self, credential: RowId, stored: u32, received: u32, now: UnixTime) {
        self.auditor.record(now, AuditKind::CloneSuspected { credential, stored, received });
    }

    fn succeeded(
        &self,
        authentication: &Authentication,
        credential: &StoredCredential,
        purpose: Purpose,
        now: UnixTime,
    ) {
        for observation in authentication.observations() {
            if let Observation::SignCountRegressed { stored, received } = observation {
                self.clone_suspected(credential.id, *stored, *received, now);
            }
        }
        let step_up = purpose == Purpose::StepUp;
        self.auditor.record(now, AuditKind::AuthenticationSucceeded { credential: credential.id, step_up });
    }
}

/// The record as the store has it now.
fn updated(record: &mut CredentialRecord, authentication: &Authentication) {
    let update = authentication.update();
    record.sign_count = update.new_sign_count;
    record.backup_eligible = Some(update.backup_eligible);
    record.backup_state = update.backup_state;
    record.uv_initialized = update.uv_initialized;
    record.last_used_at = Some(update.last_used_at);
}
