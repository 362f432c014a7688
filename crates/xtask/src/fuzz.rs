//! `cargo xtask fuzz`: fuzzes for as long as one has, from the seeds and what earlier runs kept.

pub(crate) mod build;
pub(crate) mod run;

use crate::components::CXX_COMPONENT;
use crate::workspace;
use build::{Purpose, build};
use run::{Done, Plan, Run};
use std::process::ExitCode;

/// Minutes that each target gets unless told otherwise.
const MINUTES: u64 = 30;

const USAGE: &str = "cargo xtask fuzz [--minutes <n>] [<target> ...]";

/// Whether the targets can be built here: one of the verifiers compared and libFuzzer are at home there.
pub(crate) const POSSIBLE: bool = cfg!(all(target_os = "linux", target_arch = "x86_64"));

/// Runs the command.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, String> {
    let (minutes, wanted) = match arguments {
        [flag, minutes, wanted @ ..] if flag == "--minutes" => (whole(minutes)?, wanted),
        wanted => (MINUTES, wanted),
    };
    if !POSSIBLE {
        return Err("the targets are fuzzed on x86-64 Linux; elsewhere: cargo +nightly fuzz run <target>".to_owned());
    }
    let root = workspace::root()?;
    let files = workspace::files(&root)?;
    let targets = chosen(&targets(&files), wanted)?;
    CXX_COMPONENT.ensure()?;
    let folder = root.join("target").join("fuzz");
    let programs = build(&root, &folder, Purpose::Long)?;
    println!("| target | executions | minutes | edges covered |\n|---|---:|---:|---:|");
    let mut failed = false;
    for name in targets {
        let plan = Plan {
            root: &root,
            programs: &programs,
            folder: &folder,
            seconds: minutes.saturating_mul(60),
            corpus: root.join("fuzz").join("corpus"),
            same: false,
        };
        match Run::start(&plan, name)?.finish() {
            Ok(Done { executions, edges }) => println!("| `{name}` | {executions} | {minutes} | {edges} |"),
            Err(problem) => {
                failed = true;
                eprintln!("xtask: {problem}");
            }
        }
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Minutes from one on: none would be for ever to libFuzzer.
fn whole(minutes: &str) -> Result<u64, String> {
    let minutes = minutes.parse().ok().filter(|minutes| *minutes > 0);
    minutes.ok_or_else(|| format!("--minutes takes a whole number from 1 on\n{USAGE}"))
}

/// The targets' names, by their programs.
pub(crate) fn targets(files: &[String]) -> Vec<&str> {
    let programs = files.iter().filter_map(|path| path.strip_prefix("fuzz/fuzz_targets/"));
    programs.filter_map(|name| name.strip_suffix(".rs")).collect()
}

/// The targets that were asked for: all, if none.
fn chosen<'a>(targets: &[&'a str], wanted: &[String]) -> Result<Vec<&'a str>, String> {
    if let Some(unknown) = wanted.iter().find(|name| !targets.contains(&name.as_str())) {
        return Err(format!("there is no target {unknown:?}; there are {}\n{USAGE}", targets.join(", ")));
    }
    let targets = targets.iter().filter(|name| wanted.is_empty() || wanted.iter().any(|wanted| wanted == *name));
    Ok(targets.copied().collect())
}

#[cfg(test)]
mod tests {
    use super::{chosen, targets, whole};

    #[test]
    fn no_minutes_are_not_for_ever() {
        assert_eq!(whole("30"), Ok(30));
        for wrong in ["0", "-1", "x", ""] {
            assert!(whole(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn targets_are_the_programs() {
        let files = ["fuzz/src/flow.rs", "fuzz/fuzz_targets/cbor.rs", "fuzz/fuzz_targets/flow.rs"].map(str::to_owned);
        assert_eq!(targets(&files), ["cbor", "flow"]);
    }

    #[test]
    fn what_is_fuzzed_was_asked_for_and_is_there() {
        assert_eq!(chosen(&["cbor", "flow"], &[]).unwrap(), ["cbor", "flow"]);
        assert_eq!(chosen(&["cbor", "flow"], &["flow".to_owned()]).unwrap(), ["flow"]);
        let error = chosen(&["cbor", "flow"], &["flaw".to_owned()]).unwrap_err();
        assert!(error.contains("flaw") && error.contains("cbor, flow"), "{error}");
    }
}
