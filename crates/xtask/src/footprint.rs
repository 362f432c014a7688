//! `cargo xtask footprint`: what it costs to depend on the core, beside its peers, and how large a server becomes.

use crate::process::{capture, cargo, succeed};
use crate::workspace;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What a package of one line depends on. The peers have the features that take the JSON of browsers.
const CONTENDERS: &[(&str, &str)] = &[
    ("ceremony", "ceremony = { path = \"ROOT/crates/core\" }"),
    ("ceremony, no default features", "ceremony = { path = \"ROOT/crates/core\", default-features = false }"),
    ("passkey-auth 0.1.3", "passkey-auth = \"=0.1.3\""),
    ("webauthn_rp 0.3.0", "webauthn_rp = { version = \"=0.3.0\", features = [\"serde_relaxed\"] }"),
];

/// Programs whose size is told: package and example.
const SERVERS: &[(&str, &str)] = &[("ceremony-axum", "tower_sessions")];

/// Clock ticks of `/proc` in a second, on every Linux that Rust runs on.
const TICKS: u64 = 100;

/// Runs the command.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, String> {
    let rounds: usize = match arguments {
        [] => 1,
        [flag, count] if flag == "--rounds" => {
            count.parse().map_err(|_| format!("not a number of rounds: {count:?}"))?
        }
        _ => return Err("cargo xtask footprint [--rounds <n>]".to_owned()),
    };
    let root = workspace::root()?;
    let folder = root.join("target").join("footprint");
    let outcome = measure(&root, &folder, rounds);
    // Gigabytes, and of no use to any other build.
    let removed = std::fs::remove_dir_all(&folder);
    outcome?;
    removed.map_err(|error| format!("cannot remove {}: {error}", folder.display()))?;
    Ok(ExitCode::SUCCESS)
}

fn measure(root: &Path, folder: &Path, rounds: usize) -> Result<(), String> {
    let packages = CONTENDERS.iter().enumerate();
    let packages = packages.map(|(at, (_, line))| scratch(root, &folder.join(at.to_string()), line));
    let packages = packages.collect::<Result<Vec<PathBuf>, String>>()?;
    let mut seconds = vec![Vec::new(); packages.len()];
    // In turns, so that a slow hour of the machine meets all of them.
    for round in 0..rounds {
        for ((package, seconds), (name, _)) in packages.iter().zip(&mut seconds).zip(CONTENDERS) {
            println!("xtask: building {name}, round {} of {rounds}", round + 1);
            let taken = cold_build(package)?;
            println!("xtask: {taken:.0} s of processor time");
            seconds.push(taken);
        }
    }
    println!("\n{}", capture(cargo().arg("--version"))?.trim());
    println!("\n| | packages below it | cold release build, CPU s |\n|---|---|---|");
    for ((package, seconds), (name, _)) in packages.iter().zip(&mut seconds).zip(CONTENDERS) {
        println!("| {name} | {} | {:.0} |", packages_below(package)?, median(seconds));
    }
    println!("\n| server, release, stripped | KiB |\n|---|---|");
    for (package, example) in SERVERS {
        println!("| {package}, example {example} | {} |", size(root, folder, package, example)? / 1024);
    }
    Ok(())
}

/// A package with nothing in it but a dependency, in the versions that this workspace has.
fn scratch(root: &Path, folder: &Path, dependency: &str) -> Result<PathBuf, String> {
    let dependency = dependency.replace("ROOT", &root.display().to_string());
    let manifest = format!(
        "[package]\nname = \"scratch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\n{dependency}\n[workspace]\n"
    );
    let write = |name: &str, text: &str| {
        std::fs::write(folder.join(name), text).map_err(|error| format!("cannot write {name}: {error}"))
    };
    std::fs::create_dir_all(folder.join("src")).map_err(|error| format!("cannot make a folder: {error}"))?;
    write("Cargo.toml", &manifest)?;
    write("Cargo.lock", &workspace::read(root, "Cargo.lock")?)?;
    write("src/lib.rs", "")?;
    // What the network takes is not counted.
    succeed(cargo().args(["fetch", "--quiet"]).current_dir(folder))?;
    Ok(folder.to_owned())
}

/// The processor time of a build from nothing, in seconds.
fn cold_build(folder: &Path) -> Result<f64, String> {
    let target = folder.join("target");
    if target.exists() {
        std::fs::remove_dir_all(&target).map_err(|error| format!("cannot remove {}: {error}", target.display()))?;
    }
    let before = children_ticks()?;
    let mut command = cargo();
    command.args(["build", "--release", "--quiet", "--offline", "--target-dir"]).arg(&target).current_dir(folder);
    succeed(command.env("CARGO_INCREMENTAL", "0"))?;
    let ticks = children_ticks()?.saturating_sub(before);
    let (whole, rest) = (ticks / TICKS, ticks % TICKS);
    Ok(f64::from(u32::try_from(whole).unwrap_or(u32::MAX)) + f64::from(u32::try_from(rest).unwrap_or_default()) / 100.0)
}

/// What all processes that this one has waited for, and those that they have waited for, took so far.
fn children_ticks() -> Result<u64, String> {
    let stat = std::fs::read_to_string("/proc/self/stat").map_err(|error| format!("cannot read /proc: {error}"))?;
    parse_ticks(&stat).ok_or_else(|| format!("not a line of /proc: {stat:?}"))
}

/// User and system time of the children: fields 16 and 17, counted from 1, of proc_pid_stat(5). The second, in parentheses, is a
/// name that may have spaces.
fn parse_ticks(stat: &str) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(13);
    let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(user + system)
}

fn packages_below(folder: &Path) -> Result<usize, String> {
    let mut command = cargo();
    command.args(["tree", "--offline", "-e", "normal,build", "--prefix", "none", "--no-dedupe", "--format", "{p}"]);
    let tree = capture(command.current_dir(folder))?;
    let packages: BTreeSet<&str> = tree.lines().map(|line| line.trim_end_matches(" (proc-macro)")).collect();
    // Neither the scratch package nor what it depends on.
    Ok(packages.len().saturating_sub(2))
}

fn size(root: &Path, folder: &Path, package: &str, example: &str) -> Result<u64, String> {
    let target = folder.join("server");
    let mut command = cargo();
    command.args(["build", "--release", "--quiet", "--locked", "--package", package, "--example", example]);
    command.args(["--config", "profile.release.strip=true", "--target-dir"]).arg(&target).current_dir(root);
    succeed(&mut command)?;
    let file = target.join("release").join("examples").join(example);
    std::fs::metadata(&file).map(|data| data.len()).map_err(|error| format!("cannot read {}: {error}", file.display()))
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_of_children_are_read_behind_a_name_with_spaces() {
        let stat = "7 (a b) c) S 1 7 7 0 -1 4194304 100 200 0 0 11 12 130 14 20 0 1 0 5 6 7";
        assert_eq!(parse_ticks(stat), Some(130 + 14));
        assert_eq!(parse_ticks("7 (a) S 1"), None);
        assert!(children_ticks().is_ok());
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert!((median(&mut [3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
    }
}
