//! The clock of the limits: it never goes back, and in tests it stands still.

use governor::clock::Clock;
use governor::nanos::Nanos;
use std::time::Instant;

#[derive(Clone)]
pub(super) enum Ticks {
    /// Since the process made the limits.
    Monotonic(Instant),
    #[cfg(test)]
    Manual(governor::clock::FakeRelativeClock),
}

impl Ticks {
    pub(super) fn monotonic() -> Self {
        Self::Monotonic(Instant::now())
    }
}

impl Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        match self {
            // 584 years.
            Self::Monotonic(start) => Nanos::new(u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX)),
            #[cfg(test)]
            Self::Manual(clock) => clock.now(),
        }
    }
}
