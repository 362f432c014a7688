//! Each fuzz target runs its seeds and then ten seconds more. That is a smoke test; docs/assurance.md says what was fuzzed
//! for how long.
//!
//! `cargo fuzz` wants a nightly toolchain for its address sanitizer. The crates here forbid unsafe code, so that coverage is
//! enough, and stable Rust can build that.

use super::{Context, Outcome, below, outcome, problem, rust_files};
use crate::components::CXX_COMPONENT;
use crate::process::{capture, cargo, succeed};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// How long one target runs beyond its seeds, in seconds.
const SECONDS: u32 = 10;

/// What libFuzzer looks at: which edges were taken, and what was compared with what.
const COVERAGE: &[&str] = &[
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

pub(super) fn check(context: &Context) -> Outcome {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Ok("NOT CHECKED: one of the verifiers compared and libFuzzer are at home on x86-64 Linux".to_owned());
    }
    CXX_COMPONENT.ensure().map_err(problem)?;
    let names = targets(&context.files);
    let folder = context.root.join("target").join("fuzz");
    let programs = build(&context.root, &folder).map_err(problem)?;
    let mut problems = Vec::new();
    let mut executions = 0_u64;
    let lanes = std::thread::available_parallelism().map_or(1, usize::from);
    for names in names.chunks(lanes) {
        let runs: Vec<_> = names.iter().map(|name| Run::start(context, &folder, &programs, name)).collect();
        for run in runs {
            match run.and_then(Run::finish) {
                Ok(count) => executions = executions.saturating_add(count),
                Err(error) => problems.push(error),
            }
        }
    }
    outcome(format!("{} targets, {SECONDS} s each, {executions} executions", names.len()), problems)
}

/// The targets' names, by their programs.
fn targets(files: &[String]) -> Vec<&str> {
    let programs = rust_files(files, |path| path.starts_with("fuzz/fuzz_targets/"));
    programs.filter_map(|path| below(path, "fuzz/fuzz_targets")?.strip_suffix(".rs")).collect()
}

/// Builds the programs, and gives the folder that they are in.
fn build(root: &Path, folder: &Path) -> Result<PathBuf, String> {
    let version = capture(Command::new("rustc").arg("-vV").current_dir(root))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc names no host")?;
    let mut command = cargo();
    // With a target named, build scripts are not instrumented.
    command.args(["build", "--release", "--locked", "--bins", "--manifest-path", "fuzz/Cargo.toml", "--target", host]);
    command.arg("--target-dir").arg(folder).current_dir(root);
    command.env("RUSTFLAGS", COVERAGE.join(" ")).env_remove("CARGO_ENCODED_RUSTFLAGS").env("CARGO_INCREMENTAL", "0");
    succeed(&mut command)?;
    Ok(folder.join(host).join("release"))
}

/// A target that runs.
struct Run {
    name: String,
    child: Child,
    log: PathBuf,
    artifacts: PathBuf,
}

impl Run {
    fn start(context: &Context, folder: &Path, programs: &Path, name: &str) -> Result<Self, String> {
        let [corpus, artifacts] = ["corpus", "artifacts"].map(|part| folder.join(part).join(name));
        // From the seeds alone, each time: what a run finds does not depend on the runs before it.
        let _ = fs::remove_dir_all(&corpus);
        for made in [&corpus, &artifacts] {
            fs::create_dir_all(made).map_err(|error| format!("cannot make {}: {error}", made.display()))?;
        }
        let log = folder.join(format!("{name}.log"));
        let output = fs::File::create(&log).map_err(|error| format!("cannot write {}: {error}", log.display()))?;
        let mut command = Command::new(programs.join(name));
        command.args([
            format!("-max_total_time={SECONDS}"),
            // The same inputs each time: what is new is found by who fuzzes, not by whose turn it is.
            "-seed=1".to_owned(),
            format!("-artifact_prefix={}/", artifacts.display()),
            "-timeout=10".to_owned(),
            "-rss_limit_mb=1024".to_owned(),
            "-print_final_stats=1".to_owned(),
        ]);
        command.arg(&corpus).arg(context.root.join("fuzz").join("seeds").join(name));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(output);
        let child = command.spawn().map_err(|error| format!("cannot run the fuzz target {name}: {error}"))?;
        Ok(Self { name: name.to_owned(), child, log, artifacts })
    }

    /// How often the target was executed.
    fn finish(mut self) -> Result<u64, String> {
        let status = self.child.wait().map_err(|error| format!("{}: {error}", self.name))?;
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        if !status.success() {
            let (name, artifacts) = (&self.name, self.artifacts.display());
            return Err(format!(
                "the fuzz target {name} ended with {status}; its input is in {artifacts}, to be run again with\n    \
                 cargo +nightly fuzz run {name} FILE\n{}",
                tail(&log)
            ));
        }
        executions(&log)
            .ok_or_else(|| format!("the fuzz target {} does not say how often it ran\n{}", self.name, tail(&log)))
    }
}

fn executions(log: &str) -> Option<u64> {
    log.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:")?.trim().parse().ok())
}

/// The end of a log, where the panic is.
fn tail(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    let end = lines.get(lines.len().saturating_sub(25)..).unwrap_or_default();
    end.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_the_programs() {
        let files = ["fuzz/src/flow.rs", "fuzz/fuzz_targets/cbor.rs", "fuzz/fuzz_targets/flow.rs"].map(str::to_owned);
        assert_eq!(targets(&files), ["cbor", "flow"]);
    }

    #[test]
    fn executions_are_read_from_the_statistics() {
        let log = "#2\tINITED\nstat::number_of_executed_units: 1234\nstat::average_exec_per_sec:     3\n";
        assert_eq!(executions(log), Some(1234));
        assert_eq!(executions("#2\tINITED\n"), None);
    }

    fn run(script: &str) -> Run {
        let log = std::env::temp_dir().join(format!("ceremony-xtask-fuzz-{}-{}.log", std::process::id(), script.len()));
        let output = fs::File::create(&log).unwrap();
        let child = Command::new("sh").args(["-c", script]).stderr(output).spawn().unwrap();
        Run { name: "cbor".to_owned(), child, log, artifacts: PathBuf::from("artifacts") }
    }

    #[test]
    fn a_target_that_panics_is_a_problem_that_says_how_to_see_it() {
        let run = run("echo 'panicked at fuzz/src/cbor.rs' >&2; exit 77");
        let log = run.log.clone();
        let error = run.finish().unwrap_err();
        for part in ["cbor", "77", "artifacts", "cargo +nightly fuzz run cbor", "panicked at"] {
            assert!(error.contains(part), "{part:?} is not in {error}");
        }
        fs::remove_file(log).unwrap();
    }

    #[test]
    fn a_target_that_did_not_run_is_a_problem() {
        let silent = run("true");
        let log = silent.log.clone();
        assert!(silent.finish().unwrap_err().contains("does not say"));
        fs::remove_file(log).unwrap();
        let counted = run("echo 'stat::number_of_executed_units: 7' >&2");
        let log = counted.log.clone();
        assert_eq!(counted.finish(), Ok(7));
        fs::remove_file(log).unwrap();
    }
}
