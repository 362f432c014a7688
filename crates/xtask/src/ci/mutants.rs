//! Changes to the code that no test notices: `.cargo/mutants.toml` holds those that nobody has to notice, with reasons, and
//! no others; and some of those that the last commit brought are tried.
//!
//! The whole is thousands of builds: docs/assurance.md says when it was run, and how to run it in parts.

mod accepted;

use super::{Context, Outcome, outcome, problem};
use crate::process::{capture, succeed};
use crate::tool::Tool;
use accepted::Accepted;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(super) const TOOL: Tool = Tool { name: "cargo-mutants", version: "27.1.0" };

/// Where it is asked for.
const PACKAGES: &[(&str, &str)] = &[
    ("ceremony", "crates/core/src"),
    ("ceremony-metadata", "crates/metadata/src"),
    ("ceremony-service", "crates/service/src"),
];

/// How many of the last commit's mutants are tried: each takes a build of the package and a run of its tests.
const TRIED: usize = 6;

pub(super) fn check(context: &Context) -> Outcome {
    let program = TOOL.ensure(&context.root).map_err(problem)?;
    let mutants = Mutants { program, root: &context.root };
    let config = fs::read_to_string(context.root.join(accepted::FILE));
    let config = config.map_err(|error| problem(format!("cannot read {}: {error}", accepted::FILE)))?;
    let accepted = Accepted::read(&config).map_err(problem)?;
    let all = mutants.list(&["--no-config"]).map_err(problem)?;
    let mut problems = accepted.problems(&all);
    let note = match mutants.of_last_commit() {
        Ok(note) => note,
        Err(error) => {
            problems.push(error);
            String::new()
        }
    };
    outcome(format!("{} mutants, {} patterns of accepted ones; {note}", all.len(), accepted.len()), problems)
}

struct Mutants<'a> {
    program: PathBuf,
    root: &'a Path,
}

impl Mutants<'_> {
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("mutants").current_dir(self.root).env_remove("CARGO_TARGET_DIR");
        for (package, _) in PACKAGES {
            command.args(["--package", package]);
        }
        command
    }

    /// The names of mutants.
    fn list(&self, arguments: &[&str]) -> Result<Vec<String>, String> {
        let names = capture(self.command().arg("--list").args(arguments))?;
        Ok(names.lines().filter(|line| line.contains(".rs:")).map(str::to_owned).collect())
    }

    /// Tries some of those in the lines that the last commit touched.
    fn of_last_commit(&self) -> Result<String, String> {
        let mut git = Command::new("git");
        git.args(["diff", "--no-color", "HEAD^", "HEAD", "--"]).args(PACKAGES.iter().map(|(_, sources)| sources));
        let Ok(diff) = capture(git.current_dir(self.root)) else {
            return Ok("there is no commit before the last one".to_owned());
        };
        let folder = self.root.join("target").join("mutants");
        let file = folder.join("change.diff");
        fs::create_dir_all(&folder).and_then(|()| fs::write(&file, &diff)).map_err(|error| error.to_string())?;
        let path = file.to_string_lossy().into_owned();
        let touched = if diff.is_empty() { 0 } else { self.list(&["--in-diff", &path])?.len() };
        if touched == 0 {
            return Ok("the last commit touches none".to_owned());
        }
        let mut command = self.command();
        command.args(["--in-diff", &path, "--sharding", "round-robin", "--shard"]);
        command.arg(format!("0/{}", touched.div_ceil(TRIED))).arg("--output").arg(&folder);
        // Fewer cases do: the mutants are many. Never in the tests' own target folder: cargo knows a mutant's build by its
        // place below the workspace, and would take it for the original's.
        succeed(command.env("PROPTEST_CASES", "16"))?;
        Ok(format!("{} of the last commit's {touched} tried and noticed", touched.min(TRIED)))
    }
}

#[cfg(test)]
mod tests {
    use super::PACKAGES;
    use std::path::Path;

    #[test]
    fn the_sources_are_there() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for (_, sources) in PACKAGES {
            assert!(root.join(sources).join("lib.rs").is_file(), "{sources}");
        }
    }
}
