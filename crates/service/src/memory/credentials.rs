//! Credential records in memory.

use super::lock;
use super::rows::Rows;
use crate::store::{
    Applied, BoxFuture, CredentialStore, Inserted, Page, Realm, RemovalGuard, Removed, RowId, StoreError,
    StoredCredential,
};
use crate::sync::Mutex;
use ceremony::{CredentialId, CredentialRecord, RecordUpdate, UnixTime, UserHandle};
use std::collections::HashMap;
use std::fmt;

/// Keeps credential records in memory.
#[derive(Default)]
pub struct MemoryCredentials {
    realms: Mutex<HashMap<Realm, Rows>>,
}

impl MemoryCredentials {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs a whole method under the lock; nothing waits inside.
    fn with<'a, T: Send + 'a>(
        &'a self,
        realm: &'a Realm,
        run: impl FnOnce(&mut Rows) -> T + Send + 'a,
    ) -> BoxFuture<'a, Result<T, StoreError>> {
        Box::pin(async move {
            Ok(match lock(&self.realms).get_mut(realm) {
                Some(rows) => run(rows),
                None => run(&mut Rows::default()),
            })
        })
    }
}

impl fmt::Debug for MemoryCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let len: usize = lock(&self.realms).values().map(Rows::len).sum();
        f.debug_struct("MemoryCredentials").field("len", &len).finish()
    }
}

impl CredentialStore for MemoryCredentials {
    fn insert<'a>(
        &'a self,
        record: &'a CredentialRecord,
        max_per_user: u32,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<Inserted, StoreError>> {
        Box::pin(async move {
            let id = RowId::random()?;
            let realm = Realm { tenant: record.tenant.clone(), rp_id: record.rp_id.clone() };
            let mut realms = lock(&self.realms);
            realms
                .entry(realm)
                .or_default()
                .insert(id, record, max_per_user, now)
                .ok_or_else(|| StoreError::unavailable("the operating system repeats its randomness"))
        })
    }

    fn find<'a>(
        &'a self,
        realm: &'a Realm,
        credential_id: &'a CredentialId,
    ) -> BoxFuture<'a, Result<Option<StoredCredential>, StoreError>> {
        self.with(realm, move |rows| rows.find(credential_id))
    }

    fn get<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        id: RowId,
    ) -> BoxFuture<'a, Result<Option<StoredCredential>, StoreError>> {
        self.with(realm, move |rows| rows.get(owner, id))
    }

    fn list<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        page: Page,
    ) -> BoxFuture<'a, Result<Vec<StoredCredential>, StoreError>> {
        self.with(realm, move |rows| rows.list(owner, page))
    }

    fn count<'a>(&'a self, realm: &'a Realm, owner: &'a UserHandle) -> BoxFuture<'a, Result<u64, StoreError>> {
        self.with(realm, move |rows| u64::try_from(rows.count(owner)).unwrap_or(u64::MAX))
    }

    fn apply<'a>(&'a self, update: &'a RecordUpdate) -> BoxFuture<'a, Result<Applied, StoreError>> {
        Box::pin(async move {
            let realm = Realm { tenant: update.tenant.clone(), rp_id: update.rp_id.clone() };
            let mut realms = lock(&self.realms);
            Ok(realms.get_mut(&realm).map_or(Applied::Gone, |rows| rows.apply(update)))
        })
    }

    fn rename<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        id: RowId,
        name: &'a str,
    ) -> BoxFuture<'a, Result<Option<StoredCredential>, StoreError>> {
        self.with(realm, move |rows| rows.rename(owner, id, name))
    }

    fn suspend<'a>(
        &'a self,
        realm: &'a Realm,
        credential_id: &'a CredentialId,
        reason: &'a str,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.with(realm, move |rows| rows.suspend(credential_id, reason, now))
    }

    fn reactivate<'a>(
        &'a self,
        realm: &'a Realm,
        credential_id: &'a CredentialId,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.with(realm, move |rows| rows.reactivate(credential_id))
    }

    fn revoke<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        id: RowId,
        reason: &'a str,
        guard: RemovalGuard,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<Removed, StoreError>> {
        self.with(realm, move |rows| rows.revoke(owner, id, reason, guard, now))
    }

    fn revoke_all<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        reason: &'a str,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        self.with(realm, move |rows| rows.revoke_all(owner, reason, now))
    }

    fn erase<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        id: RowId,
        tombstone_until: UnixTime,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.with(realm, move |rows| rows.erase(owner, id, tombstone_until))
    }

    fn erase_user<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        tombstone_until: UnixTime,
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        self.with(realm, move |rows| rows.erase_user(owner, tombstone_until))
    }

    fn cleanup(&self, now: UnixTime) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(async move { Ok(lock(&self.realms).values_mut().map(|rows| rows.cleanup(now)).sum()) })
    }
}
