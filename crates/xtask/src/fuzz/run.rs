//! One program that fuzzes, with its folders, its log and its end.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// How a target is run.
#[derive(Debug, Clone)]
pub(crate) struct Plan<'a> {
    /// The repository.
    pub(crate) root: &'a Path,
    /// Where the programs are.
    pub(crate) programs: &'a Path,
    /// Where logs and found inputs go.
    pub(crate) folder: &'a Path,
    /// Seconds beyond the seeds.
    pub(crate) seconds: u64,
    /// Where inputs that led somewhere new are kept.
    pub(crate) corpus: PathBuf,
    /// The same inputs each time, from the seeds alone; otherwise from what was kept, and others each time.
    pub(crate) same: bool,
}

/// What a target did.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Done {
    /// How often it ran.
    pub(crate) executions: u64,
    /// How many edges it took.
    pub(crate) edges: u64,
}

/// A target that runs.
pub(crate) struct Run {
    name: String,
    child: Child,
    log: PathBuf,
    artifacts: PathBuf,
}

impl Run {
    pub(crate) fn start(plan: &Plan<'_>, name: &str) -> Result<Self, String> {
        let (corpus, artifacts) = (plan.corpus.join(name), plan.folder.join("artifacts").join(name));
        if plan.same {
            // What a run finds does not depend on the runs before it.
            let _ = fs::remove_dir_all(&corpus);
        }
        for made in [&corpus, &artifacts] {
            fs::create_dir_all(made).map_err(|error| format!("cannot make {}: {error}", made.display()))?;
        }
        let log = plan.folder.join(format!("{name}.log"));
        let output = fs::File::create(&log).map_err(|error| format!("cannot write {}: {error}", log.display()))?;
        let mut command = Command::new(plan.programs.join(name));
        command.args([
            format!("-max_total_time={}", plan.seconds),
            format!("-artifact_prefix={}/", artifacts.display()),
            "-timeout=10".to_owned(),
            "-rss_limit_mb=1024".to_owned(),
            "-print_final_stats=1".to_owned(),
        ]);
        if plan.same {
            command.arg("-seed=1");
        }
        command.arg(&corpus).arg(plan.root.join("fuzz").join("seeds").join(name));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(output);
        let child = command.spawn().map_err(|error| format!("cannot run the fuzz target {name}: {error}"))?;
        Ok(Self { name: name.to_owned(), child, log, artifacts })
    }

    pub(crate) fn finish(mut self) -> Result<Done, String> {
        let status = self.child.wait().map_err(|error| format!("{}: {error}", self.name))?;
        // What a target prints in a panic may be no text.
        let log = String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned();
        if !status.success() {
            let (name, artifacts) = (&self.name, self.artifacts.display());
            return Err(format!(
                "the fuzz target {name} ended with {status}; its input is in {artifacts}, to be run again with\n    \
                 cargo +nightly fuzz run {name} FILE\n{}",
                tail(&log)
            ));
        }
        done(&log).ok_or_else(|| format!("the fuzz target {} does not say how often it ran\n{}", self.name, tail(&log)))
    }
}

fn done(log: &str) -> Option<Done> {
    let executions =
        log.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:")?.trim().parse().ok())?;
    let edges = log.lines().rev().find_map(|line| line.split_once("cov: ")?.1.split(' ').next()?.parse().ok());
    Some(Done { executions, edges: edges.unwrap_or_default() })
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
    fn what_was_done_is_read_from_the_log() {
        let log = "#2\tINITED cov: 7 ft: 8 corp: 1/1b\n#9\tNEW    cov: 12 ft: 30 corp: 2/5b\n\
                   stat::number_of_executed_units: 1234\nstat::average_exec_per_sec:     3\n";
        assert_eq!(done(log), Some(Done { executions: 1234, edges: 12 }));
        assert_eq!(done("#2\tINITED\n"), None);
    }

    fn run(script: &str) -> Run {
        let log = std::env::temp_dir().join(format!("ceremony-xtask-fuzz-{}-{}.log", std::process::id(), script.len()));
        let output = fs::File::create(&log).unwrap();
        let child = Command::new("sh").args(["-c", script]).stderr(output).spawn().unwrap();
        Run { name: "cbor".to_owned(), child, log, artifacts: PathBuf::from("artifacts") }
    }

    #[test]
    fn a_target_that_panics_is_a_problem_that_says_how_to_see_it() {
        let run = run("printf 'panicked at fuzz/src/cbor.rs \\377' >&2; exit 77");
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
        assert_eq!(counted.finish(), Ok(Done { executions: 7, edges: 0 }));
        fs::remove_file(log).unwrap();
    }
}
