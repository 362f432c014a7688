//! Licences, duplicate versions and sources of all dependencies, judged by cargo-deny after `deny.toml`.

use super::{Context, Outcome, problem, tools};
use crate::process::{cargo, find_program, succeed};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const VERSION: &str = "0.20.2";

/// Advisories are left out: their database is not part of the registry, and a build that depends on today's news
/// cannot be repeated. `cargo deny check` reads the same `deny.toml` with them.
const CHECKS: &[&str] = &["licenses", "bans", "sources"];

pub(super) fn check(context: &Context) -> Outcome {
    let program = ensure(&context.root).map_err(problem)?;
    judge(&program, &context.root)
}

fn judge(program: &Path, root: &Path) -> Outcome {
    let mut command = Command::new(program);
    // An exception that no longer applies is an error like any other.
    command.args(["--locked", "--all-features", "check", "--hide-inclusion-graph", "-D", "warnings"]).args(CHECKS);
    command.current_dir(root).stdin(Stdio::null());
    succeed(&mut command).map(|()| format!("without advisories: {}", CHECKS.join(", "))).map_err(problem)
}

/// cargo-deny from the PATH, or of the pinned version in the target folder, where it is installed if need be.
fn ensure(root: &Path) -> Result<PathBuf, String> {
    let tools = tools(root);
    let own = tools.join("bin").join("cargo-deny");
    if let Some(program) = find_program("cargo-deny").or_else(|| Some(own.clone()).filter(|program| program.is_file()))
    {
        return Ok(program);
    }
    println!("xtask: cargo-deny is not on the PATH: installing version {VERSION} into {}", tools.display());
    let mut command = cargo();
    command
        .args(["install", "cargo-deny", "--version", VERSION, "--locked", "--debug", "--quiet", "--root"])
        .arg(&tools);
    // Built for one short run: an unoptimised build is ready in a third of the time.
    command.env("CARGO_PROFILE_DEV_DEBUG", "0").env_remove("CARGO_TARGET_DIR").current_dir(root);
    succeed(&mut command)?;
    Ok(own)
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
