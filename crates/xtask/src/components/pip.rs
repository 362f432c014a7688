//! Programs of the Python Package Index, each in a virtual environment of its own.

use super::apt::Apt;
use crate::process::succeed;
use std::path::Path;
use std::process::{Command, Stdio};

/// The Debian packages without which Python makes no virtual environment.
const PYTHON: [&str; 1] = ["python3-venv"];

/// Installs the package in exactly this version into the folder.
pub(super) fn install(folder: &Path, package: &str, version: &str) -> Result<(), String> {
    if let Err(problem) = make(folder) {
        println!("xtask: {problem}");
        Apt::allowed()?.install(&PYTHON, || make(folder).ok())?;
    }
    let mut command = Command::new(folder.join("bin/python"));
    command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    succeed(command.arg(format!("{package}=={version}")).stdin(Stdio::null()))
}

fn make(folder: &Path) -> Result<(), String> {
    succeed(Command::new("python3").args(["-m", "venv"]).arg(folder).stdin(Stdio::null()))
}
