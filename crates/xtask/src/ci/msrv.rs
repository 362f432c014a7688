//! The minimum Rust version: stated by every package, the same in the READMEs, and true.
//!
//! True means: with a toolchain of that version on this machine, the package builds with it. Without one, every
//! dependency declares a version that is not higher, and the check `clippy` finds nothing that is younger in our own sources
//! (`clippy::incompatible_msrv`).

use super::purity::dependencies;
use super::{Context, Outcome, below, outcome, problem};
use crate::process::{capture, cargo, succeed};
use crate::workspace;
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::{Command, Stdio};

mod readme;

/// A version of Rust: `1.88` is `1.88.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Version(u32, u32, u32);

impl Version {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(|part| part.parse().ok());
        let version = Self(parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?);
        parts.next().is_none().then_some(version)
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.0, self.1)?;
        if self.2 == 0 { Ok(()) } else { write!(f, ".{}", self.2) }
    }
}

/// Declared minimum versions: of the workspace's packages by name, and of every package by name and version.
#[derive(Debug, Default)]
struct Declared {
    own: BTreeMap<String, Version>,
    all: BTreeMap<(String, String), Version>,
}

pub(super) fn check(context: &Context) -> Outcome {
    let mut command = cargo();
    command.args(["metadata", "--locked", "--format-version", "1", "--all-features"]).current_dir(&context.root);
    let metadata = capture(&mut command).map_err(problem)?;
    let (declared, mut problems) = read_metadata(&metadata).map_err(problem)?;

    let is_readme =
        |path: &&String| *path == "README.md" || below(path, "crates").is_some_and(|rest| rest.ends_with("/README.md"));
    let mut stated = false;
    for path in context.files.iter().filter(is_readme) {
        let text = workspace::read(&context.root, path).map_err(problem)?;
        let reading = readme::judge(path, &text, &declared.own);
        stated |= path == "README.md" && reading.states_the_core;
        problems.extend(reading.problems);
    }
    if !stated {
        problems.push("README.md does not state the core's minimum Rust version".to_owned());
    }

    let mut with_toolchain = Vec::new();
    let mut by_declaration = Vec::new();
    for (version, packages) in group(&declared.own) {
        if let Some(toolchain) = installed_toolchain(version) {
            with_toolchain.push(version.to_string());
            problems.extend(build(context, &toolchain, &packages).err());
        } else {
            by_declaration.push(version.to_string());
            for package in packages {
                let tree =
                    dependencies(&context.root, package, "normal,build", &["--all-features"]).map_err(problem)?;
                let names = tree.into_iter().map(|dependency| (dependency.name, dependency.version));
                problems.extend(younger_than(package, version, names, &declared));
            }
        }
    }
    let mut note = Vec::new();
    if !with_toolchain.is_empty() {
        note.push(format!("built with {}", with_toolchain.join(", ")));
    }
    if !by_declaration.is_empty() {
        let versions = by_declaration.join(", ");
        note.push(format!("{versions} not installed: dependencies' declarations; our own sources by the check clippy"));
    }
    outcome(note.join("; "), problems)
}

/// The declared versions, and a problem for each package of the workspace that declares none.
fn read_metadata(metadata: &str) -> Result<(Declared, Vec<String>), String> {
    let metadata: Value = serde_json::from_str(metadata).map_err(|error| format!("cargo metadata: {error}"))?;
    let list = |key: &str| metadata.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let members = list("workspace_members");
    let mut declared = Declared::default();
    let mut problems = Vec::new();
    for package in list("packages") {
        let text = |key: &str| package.get(key).and_then(Value::as_str);
        let (Some(name), Some(version)) = (text("name"), text("version")) else {
            return Err("cargo metadata: a package without name or version".to_owned());
        };
        let minimum = text("rust_version").and_then(Version::parse);
        let own = package.get("id").is_some_and(|id| members.contains(id));
        match minimum {
            Some(minimum) => {
                declared.all.insert((name.to_owned(), version.to_owned()), minimum);
                if own {
                    declared.own.insert(name.to_owned(), minimum);
                }
            }
            None if own => problems.push(format!("{name} states no rust-version")),
            None => {}
        }
    }
    Ok((declared, problems))
}

