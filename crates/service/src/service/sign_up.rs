//! Sign-up with a passkey alone: the account comes into being when the passkey is verified.
//!
//! Nobody is signed in, so nothing is known of the sender but what they typed. Four beats: begin (nothing is written but
//! the ceremony), finish (the passkey is verified, and stored under a user handle that is nobody's yet), the
//! application's own making of the account, complete (the handle becomes the account's). Whatever stops in between leaves
//! a pending entry, by which [`cleanup`](Passkeys::cleanup) takes everything back.

mod cleanup;

use super::registration::{Purpose, Verified, passkey_name};
use super::{Inner, Passkeys, check_context};
use crate::account::{Begun, RegisterOptions, Registered};
use crate::audit::AuditKind;
use crate::draw::draw;
use crate::error::ServiceError;
use crate::store::{
    BoxFuture, CeremonyKind, Handle, PendingSignUps, Realm, RowId, StoreError, StoredCredential, UserId,
};
use ceremony::{CreationOptions, RegistrationRequest, RegistrationResponse, UnixTime, UserEntity, UserHandle};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// After what time a cleanup takes a sign-up back that is not complete.
const PENDING: Duration = Duration::from_secs(60 * 60);

/// How long before that a sign-up can't be completed any more: servers' clocks differ, and calls take their time.
const MARGIN: Duration = Duration::from_secs(5 * 60);

/// The application's part in taking back what was never completed.
pub trait AbandonedSignUps: Send + Sync + fmt::Debug {
    /// Removes the account that the application made for this user handle, if it made one: its passkey was never
    /// completed, so that nobody can sign in to it. Called again after an error, and perhaps for a handle that the
    /// application has never seen.
    fn abandoned<'a>(&'a self, realm: &'a Realm, handle: &'a UserHandle) -> BoxFuture<'a, Result<(), StoreError>>;
}

/// For applications that make no account before [`SignUps::complete`].
#[derive(Debug)]
pub(crate) struct NoAccounts;

impl AbandonedSignUps for NoAccounts {
    fn abandoned<'a>(&'a self, _: &'a Realm, _: &'a UserHandle) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async { Ok(()) })
    }
}

/// The stores that sign-ups need.
#[derive(Clone, Debug)]
pub(crate) struct SignUpStores {
    pub(crate) pending: Arc<dyn PendingSignUps>,
    pub(crate) abandoned: Arc<dyn AbandonedSignUps>,
}

/// What a stranger wants to be called.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// What tells accounts apart for their owner, such as an e-mail address. It is shown by the authenticator and proves
    /// nothing: an address that nobody has confirmed must not claim an account that is there.
    pub name: String,
    /// How the owner likes to be called; may be empty.
    pub display_name: String,
    /// Up to [`MAX_APP_CONTEXT`](crate::MAX_APP_CONTEXT) bytes that come back at finish: what the account is to be made of.
    pub context: Vec<u8>,
}

impl fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewAccount(..)")
    }
}

/// A verified passkey that is stored and belongs to nobody yet. [`SignUps::complete`] or [`SignUps::abandon`] ends it;
/// dropped, it is taken back by a cleanup an hour later.
#[derive(Debug)]
#[must_use = "the account is still to be made"]
pub struct SignUp {
    user_handle: UserHandle,
    registered: Verified,
    credential: StoredCredential,
    /// When a cleanup may take it back.
    expires_at: UnixTime,
}

impl SignUp {
    /// The handle that is to be the account's: a new one for every sign-up. Make the account under it, and once: a second
    /// call with this handle has to give the same account.
    #[must_use]
    pub const fn user_handle(&self) -> &UserHandle {
        &self.user_handle
    }

    /// The application's own bytes from begin.
    #[must_use]
    pub fn context(&self) -> &[u8] {
        &self.registered.context
    }

    /// The stored credential. It signs nobody in yet.
    #[must_use]
    pub const fn credential(&self) -> &StoredCredential {
        &self.credential
    }
}

/// What became of the handle of a sign-up.
enum Linked {
    Done,
    /// The account has another handle.
    NotNew,
    /// A cleanup has erased the credential.
    TakenBack,
}

/// Sign-ups of a service; from [`Passkeys::sign_ups`].
#[derive(Clone, Copy)]
pub struct SignUps<'a> {
    inner: &'a Inner,
    stores: &'a SignUpStores,
}

impl fmt::Debug for SignUps<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignUps").field("realm", &self.inner.realm).finish_non_exhaustive()
    }
}

impl Passkeys {
    /// Sign-ups with a passkey alone, if the service was built with
    /// [`sign_ups`](crate::PasskeysBuilder::sign_ups).
    #[must_use]
    pub fn sign_ups(&self) -> Option<SignUps<'_>> {
        Some(SignUps { inner: &self.inner, stores: self.inner.sign_ups.as_ref()? })
    }
}

