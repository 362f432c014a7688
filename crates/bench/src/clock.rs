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
    sorted(rounds, runs).iter().map(|times| times.get(times.len() / 2).map_or(0.0, micros)).collect()
}

/// As [`medians`], but the shortest time: what takes milliseconds is interrupted by other work in most rounds, and what
/// takes microseconds in few, so that a ratio of medians is one of how busy the machine is.
#[must_use]
pub fn shortest(rounds: usize, runs: &mut [Run<'_>]) -> Vec<f64> {
    sorted(rounds, runs).iter().map(|times| times.first().map_or(0.0, micros)).collect()
}

/// The time of each of `runs` in each of the rounds, in microseconds, in the order in which they ran.
#[must_use]
pub fn rounds(rounds: usize, runs: &mut [Run<'_>]) -> Vec<Vec<f64>> {
    in_turns(rounds, runs).iter().map(|times| times.iter().map(micros).collect()).collect()
}

/// The median.
#[must_use]
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn micros(time: &Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn sorted(rounds: usize, runs: &mut [Run<'_>]) -> Vec<Vec<Duration>> {
    let mut times = in_turns(rounds, runs);
    times.iter_mut().for_each(|times| times.sort_unstable());
    times
}

fn in_turns(rounds: usize, runs: &mut [Run<'_>]) -> Vec<Vec<Duration>> {
    let mut times = vec![Vec::with_capacity(rounds); runs.len()];
    for _ in 0..rounds {
        for (run, times) in runs.iter_mut().zip(&mut times) {
            times.push(run());
        }
    }
    times
}
