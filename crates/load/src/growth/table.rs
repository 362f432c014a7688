//! Everything as Markdown, ready for a document.

use super::Size;
use super::finishes::Cost;
use super::plans::walks;
use super::server::Used;
use super::{Fallible, statements};
use std::time::Duration;

/// On what it was measured.
pub(crate) fn header(settings: &str, verifier: &str) {
    let processor = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processor.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    println!(
        "{}, {cores} cores, {profile} build, signatures by {verifier}.",
        model.trim_start_matches([' ', '\t', ':'])
    );
    println!("PostgreSQL: {settings}.\n");
}

pub(crate) fn finishes(all: &[Size]) {
    println!("| Rows | Server us | PostgreSQL us | its writers us | Server + PostgreSQL | p50 us | p99 us |");
    println!("|---:|---:|---:|---:|---:|---:|---:|");
    for size in all {
        let of = |part: fn(&Cost) -> Duration| micros(median(size.costs.iter().map(part)));
        let [own, backends, others] =
            [|cost: &Cost| cost.each.own, |cost: &Cost| cost.each.backends, |cost: &Cost| cost.each.others].map(of);
        let ratio = ratio(
            size.costs.iter().map(|cost| total(cost.each)),
            all.first().into_iter().flat_map(|first| first.costs.iter().map(|cost| total(cost.each))),
        );
        let (p50, p99) = (of(|cost| cost.p50), of(|cost| cost.p99));
        println!("| {} | {own} | {backends} | {others} | {ratio:.2}x | {p50} | {p99} |", size.rows);
    }
    println!();
}

pub(crate) fn statements(all: &[Size]) {
    println!("| Statement | Rows | Server us | PostgreSQL us | Server + PostgreSQL | p50 us |");
    println!("|---|---:|---:|---:|---:|---:|");
    for (at, name) in statements::NAMES.iter().enumerate() {
        let rounds = |size: &Size, part: fn(&statements::Alone) -> Duration| -> Vec<Duration> {
            size.alone.iter().filter_map(|round| round.get(at)).map(part).collect()
        };
        let first = all.first().map(|first| rounds(first, |alone| total(alone.each))).unwrap_or_default();
        for size in all {
            let [own, backends, p50] = [
                rounds(size, |alone| alone.each.own),
                rounds(size, |alone| alone.each.backends),
                rounds(size, |alone| alone.p50),
            ]
            .map(|times| micros(median(times.into_iter())));
            let ratio = ratio(rounds(size, |alone| total(alone.each)).into_iter(), first.iter().copied());
            println!("| {name} | {} | {own} | {backends} | {ratio:.2}x | {p50} |", size.rows);
        }
    }
    println!();
}

pub(crate) fn sizes(rows: u64, sizes: &[(String, bool, i64)]) {
    println!("At {rows} rows, of which each two are one user's:\n");
    println!("| Table or index | MB | bytes for each credential |");
    println!("|---|---:|---:|");
    let line = |name: &str, bytes: i64| {
        let tenths = i128::from(bytes) * 10 / i128::from(rows.max(1));
        println!("| {name} | {} | {}.{} |", bytes / 1_000_000, tenths / 10, tenths % 10);
    };
    for (name, is_index, bytes) in sizes {
        line(&if *is_index { format!("index {name}") } else { name.clone() }, *bytes);
    }
    line("all", sizes.iter().map(|(_, _, bytes)| bytes).sum());
    println!();
}

pub(crate) fn updates(rows: u64, (updates, hot): (i64, i64)) {
    println!("At {rows} rows: {hot} of {updates} updates wrote no index (HOT).\n");
}

/// The plans, and an error if one of them walks through a table.
pub(crate) fn plans(rows: u64, plans: &[(String, Vec<String>)]) -> Fallible<()> {
    println!("Plans at {rows} rows:\n");
    println!("```text");
    let mut walking = Vec::new();
    for (statement, plan) in plans {
        println!("{}", statement.split_whitespace().collect::<Vec<_>>().join(" "));
        for step in plan {
            println!("    {step}");
        }
        if !walks(plan).is_empty() {
            walking.push(statement.as_str());
        }
    }
    println!("```\n");
    println!("{} statements; {} of them walk through a table that has grown.\n", plans.len(), walking.len());
    if walking.is_empty() { Ok(()) } else { Err(format!("no index for {walking:#?}").into()) }
}

pub(crate) fn restarted(costs: &[(u64, Cost)]) {
    println!("The first sign-ins after a restart of PostgreSQL, with the kernel's cache as it was:\n");
    println!("| Rows | Server us | PostgreSQL us | p50 us | p99 us |");
    println!("|---:|---:|---:|---:|---:|");
    for (rows, cost) in costs {
        let [own, backends, p50, p99] = [cost.each.own, cost.each.backends, cost.p50, cost.p99].map(micros);
        println!("| {rows} | {own} | {backends} | {p50} | {p99} |");
    }
    println!();
}

/// What is owed to a call: the writers' work comes in bursts that another round's calls may have caused.
fn total(used: Used) -> Duration {
    used.own + used.backends
}

fn micros(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1e6)
}

fn median(times: impl Iterator<Item = Duration>) -> Duration {
    let mut times: Vec<Duration> = times.collect();
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// The median of the ratios of each round.
fn ratio(these: impl Iterator<Item = Duration>, those: impl Iterator<Item = Duration>) -> f64 {
    let mut ratios: Vec<f64> =
        these.zip(those).map(|(this, that)| this.as_secs_f64() / that.as_secs_f64().max(1e-9)).collect();
    ratios.sort_unstable_by(f64::total_cmp);
    ratios.get(ratios.len() / 2).copied().unwrap_or_default()
}
