//! Warnings about requests that anybody can send, and that no limit counts: some are written, the others are counted.

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use std::num::NonZeroU32;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// So many at once, and from then on one each second: 33 MB a day at the longest line.
const BURST: NonZeroU32 = NonZeroU32::new(100).unwrap();

/// The process's own: a log is one for all sites.
pub(crate) static REFUSALS: LazyLock<Quiet> = LazyLock::new(Quiet::default);

/// Says which warnings are written.
#[derive(Debug)]
pub(crate) struct Quiet {
    limiter: DefaultDirectRateLimiter,
    left_out: AtomicU64,
}

impl Default for Quiet {
    fn default() -> Self {
        let quota = Quota::per_second(NonZeroU32::MIN).allow_burst(BURST);
        Self { limiter: RateLimiter::direct(quota), left_out: AtomicU64::new(0) }
    }
}

impl Quiet {
    /// Whether to write a warning now; and how many were left out since the last one, if any.
    pub(crate) fn admit(&self) -> Option<Option<u64>> {
        if self.limiter.check().is_err() {
            self.left_out.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        let left_out = self.left_out.swap(0, Ordering::Relaxed);
        Some((left_out > 0).then_some(left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_counted_and_not_written() {
        let quiet = Quiet::default();
        let written = (0..10_000).filter(|_| quiet.admit().is_some()).count();
        // A busy machine may take a second or two for it.
        assert!((100..200).contains(&written), "{written}");
        let began = std::time::Instant::now();
        let told = loop {
            match quiet.admit() {
                Some(left_out) => break left_out,
                None => assert!(began.elapsed().as_secs() < 30, "nothing is written any more"),
            }
        };
        assert!(told.is_some_and(|left_out| left_out >= 9_000), "{told:?}");
        assert_eq!(quiet.left_out.load(Ordering::Relaxed), 0);
    }
}
