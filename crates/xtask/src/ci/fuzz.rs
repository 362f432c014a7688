//! Each fuzz target runs its seeds and then ten seconds more. That is a smoke test; docs/assurance.md says what was fuzzed
//! for how long.

use super::{Context, Outcome, outcome, problem};
use crate::components::CXX_COMPONENT;
use crate::fuzz::build::{Purpose, build};
use crate::fuzz::run::{Plan, Run};
use crate::fuzz::{POSSIBLE, targets};

/// How long one target runs beyond its seeds, in seconds.
const SECONDS: u64 = 10;

pub(super) fn check(context: &Context) -> Outcome {
    if !POSSIBLE {
        return Ok("NOT CHECKED: one of the verifiers compared and libFuzzer are at home on x86-64 Linux".to_owned());
    }
    CXX_COMPONENT.ensure().map_err(problem)?;
    let names = targets(&context.files);
    let folder = context.root.join("target").join("fuzz");
    let programs = build(&context.root, &folder, Purpose::Smoke).map_err(problem)?;
    // What is new is found by who fuzzes, not by whose turn it is: the same inputs each time.
    let corpus = folder.join("corpus");
    let plan = Plan { root: &context.root, programs: &programs, folder: &folder, seconds: SECONDS, corpus, same: true };
    let mut problems = Vec::new();
    let mut executions = 0_u64;
    let lanes = std::thread::available_parallelism().map_or(1, usize::from);
    for names in names.chunks(lanes) {
        let runs: Vec<_> = names.iter().map(|name| Run::start(&plan, name)).collect();
        for run in runs {
            match run.and_then(Run::finish) {
                Ok(done) => executions = executions.saturating_add(done.executions),
                Err(error) => problems.push(error),
            }
        }
    }
    outcome(format!("{} targets, {SECONDS} s each, {executions} executions", names.len()), problems)
}
