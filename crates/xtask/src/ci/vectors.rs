//! `testvectors/` and the page about the negative catalogue are what `cargo xtask vectors` writes.

use super::{Context, Outcome, outcome, problem};
use crate::vectors::{differences, generate};

pub(super) fn check(context: &Context) -> Outcome {
    let files = generate(&context.root).map_err(problem)?;
    let lines: usize =
        files.iter().filter(|(path, _)| path.ends_with(".jsonl")).map(|(_, text)| text.lines().count()).sum();
    outcome(format!("{lines} cases"), differences(&context.root, &files))
}
