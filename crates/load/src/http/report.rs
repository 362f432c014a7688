//! The table.

use super::driver::Seen;
use super::target::{Side, Target};
use super::verification::Verification;
use super::{Arguments, databases, peer};
use std::time::Duration;

/// A server, and what was seen of it in each round.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) target: Target,
    rounds: Vec<Round>,
}

/// Microseconds for each pair, but for the rate.
#[derive(Clone, Copy, Debug)]
struct Round {
    cpu: f64,
    databases: f64,
    rate: f64,
    p50: f64,
    p99: f64,
    driver: f64,
}

impl Row {
    pub(crate) const fn new(target: Target) -> Self {
        Self { target, rounds: Vec::new() }
    }

    pub(crate) fn add(&mut self, seen: &Seen) {
        #[expect(clippy::as_conversions, reason = "counts far below 2^52")]
        let pairs = seen.pairs.max(1) as f64;
        let each = |time: Duration| micros(time) / pairs;
        let (server, databases) = seen.cpu.split_first().unwrap_or((&Duration::ZERO, &[]));
        self.rounds.push(Round {
            cpu: each(*server),
            databases: each(databases.iter().sum()),
            rate: pairs / seen.time.as_secs_f64(),
            p50: micros(percentile(&seen.latencies, 50)),
            p99: micros(percentile(&seen.latencies, 99)),
            driver: each(seen.driver_cpu),
        });
    }

    /// The last round, for whoever waits.
    pub(crate) fn latest(&self) -> String {
        let name = self.target.name;
        self.rounds.last().map_or_else(String::new, |round| {
            format!("{name}: {:.1} us, {:.0} pairs/s, driver {:.1} us", round.cpu, round.rate, round.driver)
        })
    }

    /// The median of the rounds.
    fn median(&self, of: impl Fn(&Round) -> f64) -> f64 {
        median(self.rounds.iter().map(of))
    }

    fn cpu(&self) -> f64 {
        self.median(|round| round.cpu)
    }
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let last = sorted.len().saturating_sub(1);
    sorted.get(last.saturating_mul(percent) / 100).copied().unwrap_or_default()
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

pub(crate) fn print(arguments: &Arguments, rows: &[Row], verifications: &[Verification]) {
    let of = |name: &str| rows.iter().find(|row| row.target.name == name);
    let hello = of("hello").map(Row::cpu);
    println!(
        "| server | its CPU, us a pair | / hello | databases' CPU, us a pair | pairs/s | p50, ms | p99, ms | driver's CPU, us a pair | CPU of fastapi-passkeys / ours |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for row in rows {
        let cpu = row.cpu();
        let to_hello = hello.map_or_else(|| "-".to_owned(), |hello| format!("{:.2}", cpu / hello));
        let databases = row.median(|round| round.databases);
        let databases = if databases > 0.0 { format!("{databases:.1}") } else { "-".to_owned() };
        let peer = row.target.peer.and_then(of).map(|peer| peer.cpu() / cpu);
        let peer = peer.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.1}"));
        println!(
            "| {} | {cpu:.1} | {to_hello} | {databases} | {:.0} | {:.2} | {:.2} | {:.1} | {peer} |",
            row.target.title(),
            row.median(|round| round.rate),
            row.median(|round| round.p50) / 1e3,
            row.median(|round| round.p99) / 1e3,
            row.median(|round| round.driver),
        );
    }
    println!();
    let verification = |of: fn(&Verification) -> Duration| median(verifications.iter().map(of).map(micros));
    println!(
        "One bare ES256 verification in the same run: graviola {:.1} us, RustCrypto {:.1} us.",
        verification(|verification| verification.graviola),
        verification(|verification| verification.rustcrypto),
    );
    let shown = arguments.pairs.map_or_else(|| format!("{} s", arguments.seconds), |pairs| format!("{pairs} pairs"));
    println!(
        "Median of {} rounds of {shown}, {} connections, {} accounts; ceremony {} in a build with profile {}, two threads; temporary files on {}.",
        arguments.rounds,
        arguments.connections,
        arguments.passkeys,
        env!("CARGO_PKG_VERSION"),
        if cfg!(debug_assertions) { "dev (measure with --release)" } else { "release" },
        databases::file_system(),
    );
    println!("{}.", machine());
    if rows.iter().any(|row| matches!(row.target.side, Side::FastApi(_))) {
        println!("Peers: {}, uvicorn[standard] with one process.", peer::versions().join(", "));
    }
}

/// The processor, how many there are, and how busy they were.
fn machine() -> String {
    let read = |file| std::fs::read_to_string(file).unwrap_or_default();
    let info = read("/proc/cpuinfo");
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).unwrap_or(("", "?")).1;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = read("/proc/loadavg");
    format!("{model}, {cores} cores, load at the end {}", load.split(' ').next().unwrap_or("?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_percentiles_are_values_that_were_seen() {
        assert_eq!(median([3.0, 1.0, 2.0].into_iter()).to_bits(), 2.0_f64.to_bits());
        let times: Vec<Duration> = (1..=100).map(Duration::from_millis).collect();
        assert_eq!(percentile(&times, 50), Duration::from_millis(50));
        assert_eq!(percentile(&times, 99), Duration::from_millis(99));
        assert_eq!(percentile(&[], 99), Duration::ZERO);
    }
}
