//! Spent ids in memory.

use super::expiring::Expiring;
use super::{DEFAULT_MAX_ENTRIES, lock};
use crate::store::{BoxFuture, SpendList, StoreError};
use crate::sync::Mutex;
use ceremony::UnixTime;
use std::fmt;

/// Remembers spent ids in memory, up to a number of them: enough for a server with one process.
///
/// Only ids out of genuine seals get here, one for each begun ceremony that somebody tries to finish, with whatever response.
/// A full list drops what has expired, then refuses. After a restart the list is empty: let the sealing key change with it
/// ([`SealingKey::random`](crate::sealed::SealingKey::random)), or what was spent could be spent again.
pub struct MemorySpendList {
    spent: Mutex<Expiring<[u8; 16], ()>>,
}

impl MemorySpendList {
    /// A list of up to `max_entries` ids.
    #[must_use]
    pub fn new(max_entries: usize) -> Self {
        Self { spent: Mutex::new(Expiring::new(max_entries)) }
    }
}

impl Default for MemorySpendList {
    /// A list of up to [`DEFAULT_MAX_ENTRIES`] ids.
    fn default() -> Self {
        Self::new(DEFAULT_MAX_ENTRIES)
    }
}

impl fmt::Debug for MemorySpendList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemorySpendList").field("len", &lock(&self.spent).len()).finish()
    }
}

impl SpendList for MemorySpendList {
    fn spend(&self, id: [u8; 16], expires_at: UnixTime, now: UnixTime) -> BoxFuture<'_, Result<bool, StoreError>> {
        Box::pin(async move {
            if expires_at <= now {
                return Ok(false);
            }
            lock(&self.spent).insert(id, (), expires_at, now)
        })
    }

    fn cleanup(&self, now: UnixTime) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(async move { Ok(lock(&self.spent).drop_expired(now)) })
    }
}
