//! Times of several things that are measured in turns, so that a slow moment of the machine meets all of them.

use std::time::{Duration, Instant};

/// One thing to measure: it sets itself up, then gives the time of what counts.
pub type Run<'a> = Box<dyn FnMut() -> Duration + 'a>;

/// The time of `work`, without that of dropping its result.
pub fn time<T>(work: impl FnOnce() -> T) -> Duration {
    timed(work).0
}

/// The time of `work`, and its result, which is kept from being optimised away.
pub fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = std::hint::black_box(work());
    (start.elapsed(), result)
}

/// The median time of each of `runs`, in microseconds; every round runs each once.
#[must_use]
pub fn medians(rounds: usize, runs: &mut [Run<'_>]) -> Vec<f64> {
    let mut times = vec![Vec::with_capacity(rounds); runs.len()];
    for _ in 0..rounds {
        for (run, times) in runs.iter_mut().zip(&mut times) {
            times.push(run());
        }
    }
    let median = |mut times: Vec<Duration>| {
        times.sort_unstable();
        times.get(times.len() / 2).map_or(0.0, |time| time.as_secs_f64() * 1e6)
    };
    times.into_iter().map(median).collect()
}
