//! Sign-ups in memory.

use super::lock;
use crate::store::{BoxFuture, PendingSignUps, Realm, StoreError};
use crate::sync::Mutex;
use ceremony::{UnixTime, UserHandle};
use std::collections::HashMap;
use std::fmt;

/// Remembers sign-ups in memory, beside [`MemoryCredentials`](super::MemoryCredentials).
#[derive(Default)]
pub struct MemorySignUps {
    pending: Mutex<HashMap<(Realm, UserHandle), UnixTime>>,
}

impl MemorySignUps {
    /// Nothing is pending.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl fmt::Debug for MemorySignUps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemorySignUps").field("len", &lock(&self.pending).len()).finish()
    }
}

impl PendingSignUps for MemorySignUps {
    fn add<'a>(
        &'a self,
        realm: &'a Realm,
        handle: &'a UserHandle,
        expires_at: UnixTime,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            lock(&self.pending).entry((realm.clone(), handle.clone())).or_insert(expires_at);
            Ok(())
        })
    }

    fn remove<'a>(&'a self, realm: &'a Realm, handle: &'a UserHandle) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move { Ok(lock(&self.pending).remove(&(realm.clone(), handle.clone())).is_some()) })
    }

    fn abandoned<'a>(
        &'a self,
        realm: &'a Realm,
        now: UnixTime,
        limit: u32,
    ) -> BoxFuture<'a, Result<Vec<UserHandle>, StoreError>> {
        Box::pin(async move {
            let pending = lock(&self.pending);
            let mut expired: Vec<(UnixTime, &UserHandle)> = pending
                .iter()
                .filter(|((found, _), expires_at)| found == realm && **expires_at <= now)
                .map(|((_, handle), expires_at)| (*expires_at, handle))
                .collect();
            expired.sort_unstable();
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            Ok(expired.into_iter().take(limit).map(|(_, handle)| handle.clone()).collect())
        })
    }
}
