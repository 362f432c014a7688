//! What a dry run has let pass, which the rows after it meet as they would in the database.

use ceremony::{CredentialId, CredentialPublicKey, CredentialRecord, Status, UserHandle};
use ceremony_service::store::UserId;
use std::collections::HashMap;

/// A passkey that is there, or would be.
#[derive(Debug)]
pub(super) struct Standing {
    owner: Option<UserId>,
    /// The handle that it sends; `None` for one that nobody knows yet.
    sent: Option<UserHandle>,
    key: CredentialPublicKey,
    pub(super) status: Status,
}

impl Standing {
    pub(super) fn new(owner: Option<UserId>, sent: Option<UserHandle>, record: &CredentialRecord) -> Self {
        Self { owner, sent, key: record.public_key.clone(), status: record.status.clone() }
    }

    /// Whether it is this account's, and sends this handle if the source knows one.
    pub(super) fn is_of(&self, user: &UserId, handle: Option<&UserHandle>) -> bool {
        self.owner.as_ref() == Some(user) && handle.is_none_or(|handle| self.sent.as_ref() == Some(handle))
    }

    /// The numbers count: systems that keep those alone give the key in another form than the authenticator did.
    pub(super) fn has_key(&self, record: &CredentialRecord) -> bool {
        self.key.algorithm() == record.algorithm() && self.key.material() == record.public_key.material()
    }
}

/// What a dry run has let pass; and of every run the handles that passkeys send beside those of their accounts.
#[derive(Debug, Default)]
pub(super) struct Planned {
    handles: HashMap<UserId, UserHandle>,
    accounts: HashMap<UserHandle, UserId>,
    credentials: HashMap<CredentialId, Standing>,
    /// How many passkeys that are not revoked an account has, stored ones among them.
    counts: HashMap<UserId, u64>,
}

impl Planned {
    pub(super) fn find(&self, id: &CredentialId) -> Option<&Standing> {
        self.credentials.get(id)
    }

    pub(super) fn handle(&self, user: &UserId) -> Option<&UserHandle> {
        self.handles.get(user)
    }

    pub(super) fn owner(&self, handle: &UserHandle) -> Option<&UserId> {
        self.accounts.get(handle)
    }

    pub(super) fn count(&self, user: &UserId) -> Option<u64> {
        self.counts.get(user).copied()
    }

    /// A passkey of the account sends this handle, whatever the account's own is.
    pub(super) fn sends(&mut self, handle: UserHandle, user: UserId) {
        self.accounts.insert(handle, user);
    }

    /// An account with its handle, and how many passkeys it has. It comes to be even if its passkey is not taken.
    pub(super) fn account(&mut self, user: &UserId, handle: Option<&UserHandle>, count: u64) {
        self.counts.insert(user.clone(), count);
        if let Some(handle) = handle {
            self.accounts.insert(handle.clone(), user.clone());
            self.handles.insert(user.clone(), handle.clone());
        }
    }

    /// A passkey of an account that is known.
    pub(super) fn passkey(&mut self, user: UserId, handle: Option<&UserHandle>, record: &CredentialRecord) {
        if !matches!(record.status, Status::Revoked { .. }) {
            let count = self.counts.entry(user.clone()).or_default();
            *count = count.saturating_add(1);
        }
        let sent = record.authenticator_user_handle.as_ref().or(handle).cloned();
        self.credentials.insert(record.credential_id.clone(), Standing::new(Some(user), sent, record));
    }
}
