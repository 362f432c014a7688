//! Begun ceremonies in memory.

use super::expiring::Expiring;
use super::{DEFAULT_MAX_ENTRIES, lock};
use crate::store::{BoxFuture, CeremonyKey, CeremonyStore, Handle, StoreError, Taken};
use crate::sync::Mutex;
use ceremony::UnixTime;
use std::fmt;

/// Keeps begun ceremonies in memory, up to a number of them.
///
/// A full store drops what has expired, then refuses; it never drops a ceremony that can still be finished. A server
/// that anybody can begin ceremonies at is better off with [`SealedCeremonies`](crate::sealed::SealedCeremonies).
pub struct MemoryCeremonies {
    /// In buffers of their own: a state comes in one that is twice as long. To shorten that would leave holes into which
    /// the next one's does not fit.
    states: Mutex<Expiring<[u8; 32], Box<[u8]>>>,
}

impl MemoryCeremonies {
    /// A store for up to `max_entries` ceremonies.
    #[must_use]
    pub fn new(max_entries: usize) -> Self {
        Self { states: Mutex::new(Expiring::new(max_entries)) }
    }
}

impl Default for MemoryCeremonies {
    /// A store for up to [`DEFAULT_MAX_ENTRIES`] ceremonies.
    fn default() -> Self {
        Self::new(DEFAULT_MAX_ENTRIES)
    }
}

impl fmt::Debug for MemoryCeremonies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryCeremonies").field("len", &lock(&self.states).len()).finish()
    }
}

impl CeremonyStore for MemoryCeremonies {
    fn put<'a>(
        &'a self,
        key: &'a CeremonyKey,
        bytes: Vec<u8>,
        expires_at: UnixTime,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<Handle, StoreError>> {
        Box::pin(async move {
            let handle = Handle::random()?;
            let state = Box::from(bytes.as_slice());
            if lock(&self.states).insert(key.digest(&handle), state, expires_at, now)? {
                Ok(handle)
            } else {
                Err(StoreError::unavailable("the operating system repeats its randomness"))
            }
        })
    }

    fn take<'a>(
        &'a self,
        key: &'a CeremonyKey,
        handle: &'a Handle,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<Taken, StoreError>> {
        Box::pin(async move {
            Ok(match lock(&self.states).remove(&key.digest(handle)) {
                Some((bytes, expires_at)) if expires_at > now => Taken::State(bytes.into_vec()),
                Some(_) => Taken::Expired,
                None => Taken::Unknown,
            })
        })
    }

    fn cleanup(&self, now: UnixTime) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(async move { Ok(lock(&self.states).drop_expired(now)) })
    }
}
