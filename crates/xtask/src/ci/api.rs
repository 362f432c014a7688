//! The public interface of every published library: as recorded in its `api.txt`, and free of other packages' types
//! but for the named ones.
//!
//! `CEREMONY_BLESS=1 cargo xtask ci api` records the interfaces anew; `docs/semver.md` says which changes may be.

mod external;
mod listing;

use super::{Context, Outcome, outcome, problem};
use crate::packages::{Package, packages};
use crate::process::{cargo, succeed};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Set, the interfaces are written instead of compared.
const BLESS: &str = "CEREMONY_BLESS";

/// Where a package has it.
const FILE: &str = "api.txt";

/// The version of rustdoc's JSON that the version of `public-api` in `Cargo.toml` reads: that of Rust 1.95.
const FORMAT: u64 = 57;

pub(super) fn check(context: &Context) -> Outcome {
    let packages = packages(&context.root).map_err(problem)?;
    let libraries: Vec<&Package> = packages.published.iter().filter(|package| package.library.is_some()).collect();
    document(&context.root, &libraries).map_err(problem)?;

    let bless = std::env::var_os(BLESS).is_some_and(|value| !value.is_empty());
    let mut problems = strays(&context.files, &libraries);
    let mut items = 0;
    for package in &libraries {
        let json = json_file(&context.root, package);
        let document = read(&json).map_err(problem)?;
        if let Some(other) = other_format(&document) {
            let note = format!("NOT CHECKED: rustdoc writes format {other}; public-api of Cargo.toml reads {FORMAT}");
            return if bless { Err(vec![note]) } else { Ok(note) };
        }
        problems.extend(external::judge(package, &document).map_err(problem)?);
        let current = listing::list(&json).map_err(problem)?;
        items += current.lines().count();
        let path = format!("{}/{FILE}", package.folder);
        problems.extend(listing::of_hidden_types(&path, &current));
        if bless {
            let written = std::fs::write(context.root.join(&path), &current);
            written.map_err(|error| problem(format!("cannot write {path}: {error}")))?;
            continue;
        }
        // A missing file is an interface of which nothing is recorded.
        let recorded = std::fs::read_to_string(context.root.join(&path)).unwrap_or_default();
        problems.extend(listing::compare(&path, &recorded, &current));
    }
    outcome(format!("{items} items of {} libraries{}", libraries.len(), if bless { " recorded" } else { "" }), problems)
}

/// Writes each library's interface, all features on, as JSON. rustdoc does so on demand, not yet by promise; what allows it
/// is a variable that build scripts look at too. This program takes rustdoc's place to set it for rustdoc alone: set for
/// cargo, everything would be built anew for this check, and again after it.
fn document(root: &Path, libraries: &[&Package]) -> Result<(), String> {
    let this = std::env::current_exe().map_err(|error| format!("where is this program? {error}"))?;
    let mut command = cargo();
    command.args(["doc", "--no-deps", "--lib", "--all-features", "--locked", "--quiet"]).current_dir(root);
    for package in libraries {
        command.args(["--package", &package.name]);
    }
    let rustdoc = std::env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into());
    command.env("RUSTDOC", this).env(RUSTDOC_BEHIND, rustdoc);
    succeed(command.env("RUSTDOCFLAGS", "-Z unstable-options --output-format json"))
}

/// Set, this program is called in rustdoc's place: the rustdoc to call.
const RUSTDOC_BEHIND: &str = "CEREMONY_XTASK_RUSTDOC";

/// What rustdoc ends with, where this program is called in its place.
pub(crate) fn in_place_of_rustdoc() -> Option<ExitCode> {
    let rustdoc = std::env::var_os(RUSTDOC_BEHIND)?;
    let mut command = Command::new(rustdoc);
    command.args(std::env::args_os().skip(1)).env("RUSTC_BOOTSTRAP", "1");
    let code = command.status().ok().and_then(|status| status.code()).and_then(|code| u8::try_from(code).ok());
    Some(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

fn json_file(root: &Path, package: &Package) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder));
    target.join("doc").join(format!("{}.json", package.library.as_deref().unwrap_or_default()))
}

fn read(file: &Path) -> Result<Value, String> {
    let text = std::fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", file.display()))
}

fn other_format(document: &Value) -> Option<String> {
    let format = document.get("format_version");
    let other = format.and_then(Value::as_u64) != Some(FORMAT);
    other.then(|| format.map_or_else(|| "unknown".to_owned(), Value::to_string))
}

/// Recorded interfaces of what is no published library.
fn strays(files: &[String], libraries: &[&Package]) -> Vec<String> {
    let recorded = files.iter().filter_map(|path| Some((path, path.strip_suffix(FILE)?.strip_suffix('/')?)));
    let strays = recorded.filter(|(_, folder)| !libraries.iter().any(|package| package.folder == *folder));
    strays.map(|(path, _)| format!("{path} is the interface of no published library")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_the_known_format_is_read() {
        assert_eq!(other_format(&json!({"format_version": FORMAT})), None);
        assert_eq!(other_format(&json!({"format_version": 58})).as_deref(), Some("58"));
        assert_eq!(other_format(&json!({})).as_deref(), Some("unknown"));
    }

    #[test]
    fn an_interface_without_its_library_is_named() {
        let library = Package { folder: "crates/a".to_owned(), ..Package::default() };
        let files = ["crates/a/api.txt", "crates/b/api.txt", "crates/a/src/lib.rs"].map(str::to_owned);
        assert_eq!(strays(&files, &[&library]), ["crates/b/api.txt is the interface of no published library"]);
    }
}
