//! The store that keeps nothing but what was spent.

use super::{KeyRing, token};
use crate::store::{BoxFuture, CeremonyKey, CeremonyStore, Handle, SpendList, StoreError, Taken};
use ceremony::UnixTime;
use std::sync::Arc;
use std::time::Duration;

/// How much longer than its seal an id stays spent: so far may the clocks of an installation's servers differ, before one
/// that is ahead cleans away what one that is behind would still accept.
const CLOCK_SKEW: Duration = Duration::from_secs(60);

/// Seals states into handles (XChaCha20-Poly1305, bound to the whole [`CeremonyKey`]) and spends each once.
///
/// ```
/// use ceremony_service::memory::MemorySpendList;
/// use ceremony_service::sealed::{KeyRing, SealedCeremonies, SealingKey};
/// use std::sync::Arc;
///
/// let ring = KeyRing::new(SealingKey::random()?);
/// let ceremonies = SealedCeremonies::new(ring, Arc::new(MemorySpendList::default()));
/// # let _ = ceremonies;
/// # Ok::<(), ceremony_service::store::StoreError>(())
/// ```
#[derive(Debug)]
pub struct SealedCeremonies {
    ring: KeyRing,
    spent: Arc<dyn SpendList>,
}

impl SealedCeremonies {
    /// A store that seals with the ring's current key.
    #[must_use]
    pub fn new(ring: KeyRing, spent: Arc<dyn SpendList>) -> Self {
        Self { ring, spent }
    }
}

impl CeremonyStore for SealedCeremonies {
    /// Writes nothing. A state longer than [`MAX_STATE`](super::MAX_STATE) is refused as
    /// [`StoreError::Unavailable`] with [`StateTooLong`](super::StateTooLong) as its source.
    fn put<'a>(
        &'a self,
        key: &'a CeremonyKey,
        bytes: Vec<u8>,
        expires_at: UnixTime,
        _now: UnixTime,
    ) -> BoxFuture<'a, Result<Handle, StoreError>> {
        Box::pin(async move { token::seal(self.ring.current(), key, bytes, expires_at) })
    }

    /// Spends the id before it gives the state out; only a genuine, unexpired seal gets that far.
    fn take<'a>(
        &'a self,
        key: &'a CeremonyKey,
        handle: &'a Handle,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<Taken, StoreError>> {
        Box::pin(async move {
            let Some(opened) = token::open(&self.ring, key, handle) else { return Ok(Taken::Unknown) };
            if opened.expires_at <= now {
                return Ok(Taken::Expired);
            }
            let until = opened.expires_at.saturating_add(CLOCK_SKEW);
            let first = self.spent.spend(opened.id, until, now).await?;
            Ok(if first { Taken::State(opened.state) } else { Taken::Used })
        })
    }

    /// Cleans the spend list.
    fn cleanup(&self, now: UnixTime) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.spent.cleanup(now)
    }
}
