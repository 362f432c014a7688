//! One limit for each key.

use super::table::{Key, Table};
use super::ticks::Ticks;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::{Quota, RateLimiter};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// To go through a table of 100 000 keys takes about 0.2 ms, to empty one after a flood about 10 ms, once.
const BETWEEN_SWEEPS: u64 = 1_000_000_000;

pub(super) struct Keyed {
    limiter: RateLimiter<Key, Table, Ticks, NoOpMiddleware<Nanos>>,
    /// When keys that are idle are looked for again, in nanoseconds of the clock.
    next_sweep: AtomicU64,
}

impl Keyed {
    /// So many requests a minute for each key; none for 0.
    pub(super) fn new(requests: u32, max_keys: usize, ticks: Ticks) -> Option<Self> {
        let quota = Quota::per_minute(NonZeroU32::new(requests)?);
        let next_sweep = AtomicU64::new(ticks.now().as_u64().saturating_add(BETWEEN_SWEEPS));
        Some(Self { limiter: RateLimiter::new(quota, Table::new(max_keys), ticks), next_sweep })
    }

    /// Counts a request, or says how long to wait.
    pub(super) fn check(&self, key: &Key) -> Result<(), Duration> {
        let now = self.limiter.clock().now();
        self.sweep(now.as_u64());
        self.limiter.check_key(key).map_err(|until| until.wait_time_from(now))
    }

    /// Forgets the keys whose limit is whole again. By the clock, not by the number of requests: a table that a flood has
    /// filled is free again as soon as the flood is over, and during the flood sweeps cost no more than at other times.
    fn sweep(&self, now: u64) {
        let due = self.next_sweep.load(Ordering::Relaxed);
        let next = now.saturating_add(BETWEEN_SWEEPS);
        let mine = || self.next_sweep.compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if now >= due && mine() {
            self.limiter.retain_recent();
        }
    }

    #[cfg(test)]
    pub(super) fn keys(&self) -> usize {
        self.limiter.len()
    }
}
