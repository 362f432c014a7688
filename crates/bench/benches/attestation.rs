//! What a registration costs beside the bare signature checks that it makes.

#![allow(missing_docs, reason = "a bench")]

use ceremony_bench::clock::{self, Run};
use ceremony_bench::recorder::Check;
use ceremony_bench::scene::Scene;
use ceremony_testkit::{Algorithm, Attestation};
use criterion::{BatchSize, Criterion};

const FORMATS: [(&str, Attestation); 8] = [
    ("none", Attestation::None),
    ("packed self", Attestation::PackedSelf),
    ("packed x5c", Attestation::Packed),
    ("tpm", Attestation::Tpm),
    ("android-key", Attestation::AndroidKey),
    ("apple", Attestation::Apple),
    ("fido-u2f", Attestation::FidoU2f),
    ("compound", Attestation::Compound),
];

/// How often each is measured.
const ROUNDS: usize = 1000;

fn main() {
    let scene = Scene::new();
    let mut criterion = Criterion::default().configure_from_args();
    let mut table = Vec::new();
    for (name, attestation) in FORMATS {
        let body = scene.body(Algorithm::Es256, attestation, |_| ());
        assert!(scene.finish(scene.begin().1, &body).is_ok(), "{name} is not honest");
        let checks = scene.checks(&body);
        let mut group = criterion.benchmark_group(name);
        group.bench_function("registration", |bencher| {
            let run = |state| scene.finish(state, &body);
            bencher.iter_batched(|| scene.begin().1, run, BatchSize::SmallInput);
        });
        group.bench_function("checks", |bencher| bencher.iter(|| all(&checks)));
        group.finish();
        table.push((name, body, checks));
    }
    criterion.final_summary();
    // Once is enough to see that it runs, where this is built as a test.
    let rounds = if std::env::args().any(|argument| argument == "--bench") { ROUNDS } else { 1 };
    print(&scene, &table, rounds);
}

/// The ratios, from rounds in which each registration stands beside its checks.
fn print(scene: &Scene, table: &[(&str, Vec<u8>, Vec<Check>)], rounds: usize) {
    println!("| format | signatures | keys checked | registration, us | checks, us | ratio | difference, us |");
    println!("|---|---|---|---|---|---|---|");
    for (name, body, checks) in table {
        let mut runs: [Run<'_>; 2] = [
            Box::new(|| {
                let state = scene.begin().1;
                clock::time(|| scene.finish(state, body))
            }),
            Box::new(|| clock::time(|| all(checks))),
        ];
        let medians = clock::medians(rounds, &mut runs);
        let [whole, bare] = medians.as_slice() else { continue };
        let signatures = checks.iter().filter(|check| check.is_signature()).count();
        let keys = checks.len() - signatures;
        let (ratio, more) = (whole / bare, whole - bare);
        println!("| {name} | {signatures} | {keys} | {whole:.1} | {bare:.1} | {ratio:.2} | {more:.1} |");
    }
}

fn all(checks: &[Check]) -> bool {
    checks.iter().all(Check::again)
}
