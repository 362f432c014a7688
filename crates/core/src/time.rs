//! Time is an argument, never read here.

use core::time::Duration;

/// A moment: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnixTime(u64);

impl UnixTime {
    /// A moment from milliseconds since the epoch.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// A moment from whole seconds since the epoch.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1000))
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// The moment that comes `duration` later, or the last one that can be told.
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
    }

    /// The time from `earlier` to this moment, zero if it is not earlier.
    #[must_use]
    pub const fn saturating_since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_saturates() {
        let late = UnixTime::from_millis(u64::MAX);
        assert_eq!(late.saturating_add(Duration::from_secs(1)), late);
        assert_eq!(UnixTime::from_secs(u64::MAX), late);
        assert_eq!(UnixTime::from_secs(1).saturating_since(UnixTime::from_secs(2)), Duration::ZERO);
        assert_eq!(UnixTime::from_secs(3).saturating_since(UnixTime::from_secs(1)), Duration::from_secs(2));
    }
}
