//! Programs of crates.io, built from source, each in a folder of its own.

use crate::process::{cargo, succeed};
use std::path::Path;

/// Builds the package in exactly this version, with the dependencies that its authors locked, into the folder.
pub(super) fn install(folder: &Path, package: &str, version: &str) -> Result<(), String> {
    succeed(cargo().args(["install", package, "--version", version, "--locked", "--root"]).arg(folder))
}
