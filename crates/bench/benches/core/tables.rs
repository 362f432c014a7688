//! The tables that are printed.

use crate::bare::{Backend, Bare};
use crate::ours::{By, Ours};
use crate::peers::{self, Judge};
use crate::{ALGORITHMS, BACKENDS};
use ceremony_bench::clock::{self, Run, median};
use ceremony_testkit::{Algorithm, Attestation};
use std::cell::Cell;
use std::time::{Duration, Instant};

/// Which rows, and how long each may take.
pub(crate) struct Rows {
    pub(crate) wanted: String,
    pub(crate) time: Duration,
}

impl Rows {
    fn has(&self, name: &str) -> bool {
        name.contains(&self.wanted)
    }

    /// Times of runs in turns, as many rounds as fit: odd, from 1 to 2001.
    fn measure(&self, runs: &mut [Run<'_>]) -> Vec<Vec<f64>> {
        let start = Instant::now();
        // What is lazy is done in the first round.
        let _ = clock::rounds(1, runs);
        if self.time.is_zero() {
            return clock::rounds(1, runs);
        }
        let again = Instant::now();
        let _ = clock::rounds(3, runs);
        let round = again.elapsed() / 3;
        let left = self.time.saturating_sub(start.elapsed());
        let count = left.as_nanos().checked_div(round.as_nanos()).unwrap_or_default();
        clock::rounds(usize::try_from(count).unwrap_or_default().clamp(51, 2001) | 1, runs)
    }
}

/// On what this runs.
pub(crate) fn machine() {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let profile =
        if cfg!(debug_assertions) { "DEBUG BUILD" } else { "cargo's bench profile: release, codegen-units 16, no LTO" };
    println!("{} ({cores} cores), {}, {profile}\n", model.trim_start_matches([' ', '\t', ':']), std::env::consts::ARCH);
}

/// A ceremony on each algorithm and backend beside the bare verification of its signature.
pub(crate) fn whole(rows: &Rows, what: &str, make: impl Fn(Algorithm) -> Ours) {
    println!("| {what} | backend | whole, us | bare, us | ratio | difference, us | ours alone, us | our allocations |");
    println!("|---|---|---|---|---|---|---|---|");
    for (name, algorithm) in ALGORITHMS {
        let mut made = None;
        for (backend_name, backend) in BACKENDS {
            if !rows.has(&format!("{what} {name} {backend_name}")) {
                continue;
            }
            let ours = made.get_or_insert_with(|| make(algorithm));
            let bare = ours.bare().expect("a signature");
            if bare.verify(backend).is_none() {
                continue;
            }
            let (mut judge, mut alone) = (ours.judge(By::Backend(backend)), ours.judge(By::Nobody));
            let allocations = alone().1;
            let mut runs: [Run<'_>; 3] =
                [Box::new(|| judge().0), Box::new(|| time_of(&bare, backend)), Box::new(|| alone().0)];
            let times = rows.measure(&mut runs);
            let [whole, bare, alone] = times.as_slice() else { continue };
            // Of each round, so that both have met the same moment of the machine.
            let difference = median(whole.iter().zip(bare).map(|(whole, bare)| whole - bare).collect());
            let (whole, bare, alone) = (median(whole.clone()), median(bare.clone()), median(alone.clone()));
            println!(
                "| {name} | {backend_name} | {whole:.1} | {bare:.1} | {:.3} | {difference:.1} | {alone:.2} | {allocations} |",
                1.0 + difference / bare
            );
        }
    }
    println!();
}

/// One bare verification of a burst.
pub(crate) fn time_of(bare: &Bare, backend: Backend) -> Duration {
    peers::burst(|| (), |()| bare.verify(backend).expect("an honest signature")).0
}

/// A contender of a table, and its name.
struct Contender {
    name: &'static str,
    judge: Judge,
}

/// Ours and the peers' in the same rounds, beside one bare ES256 verification by aws-lc-rs.
pub(crate) fn peers(rows: &Rows) {
    println!("| beside the peers | | whole, us | to bare aws-lc-rs ES256 | allocations |");
    println!("|---|---|---|---|---|");
    let yardstick = Ours::authentication(Algorithm::Es256).bare().expect("a signature");
    let algorithms = [
        ("ES256", Algorithm::Es256),
        ("ES384", Algorithm::Es384),
        ("RS256", Algorithm::Rs256),
        ("EdDSA", Algorithm::EdDsa),
    ];
    for (name, algorithm) in algorithms {
        let has_small_peer = matches!(algorithm, Algorithm::Es256 | Algorithm::EdDsa);
        let what = format!("authentication {name}");
        if rows.has(&what) {
            let mut contenders = ours(|| Ours::authentication(algorithm));
            contenders.push(Contender { name: "webauthn_rp 0.3", judge: peers::rp::authentication(algorithm) });
            if has_small_peer {
                contenders.push(Contender { name: "passkey-auth 0.1", judge: peers::auth::authentication(algorithm) });
            }
            compare(rows, &what, &yardstick, contenders);
        }
        let what = format!("registration none {name}");
        if rows.has(&what) {
            let mut contenders = ours(|| Ours::registration(algorithm, Attestation::None));
            contenders.push(Contender { name: "webauthn_rp 0.3", judge: peers::rp::registration(algorithm) });
            if has_small_peer {
                contenders.push(Contender { name: "passkey-auth 0.1", judge: peers::auth::registration(algorithm) });
            }
            compare(rows, &what, &yardstick, contenders);
        }
    }
    println!();
}

/// Ours on each backend; all that a backend allocates is counted here, as it is in the peers.
fn ours(make: impl Fn() -> Ours) -> Vec<Contender> {
    let names = [
        ("ceremony, RustCrypto", By::Backend(Backend::RustCrypto)),
        ("ceremony, graviola", By::Backend(Backend::Graviola)),
        ("ceremony, aws-lc", By::Backend(Backend::AwsLc)),
    ];
    let contender = |(name, by)| {
        // For as long as the program runs.
        let ours: &'static Ours = Box::leak(Box::new(make()));
        Contender { name, judge: Box::new(ours.judge(by)) }
    };
    names.map(contender).into()
}

fn compare(rows: &Rows, what: &str, yardstick: &Bare, contenders: Vec<Contender>) {
    let (names, judges): (Vec<_>, Vec<_>) = contenders.into_iter().map(|one| (one.name, one.judge)).unzip();
    let allocations: Vec<Cell<u64>> = names.iter().map(|_| Cell::new(0)).collect();
    let mut runs: Vec<Run<'_>> = vec![Box::new(|| time_of(yardstick, Backend::AwsLc))];
    for (mut judge, allocations) in judges.into_iter().zip(&allocations) {
        runs.push(Box::new(move || {
            let (time, count) = judge();
            allocations.set(count);
            time
        }));
    }
    let times: Vec<f64> = rows.measure(&mut runs).into_iter().map(median).collect();
    let Some((bare, times)) = times.split_first() else { return };
    println!("| {what} | bare aws-lc-rs ES256 | {bare:.1} | 1.00 | |");
    for ((name, time), allocations) in names.iter().zip(times).zip(&allocations) {
        println!("| | {name} | {time:.1} | {:.2} | {} |", time / bare, allocations.get());
    }
}