fn group(own: &BTreeMap<String, Version>) -> BTreeMap<Version, Vec<&str>> {
    let mut groups: BTreeMap<Version, Vec<&str>> = BTreeMap::new();
    for (name, version) in own {
        groups.entry(*version).or_default().push(name);
    }
    groups
}

fn younger_than(
    package: &str,
    version: Version,
    dependencies: impl IntoIterator<Item = (String, String)>,
    declared: &Declared,
) -> Vec<String> {
    let younger = dependencies.into_iter().filter_map(|dependency| {
        let needed = declared.all.get(&dependency).filter(|needed| **needed > version)?;
        Some(format!("{package} states Rust {version}, but {} {} needs {needed}", dependency.0, dependency.1))
    });
    younger.collect()
}

fn installed_toolchain(version: Version) -> Option<String> {
    let mut command = Command::new("rustup");
    let listed = capture(command.args(["toolchain", "list"]).stdin(Stdio::null())).ok()?;
    find_toolchain(&listed, version)
}

fn find_toolchain(listed: &str, version: Version) -> Option<String> {
    let name = |line: &str| line.split_whitespace().next().unwrap_or_default().to_owned();
    let fits = |name: &String| name.split('-').next().and_then(Version::parse) == Some(version);
    listed.lines().map(name).find(fits)
}

fn build(context: &Context, toolchain: &str, packages: &[&str]) -> Result<(), String> {
    let mut command = Command::new("rustup");
    command.args(["run", toolchain, "cargo", "check", "--locked", "--all-features", "--target-dir", "target/msrv"]);
    for package in packages {
        command.args(["-p", package]);
    }
    // What the calling cargo set is for its own toolchain.
    command.env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN").env_remove("RUSTC");
    succeed(command.current_dir(&context.root).stdin(Stdio::null()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const METADATA: &str = r#"{"workspace_members": ["a", "b"], "packages": [
        {"id": "a", "name": "a", "version": "0.1.0", "rust_version": "1.88"},
        {"id": "b", "name": "b", "version": "0.1.0", "rust_version": null},
        {"id": "c", "name": "c", "version": "2.0.0", "rust_version": "1.90.1"}]}"#;

    fn pair(name: &str, version: &str) -> (String, String) {
        (name.to_owned(), version.to_owned())
    }

    #[test]
    fn versions() {
        assert_eq!(Version::parse("1.88"), Some(Version(1, 88, 0)));
        assert_eq!(Version::parse("1.88.2").map(|version| version.to_string()), Some("1.88.2".into()));
        assert!(Version::parse("1.9") < Version::parse("1.88"));
        for text in ["1", "stable", "1.x", "1.2.3.4", ""] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_package_has_to_state_its_version() {
        let (declared, problems) = read_metadata(METADATA).unwrap();
        assert_eq!(declared.own.keys().collect::<Vec<_>>(), ["a"]);
        assert_eq!(problems, ["b states no rust-version"]);
        assert!(read_metadata("{\"packages\": [{}]}").is_err());
    }

    #[test]
    fn a_dependency_may_not_need_more() {
        let (declared, _) = read_metadata(METADATA).unwrap();
        let judge = |version| younger_than("a", version, [pair("c", "2.0.0"), pair("c", "1.0.0")], &declared);
        assert_eq!(judge(Version(1, 88, 0)), ["a states Rust 1.88, but c 2.0.0 needs 1.90.1"]);
        assert_eq!(judge(Version(1, 91, 0)), Vec::<String>::new());
    }

    #[test]
    fn toolchains_are_found_by_version() {
        let listed = "stable-x86_64-unknown-linux-gnu (active, default)\n1.88.0-x86_64-unknown-linux-gnu\n";
        assert_eq!(find_toolchain(listed, Version(1, 88, 0)).as_deref(), Some("1.88.0-x86_64-unknown-linux-gnu"));
        assert_eq!(find_toolchain(listed, Version(1, 94, 0)), None);
    }

    #[test]
    fn packages_are_grouped() {
        let own = BTreeMap::from([("a".into(), Version(1, 88, 0)), ("b".into(), Version(1, 88, 0))]);
        assert_eq!(group(&own), BTreeMap::from([(Version(1, 88, 0), vec!["a", "b"])]));
    }
}
