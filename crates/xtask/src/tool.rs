//! Programs of crates.io that the checks run, in the versions that they were written for.

use crate::process::{cargo, find_program, succeed};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// A program, and the version that is installed where none is on the PATH.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

/// Held while one is installed: who wants the same one meanwhile waits for it.
static INSTALLING: Mutex<()> = Mutex::new(());

impl Tool {
    /// The program from the PATH, or of that version in the target folder, where it is installed if need be.
    pub(crate) fn ensure(self, root: &Path) -> Result<PathBuf, String> {
        let Self { name, version } = self;
        let _one_at_a_time = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
        // Out of git's sight.
        let tools = root.join("target").join("tools");
        let own = tools.join("bin").join(name);
        if let Some(program) = find_program(name).or_else(|| Some(own.clone()).filter(|program| program.is_file())) {
            return Ok(program);
        }
        println!("xtask: {name} is not on the PATH: installing version {version} into {}", tools.display());
        let mut command = cargo();
        command.args(["install", name, "--version", version, "--locked", "--debug", "--quiet", "--root"]).arg(&tools);
        // Built for one short run: an unoptimised build is ready in a third of the time.
        command.env("CARGO_PROFILE_DEV_DEBUG", "0").env_remove("CARGO_TARGET_DIR").current_dir(root);
        succeed(&mut command)?;
        Ok(own)
    }
}
