//! The table of hostile input beside honest ceremonies. With a word on the command line: the cases that have it in their
//! names only.

#![allow(missing_docs, reason = "a bench")]

use ceremony_bench::case::{Case, Honest};
use ceremony_bench::clock::{self, Run};
use ceremony_bench::hostile;
use ceremony_bench::recorder::Check;

/// How often each is measured; once is enough to see that it runs, where this is built as a test.
const ROUNDS: usize = 51;

fn main() {
    let rounds = if std::env::args().any(|argument| argument == "--bench") { ROUNDS } else { 1 };
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with("--")).unwrap_or_default();
    println!(
        "| input | bytes | verdict | signatures | us | checks alone, us | to signed ES256 | to honest of its kind |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let mut known: Vec<(Honest, Case)> = Vec::new();
    for case in hostile::all().into_iter().filter(|case| case.name.contains(&wanted)) {
        for honest in [case.honest, case.honest.signed()] {
            if !known.iter().any(|(known, _)| *known == honest) {
                let made = honest.case();
                assert!(made.verdict().is_ok(), "{honest:?} is not honest: {:?}", made.verdict());
                known.push((honest, made));
            }
        }
        let find = |honest: Honest| known.iter().find(|(known, _)| *known == honest).map(|(_, case)| case);
        let (Some(kind), Some(signed)) = (find(case.honest), find(case.honest.signed())) else { continue };
        row(&case, signed, kind, rounds);
    }
}

fn row(case: &Case, signed: &Case, kind: &Case, rounds: usize) {
    let verdict = match case.verdict() {
        Ok(()) => String::from("accepted"),
        Err(error) => std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string),
    };
    let checks = case.checks();
    let mut runs: [Run<'_>; 4] = [
        Box::new(|| case.time()),
        Box::new(|| clock::time(|| checks.iter().filter(|check| check.again()).count())),
        Box::new(|| signed.time()),
        Box::new(|| kind.time()),
    ];
    let times = clock::shortest(rounds, &mut runs);
    let [taken, bare, signed, kind] = times.as_slice() else { return };
    let signatures = checks.iter().filter(|check| Check::is_signature(check)).count();
    let (name, bytes) = (&case.name, case.bytes);
    // Messages may quote the configuration at length.
    let verdict: String = verdict.replace('|', "/").chars().take(80).collect();
    let (to_signed, to_kind) = (taken / signed, taken / kind);
    println!(
        "| {name} | {bytes} | {verdict} | {signatures} | {taken:.0} | {bare:.0} | {to_signed:.1} | {to_kind:.1} |"
    );
}
