//! Taking back sign-ups that were never completed.

use super::{Inner, SignUps};
use crate::audit::AuditKind;
use crate::store::StoreError;
use ceremony::{UnixTime, UserHandle};
use std::collections::HashSet;

/// How many sign-ups are read at once, beside those that have failed.
const BATCH: u32 = 100;
/// After so many failures a cleanup ends: what is in their way is in that of all others too.
const MOST_FAILURES: u32 = 1_000;

impl SignUps<'_> {
    /// Takes back what was never completed, and tells how much. Where some fail, the others are taken back all the same, and
    /// the first error is told in the end.
    pub(in crate::service) async fn cleanup(&self, now: UnixTime) -> Result<u64, StoreError> {
        let mut taken_back = 0_u64;
        let done = self.take_back_all(now, &mut taken_back).await;
        if taken_back > 0 {
            self.inner.auditor.record(now, AuditKind::SignUpAbandoned { sign_ups: taken_back });
        }
        done.map(|()| taken_back)
    }

    async fn take_back_all(&self, now: UnixTime, taken_back: &mut u64) -> Result<(), StoreError> {
        // Those that fail stay noted, and stand before the others.
        let (mut tried, mut failures, mut first) = (HashSet::new(), 0_u32, None);
        while failures < MOST_FAILURES {
            let limit = BATCH.saturating_add(failures);
            let mut handles = self.stores.pending.abandoned(&self.inner.realm, now, limit).await?;
            handles.retain(|handle| tried.insert(handle.clone()));
            if handles.is_empty() {
                break;
            }
            for handle in &handles {
                match self.settle(handle, now).await {
                    Ok(was_abandoned) => *taken_back = taken_back.saturating_add(u64::from(was_abandoned)),
                    Err(error) => {
                        failures = failures.saturating_add(1);
                        first = first.or(Some(error));
                    }
                }
            }
        }
        first.map_or(Ok(()), Err)
    }

    /// Takes one back, or drops the note where it was completed: whether it was abandoned.
    async fn settle(&self, handle: &UserHandle, now: UnixTime) -> Result<bool, StoreError> {
        let Inner { realm, users, .. } = self.inner;
        if users.resolve(&realm.tenant, handle).await?.is_some() {
            // Complete but for the removal of the note.
            self.stores.pending.remove(realm, handle).await?;
            return Ok(false);
        }
        self.stores.abandoned.abandoned(realm, handle).await?;
        self.take_back(handle, now).await?;
        Ok(true)
    }
}
