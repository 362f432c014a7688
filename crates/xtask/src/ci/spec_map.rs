//! The specification's steps, the code and the tests, compared in every direction.
//!
//! `docs/spec-map.md` maps each step of §7.1 (R1 to R29) and §7.2 (A1 to A25) to the function that does it and to the
//! tests that prove it; its format stands in `spec_map/table.rs`. The comparison asks that
//!
//! - every step has a row, and no step has two;
//! - every step that a comment in `registration/verify.rs` or `authentication/verify.rs` (or in the files of the
//!   folders beside them) begins with has a row: `// R14`, `// R14: why`, `// R12, R13: why`, `// A6a`, `// A19.1`;
//! - every row that names a function has such a comment, in those files or in the file that it names;
//! - every file and function that a row names exists;
//! - every test that a row names exists in `crates/core/tests`;
//! - every test there that is called after a step (`r07_...`, `a06_...`, `a06a_...`) is in a row of that step.
//!
//! A row for a step stands for its sub-steps and the other way round: `// A6a` needs a row A6a or A6.

use super::{Context, Outcome, below, outcome, problem, rust_files};
use crate::workspace;

mod code;
mod compare;
mod step;
mod table;

const MAP: &str = "docs/spec-map.md";
const SOURCES: &str = "crates/core/src";
const TESTS: &str = "crates/core/tests";

pub(super) fn check(context: &Context) -> Outcome {
    if !context.files.iter().any(|path| path == MAP) {
        return Err(vec![format!("{MAP} is missing")]);
    }
    let read = |path: &str| workspace::read(&context.root, path).map_err(problem);
    let (rows, mut problems) = table::parse(&read(MAP)?);
    let mut sources = code::Sources::default();
    for path in rust_files(&context.files, |_| true) {
        if let Some(relative) = below(path, SOURCES) {
            sources.add(relative, &read(path)?);
        }
    }
    let mut tests = code::Tests::default();
    for path in rust_files(&context.files, |path| below(path, TESTS).is_some()) {
        tests.add(&read(path)?);
    }
    problems.extend(compare::compare(&rows, &sources, &tests));
    outcome(format!("{} rows", rows.len()), problems)
}
