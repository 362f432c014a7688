//! fastapi-passkeys, installed once in a virtual environment of its own below the workspace's `target/tools`.

use super::Failure;
use super::serve::{ORIGIN, PREFIX, RP_ID, USER};
use std::path::{Path, PathBuf};
use std::process::Command;

const REQUIREMENTS: &str = include_str!("../../peers/fastapi/requirements.txt");

/// The command that starts the application; the stores are still to be said.
pub(crate) fn command() -> Result<Command, Failure> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.ancestors().nth(2).ok_or("no workspace")?;
    let python = install(&root.join("target/tools/load-fastapi"))?;
    let mut command = Command::new(python);
    command.arg(here.join("peers/fastapi/app.py"));
    command.args(["--origin", ORIGIN, "--rp-id", RP_ID, "--prefix", PREFIX, "--user-header", USER]);
    Ok(command)
}

/// The packages with their versions.
pub(crate) fn versions() -> Vec<&'static str> {
    ["fastapi-passkeys", "fastapi", "uvicorn", "webauthn", "cryptography", "SQLAlchemy"]
        .into_iter()
        .filter_map(|name| REQUIREMENTS.lines().find(|line| line.split("==").next() == Some(name)))
        .collect()
}

/// Installs exactly what is listed, unless it is there: the list itself stands in the folder when that was done.
fn install(folder: &Path) -> Result<PathBuf, Failure> {
    let (python, done) = (folder.join("bin/python"), folder.join("requirements.txt"));
    if std::fs::read_to_string(&done).is_ok_and(|list| list == REQUIREMENTS) {
        return Ok(python);
    }
    eprintln!("installing fastapi-passkeys into {}", folder.display());
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder))?;
    let list = folder.join("to-install.txt");
    std::fs::write(&list, REQUIREMENTS)?;
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--no-deps", "--requirement"]).arg(&list))?;
    std::fs::rename(list, done)?;
    Ok(python)
}

fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command.status().map_err(|error| format!("cannot run {command:?}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} ended with {status}").into()) }
}
