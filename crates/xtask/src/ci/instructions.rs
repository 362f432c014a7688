//! The hot paths take no more instructions than recorded: callgrind counts them, which no busy machine can disturb.
//!
//! `CEREMONY_BLESS=1 cargo xtask ci instructions` records them anew.

mod callgrind;
mod recorded;

use super::{Context, Outcome, outcome, problem};
use crate::components::VALGRIND_COMPONENT;
use crate::process::{capture, cargo, succeed};
use recorded::{Counts, Recorded, Setting};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Set, the counts are written instead of compared.
const BLESS: &str = "CEREMONY_BLESS";

/// Where they stand.
const FILE: &str = "crates/instructions/counts.txt";

const PACKAGE: &str = "ceremony-instructions";

/// Packages that take long to optimise and of which nothing runs while instructions are counted.
const NOT_COUNTED: &[&str] = &["futures-util", "k256", "p384", "p521", "tracing-core"];

pub(super) fn check(context: &Context) -> Outcome {
    if !cfg!(target_os = "linux") {
        return Ok("NOT CHECKED: callgrind counts on Linux only".to_owned());
    }
    let valgrind = VALGRIND_COMPONENT.ensure().map_err(problem)?;
    let program = build(&context.root).map_err(problem)?;
    let setting = setting(&context.root, &valgrind).map_err(problem)?;
    let count = || callgrind::count(&valgrind, &program, &context.root.join("target").join("instructions"));
    let counts = count()?;
    let file = context.root.join(FILE);
    if std::env::var_os(BLESS).is_some_and(|value| !value.is_empty()) {
        let problems = recorded::differences(&counts, &count()?);
        let text = Recorded { setting, counts }.to_string();
        std::fs::write(&file, text).map_err(|error| problem(format!("cannot write {FILE}: {error}")))?;
        return outcome(format!("written to {FILE}"), problems);
    }
    let text = std::fs::read_to_string(&file).map_err(|error| problem(format!("cannot read {FILE}: {error}")))?;
    let recorded = Recorded::parse(&text).map_err(|error| problem(format!("{FILE}: {error}")))?;
    judge(&recorded, &setting, &counts)
}

fn judge(recorded: &Recorded, setting: &Setting, counts: &Counts) -> Outcome {
    print!("{}", recorded.table(counts));
    let differs = recorded.setting.differences(setting);
    differs.iter().for_each(|difference| println!("xtask: {difference}"));
    let tolerance = if differs.is_empty() { recorded::SAME_SETTING } else { recorded::OTHER_SETTING };
    let mut problems = recorded.judge(counts, tolerance);
    if !problems.is_empty() {
        problems.push(format!("where that is meant: {BLESS}=1 cargo xtask ci instructions"));
    }
    let note = format!("{} paths, {} % allowed", counts.len(), tolerance.up);
    let note =
        if differs.is_empty() { note } else { format!("{note}: NOT THE RECORDED TOOLS ({})", differs.join(", ")) };
    outcome(note, problems)
}

/// The program, in the release profile as users have it. A folder of its own keeps it from other builds' flags.
fn build(root: &Path) -> Result<PathBuf, String> {
    let target = root.join("target").join("instructions");
    let mut command = cargo();
    command.args(["build", "--release", "--locked", "--package", PACKAGE, "--target-dir"]).arg(&target);
    for package in NOT_COUNTED {
        command.args(["--config", &format!("profile.release.package.{package}.opt-level=0")]);
    }
    // What would make other code of it.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.ends_with("RUSTFLAGS") || text.starts_with("CARGO_PROFILE_") || text == "CARGO_BUILD_TARGET" {
            command.env_remove(&name);
        }
    }
    succeed(command.env("CARGO_INCREMENTAL", "0").current_dir(root))?;
    Ok(target.join("release").join(PACKAGE))
}

fn setting(root: &Path, valgrind: &Path) -> Result<Setting, String> {
    let ask = |program: &mut Command| capture(program.current_dir(root).stdin(Stdio::null()));
    let rustc = ask(Command::new("rustc").arg("-vV"))?;
    let libc = ask(Command::new("ldd").arg("--version"))?;
    let valgrind = ask(Command::new(valgrind).arg("--version"))?;
    Ok(Setting::of(&rustc, &libc, &valgrind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(count: u64) -> Recorded {
        Recorded { setting: setting("1.95.0"), counts: counts(count) }
    }

    fn setting(rustc: &str) -> Setting {
        Setting::of(&format!("rustc {rustc} (a 2026)\nhost: x86_64\n"), "ldd (GLIBC) 2.36\n", "valgrind-3.19.0\n")
    }

    fn counts(count: u64) -> Counts {
        Counts::from([("authentication".to_owned(), count)])
    }

    #[test]
    fn more_instructions_than_allowed_are_a_problem_that_says_how_to_record() {
        let problems = judge(&recorded(10_000), &setting("1.95.0"), &counts(10_400)).unwrap_err();
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems.concat().contains("CEREMONY_BLESS=1"), "{problems:?}");
        assert!(judge(&recorded(10_000), &setting("1.95.0"), &counts(10_200)).is_ok());
    }

    #[test]
    fn another_compiler_has_more_room_and_is_named() {
        let note = judge(&recorded(10_000), &setting("1.96.0"), &counts(11_500)).unwrap();
        assert!(note.contains("NOT THE RECORDED TOOLS") && note.contains("1.96.0"), "{note}");
        assert!(judge(&recorded(10_000), &setting("1.96.0"), &counts(13_500)).is_err());
    }
}
