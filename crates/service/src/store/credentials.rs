//! Credential records.

use super::{BoxFuture, Realm, StoreError};
use ceremony::{CredentialId, CredentialRecord, RecordUpdate, UnixTime, UserHandle};
use std::fmt;

/// The public name of a stored credential: 16 random bytes, 22 characters of base64url as text. Credential ids never
/// stand in URLs or logs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowId([u8; 16]);

impl RowId {
    /// Takes the 16 bytes, drawn at random by the store.
    #[must_use]
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Reads the text form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        crate::base64url::decode(text)?.try_into().ok().map(Self)
    }

    /// The 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::base64url::encode(&self.0))
    }
}

impl fmt::Debug for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RowId({self})")
    }
}

/// A record with its public name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCredential {
    /// The public name.
    pub id: RowId,
    /// The record.
    pub record: CredentialRecord,
}

/// What became of an insertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inserted {
    /// The record is stored under this name.
    Stored(RowId),
    /// The credential id is taken, by whatever user, or was erased not long ago. Nothing was written.
    Exists,
    /// The user has as many credentials as allowed. Nothing was written.
    LimitReached,
}

/// What became of an update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It is written.
    Applied,
    /// The counter is not the expected one: the record as it is now. Nothing was written.
    Lost(Box<CredentialRecord>),
    /// The record is suspended or revoked. Nothing was written.
    Inactive,
    /// There is no such record. Nothing was written.
    Gone,
}

/// Whether a user's last passkey may be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemovalGuard {
    /// Any credential may go.
    Any,
    /// The last active one stays.
    NotLast,
}

/// What became of a removal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removed {
    /// It is revoked; the record as it is now.
    Revoked(Box<StoredCredential>),
    /// The user has no such credential, or it is revoked already. Nothing was written.
    NotFound,
    /// It is the user's last active one and has to stay. Nothing was written.
    IsLast,
}

/// A part of a list, ordered by creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Starts after this row; from the beginning if `None`.
    pub after: Option<RowId>,
    /// The most rows, at least 1.
    pub limit: u32,
}

/// Keeps credential records. Every method is one transaction.
pub trait CredentialStore: Send + Sync + fmt::Debug {
    /// Stores a new record. The credential id must be new among all users of the realm, revoked records and tombstones
    /// of erased ones included; the user must have fewer than `max_per_user` records that are not revoked, counted under
    /// the user's lock.
    fn insert<'a>(
        &'a self,
        record: &'a CredentialRecord,
        max_per_user: u32,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<Inserted, StoreError>>;

    /// The record of a credential id, whatever its status.
    fn find<'a>(
        &'a self,
        realm: &'a Realm,
        credential_id: &'a CredentialId,
    ) -> BoxFuture<'a, Result<Option<StoredCredential>, StoreError>>;

    /// One of a user's records, whatever its status; `None` for another user's.
    fn get<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        id: RowId,
    ) -> BoxFuture<'a, Result<Option<StoredCredential>, StoreError>>;

    /// A user's records, whatever their status, oldest first.
    fn list<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        page: Page,
    ) -> BoxFuture<'a, Result<Vec<StoredCredential>, StoreError>>;

    /// How many of a user's records are active.
    fn count<'a>(&'a self, realm: &'a Realm, owner: &'a UserHandle) -> BoxFuture<'a, Result<u64, StoreError>>;

    /// Writes an authentication's update, if the record is active, has the same owner and still has the expected
    /// counter: compare and write are one statement.
    fn apply<'a>(&'a self, update: &'a RecordUpdate) -> BoxFuture<'a, Result<Applied, StoreError>>;

    /// Gives a user's record another name; `None` for another user's, an unknown or a revoked one.
    fn rename<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        id: RowId,
        name: &'a str,
    ) -> BoxFuture<'a, Result<Option<StoredCredential>, StoreError>>;

    /// Suspends an active record; false if there is none. `reason` is at most 128 bytes.
    fn suspend<'a>(
        &'a self,
        realm: &'a Realm,
        credential_id: &'a CredentialId,
        reason: &'a str,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Makes a suspended record active again; false if there is none.
    fn reactivate<'a>(
        &'a self,
        realm: &'a Realm,
        credential_id: &'a CredentialId,
    ) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Revokes a user's record: it stays as a row and never signs in again. The guard is checked under the user's lock.
    fn revoke<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        id: RowId,
        reason: &'a str,
        guard: RemovalGuard,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<Removed, StoreError>>;

    /// Revokes all of a user's records, and tells how many were not revoked before.
    fn revoke_all<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        reason: &'a str,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<u64, StoreError>>;

    /// Erases one of a user's records: the row goes, a hash of the credential id stays as a tombstone until
    /// `tombstone_until`, so that a registration begun before can't bring it back. False if there is none.
    fn erase<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        id: RowId,
        tombstone_until: UnixTime,
    ) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Erases all of a user's records in the same way, and tells how many there were.
    fn erase_user<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        tombstone_until: UnixTime,
    ) -> BoxFuture<'a, Result<u64, StoreError>>;

    /// Drops tombstones that have expired, and tells how many.
    fn cleanup(&self, now: UnixTime) -> BoxFuture<'_, Result<u64, StoreError>>;
}
