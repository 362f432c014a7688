//! Licences, duplicate versions and sources of all dependencies, judged by cargo-deny after `deny.toml`.

use super::{Context, Outcome, problem};
use crate::process::succeed;
use crate::tool::Tool;
use std::path::Path;
use std::process::{Command, Stdio};

pub(super) const TOOL: Tool = Tool { name: "cargo-deny", version: "0.20.2" };

/// Advisories are left out: their database is not part of the registry, and a build that depends on today's news
/// cannot be repeated. `cargo deny check` reads the same `deny.toml` with them.
const CHECKS: &[&str] = &["licenses", "bans", "sources"];

pub(super) fn check(context: &Context) -> Outcome {
    let program = TOOL.ensure(&context.root).map_err(problem)?;
    judge(&program, &context.root)
}

fn judge(program: &Path, root: &Path) -> Outcome {
    let mut command = Command::new(program);
    // An exception that no longer applies is an error like any other.
    command.args(["--locked", "--all-features", "check", "--hide-inclusion-graph", "-D", "warnings"]).args(CHECKS);
    command.current_dir(root).stdin(Stdio::null());
    succeed(&mut command).map(|()| format!("without advisories: {}", CHECKS.join(", "))).map_err(problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_a_problem() {
        let problems = judge(Path::new("false"), Path::new(".")).unwrap_err();
        assert!(problems.iter().any(|problem| problem.contains("check")), "{problems:?}");
        assert!(judge(Path::new("true"), Path::new(".")).is_ok());
        assert!(judge(Path::new("no-such-program-here"), Path::new(".")).is_err());
    }
}
