//! Temporary folders that a server's own user may write to.

use crate::Failure;
use crate::program::Account;
use std::process::Command;
use tempfile::TempDir;

/// Makes a folder, which goes when the value goes.
pub(crate) fn make(owner: Account) -> Result<TempDir, Failure> {
    let folder = tempfile::Builder::new()
        .prefix("ceremony-testbed-")
        .tempdir()
        .map_err(|error| Failure::io("no temporary folder", &error))?;
    if let Account::Other(user) = owner {
        let mut chown = Command::new("chown");
        crate::program::succeed(chown.arg(format!("{user}:")).arg(folder.path()))?;
    }
    Ok(folder)
}