impl SignUps<'_> {
    /// Begins a sign-up. Nothing is looked up and nothing is written but the ceremony: a name that is taken is answered
    /// like one that is free.
    ///
    /// `binding` is as for [`Passkeys::begin_registration`].
    ///
    /// # Errors
    ///
    /// [`ServiceError::Store`], [`ServiceError::Entropy`], [`ServiceError::Misuse`] for a context that is too long.
    pub async fn begin(
        &self,
        account: NewAccount,
        binding: Option<[u8; 32]>,
    ) -> Result<Begun<CreationOptions>, ServiceError> {
        check_context(&account.context)?;
        let handle = UserHandle::new(draw::<64>()?)?;
        let entity = UserEntity::new(handle, account.name, account.display_name);
        let request = RegistrationRequest::passkey(entity);
        let options = RegisterOptions::default().context(account.context);
        self.inner.start_registration(request, Purpose::SignUp, options, binding).await
    }

    /// Verifies the passkey and stores it, for an account that is still to be made. The ceremony is used up by the attempt,
    /// whatever comes of it; an invalid name is refused before.
    ///
    /// # Errors
    ///
    /// [`ServiceError::InvalidName`], [`ServiceError::CeremonyUnusable`], [`ServiceError::RegistrationFailed`],
    /// [`ServiceError::CredentialExists`], [`ServiceError::Store`].
    pub async fn finish(
        &self,
        handle: &Handle,
        binding: Option<[u8; 32]>,
        response: &RegistrationResponse,
        name: Option<&str>,
    ) -> Result<SignUp, ServiceError> {
        let inner = self.inner;
        let name = passkey_name(name)?;
        let now = inner.now();
        let (Purpose::SignUp, state) = inner.take_registration(handle, binding, now).await? else {
            return Err(inner.unusable(CeremonyKind::Registration, now));
        };
        let registered = inner.verify_registration(state, response, name, now)?;
        let user_handle = registered.record.user_handle.clone();
        let expires_at = now.saturating_add(PENDING);
        // Noted first: from here on nothing can be left behind.
        self.stores.pending.add(&inner.realm, &user_handle, expires_at).await?;
        match inner.insert(&registered.record, now).await {
            Ok(credential) => Ok(SignUp { user_handle, registered, credential, expires_at }),
            // A store whose answer was lost may have stored the credential all the same: the note stays for a cleanup.
            Err(error @ ServiceError::Store(_)) => Err(error),
            Err(error) => {
                self.stores.pending.remove(&inner.realm, &user_handle).await?;
                Err(error)
            }
        }
    }

    /// Gives the passkey to the account that the application has made for it. From now on it signs in.
    ///
    /// # Errors
    ///
    /// [`ServiceError::CredentialExists`] if that account has a user handle already, so that it is not a new one: the
    /// passkey is taken back. [`ServiceError::CeremonyUnusable`] if the account took more than 55 minutes.
    /// [`ServiceError::Store`]: a cleanup takes back what is there, and the account. An application that removes that
    /// account itself calls [`Passkeys::erase`] as well: where the store failed twice, the sign-up may look complete.
    pub async fn complete(&self, sign_up: SignUp, user: &UserId) -> Result<Registered, ServiceError> {
        let inner = self.inner;
        let SignUp { user_handle, registered, credential, expires_at } = sign_up;
        let now = inner.now();
        // A cleanup removes the account as well: what it may be about to take is not given away any more.
        if now.saturating_add(MARGIN) >= expires_at {
            return Err(inner.expired(CeremonyKind::Registration, now));
        }
        let linked = self.link(user, &user_handle, credential.id);
        match inner.auditor.watch(now, "signed_up", Some(credential.id), linked).await? {
            Linked::Done => inner.auditor.record(now, AuditKind::SignedUp { credential: credential.id }),
            Linked::NotNew => {
                self.take_back(&user_handle, now).await?;
                return Err(inner.registration_failed("account_exists", ServiceError::CredentialExists, now));
            }
            Linked::TakenBack => {
                self.stores.pending.remove(&inner.realm, &user_handle).await?;
                return Err(inner.unusable(CeremonyKind::Registration, now));
            }
        }
        // A note that is left is that of a complete sign-up: a cleanup drops it.
        let _ = self.stores.pending.remove(&inner.realm, &user_handle).await;
        Ok(registered.of(user, credential))
    }

    /// Makes the handle the account's, if its credential is still there then.
    async fn link(&self, user: &UserId, user_handle: &UserHandle, credential: RowId) -> Result<Linked, StoreError> {
        let Inner { users, realm, credentials, .. } = self.inner;
        let imported = users.import(&realm.tenant, user, user_handle).await;
        // A store whose answer was lost may have done it all the same.
        if imported.is_err()
            && let Ok(Some(handle)) = users.find(&realm.tenant, user).await
            && handle == *user_handle
        {
            let _ = users.forget(&realm.tenant, user).await;
        }
        if !imported? {
            return Ok(Linked::NotNew);
        }
        // A cleanup that came first has erased the credential; one that comes now finds the account.
        let found = credentials.get(realm, user_handle, credential).await;
        if !matches!(found, Ok(Some(_))) {
            users.forget(&realm.tenant, user).await?;
        }
        // Where nobody knows, the note stays: without the handle it is that of a sign-up to be taken back.
        Ok(if found?.is_some() { Linked::Done } else { Linked::TakenBack })
    }

    /// Takes the passkey back, as the application makes no account for it: the name is taken, say.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Store`]; a cleanup does it then.
    pub async fn abandon(&self, sign_up: SignUp) -> Result<(), ServiceError> {
        let now = self.inner.now();
        self.take_back(&sign_up.user_handle, now).await?;
        self.inner.auditor.record(now, AuditKind::SignUpAbandoned { sign_ups: 1 });
        Ok(())
    }

    /// Erases the credential, and then the note of it.
    async fn take_back(&self, handle: &UserHandle, now: UnixTime) -> Result<(), StoreError> {
        let Inner { realm, credentials, .. } = self.inner;
        credentials.erase_user(realm, handle, Inner::tombstone_until(now)).await?;
        self.stores.pending.remove(realm, handle).await?;
        Ok(())
    }
}
