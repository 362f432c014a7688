//! `cargo xtask sbom`: a bill of materials for every published package and for the demo, by cargo-cyclonedx.

use crate::ci::purity::{Package, dependencies};
use crate::process::succeed;
use crate::tool::Tool;
use crate::{packages, workspace};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

const TOOL: Tool = Tool { name: "cargo-cyclonedx", version: "0.5.9" };

/// What cargo-cyclonedx calls the files that it writes beside each `Cargo.toml`, without the ending.
const WRITTEN: &str = "ceremony-sbom";

/// A program that is not published as a package, and runs as an image.
const ALSO: (&str, &str) = ("ceremony-demo", "crates/demo");

/// Runs the command.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, String> {
    if let Some(argument) = arguments.first() {
        return Err(format!("cargo xtask sbom does not know {argument:?}"));
    }
    let root = workspace::root()?;
    let program = TOOL.ensure(&root)?;
    let published = packages::packages(&root)?.published;
    let mut wanted: BTreeMap<&str, &str> =
        published.iter().map(|package| (package.folder.as_str(), package.name.as_str())).collect();
    wanted.insert(ALSO.1, ALSO.0);

    let written = write(&program, &root);
    let folder = root.join("target").join("sbom");
    let collected = collect(&root, &folder, &wanted);
    written?;
    for (name, file) in collected? {
        let text = fs::read_to_string(&file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
        let needed = dependencies(&root, name, "normal", &["--all-features"])?;
        let count = judge(name, &text, &needed)?;
        println!("xtask: {} lists {count} packages", file.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// For all platforms and with all features of all packages, what is built into programs alone: at least what any choice of
/// features has.
fn write(program: &Path, root: &Path) -> Result<(), String> {
    let mut command = Command::new(program);
    command.args(["cyclonedx", "--format", "json", "--spec-version", "1.5", "--all-features", "--target", "all"]);
    command.args(["--no-build-deps", "--quiet", "--override-filename", WRITTEN]);
    // No date: the same sources make the same file.
    command.env("SOURCE_DATE_EPOCH", "0").current_dir(root).stdin(Stdio::null());
    succeed(&mut command)
}

/// Moves what was written to the target folder, and removes what nobody asked for.
fn collect<'a>(
    root: &Path,
    folder: &Path,
    wanted: &BTreeMap<&str, &'a str>,
) -> Result<Vec<(&'a str, PathBuf)>, String> {
    fs::create_dir_all(folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    let entries = fs::read_dir(root.join("crates")).map_err(|error| format!("cannot read crates/: {error}"))?;
    let mut collected = Vec::new();
    for entry in entries.flatten() {
        let from = entry.path().join(format!("{WRITTEN}.json"));
        let Ok(text) = fs::read_to_string(&from) else { continue };
        fs::remove_file(&from).map_err(|error| format!("cannot remove {}: {error}", from.display()))?;
        let package = format!("crates/{}", entry.file_name().to_string_lossy());
        if let Some(name) = wanted.get(package.as_str()) {
            let file = folder.join(format!("{name}.cdx.json"));
            // Where the sources lay says nothing to the reader.
            let text = text.replace(&format!("file://{}", root.display()), "file://.");
            fs::write(&file, text).map_err(|error| format!("cannot write {}: {error}", file.display()))?;
            collected.push((*name, file));
        }
    }
    collected.sort();
    let missing = wanted.values().find(|name| !collected.iter().any(|(collected, _)| collected == *name));
    missing.map_or(Ok(collected), |name| Err(format!("{} wrote nothing for {name}", TOOL.name)))
}

/// Reads a bill: the packages on it, if each has a name, a version and a licence, and none that is needed is missing.
fn judge(name: &str, text: &str, needed: &BTreeSet<Package>) -> Result<usize, String> {
    let bill: Value = serde_json::from_str(text).map_err(|error| format!("the bill of {name}: {error}"))?;
    if bill.get("bomFormat").and_then(Value::as_str) != Some("CycloneDX") {
        return Err(format!("the bill of {name} is not CycloneDX"));
    }
    let subject = bill.get("metadata").and_then(|metadata| metadata.get("component"));
    if subject.and_then(|subject| subject.get("name")).and_then(Value::as_str) != Some(name) {
        return Err(format!("the bill of {name} is that of something else"));
    }
    let components = bill.get("components").and_then(Value::as_array);
    let components = components.ok_or_else(|| format!("the bill of {name} lists nothing"))?;
    let mut listed = BTreeSet::new();
    for component in components {
        let text = |key: &str| component.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        let (Some(package), Some(version)) = (text("name"), text("version")) else {
            return Err(format!("the bill of {name} has a component without name or version"));
        };
        if component.get("licenses").and_then(Value::as_array).is_none_or(Vec::is_empty) {
            return Err(format!("the bill of {name} has no licence for {package} {version}"));
        }
        listed.insert(Package { name: package.to_owned(), version: version.to_owned() });
    }
    match needed.iter().find(|package| package.name != name && !listed.contains(package)) {
        Some(missing) => Err(format!("the bill of {name} does not list {} {}", missing.name, missing.version)),
        None => Ok(listed.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BILL: &str = r#"{"bomFormat": "CycloneDX", "metadata": {"component": {"name": "a"}}, "components": [
        {"name": "serde", "version": "1.0.229", "licenses": [{"expression": "MIT OR Apache-2.0"}]}]}"#;

    fn needed(packages: &[(&str, &str)]) -> BTreeSet<Package> {
        let package = |(name, version): &(&str, &str)| Package { name: (*name).into(), version: (*version).into() };
        packages.iter().map(package).collect()
    }

    #[test]
    fn a_complete_bill_is_counted() {
        assert_eq!(judge("a", BILL, &needed(&[("a", "0.1.0"), ("serde", "1.0.229")])), Ok(1));
    }

    #[test]
    fn what_a_bill_lacks_is_named() {
        let missing = judge("a", BILL, &needed(&[("serde", "1.0.228")])).unwrap_err();
        assert_eq!(missing, "the bill of a does not list serde 1.0.228");
        for (part, other) in [
            ("[{\"expression\": \"MIT OR Apache-2.0\"}]", "[]"),
            ("1.0.229", ""),
            ("CycloneDX", "SPDX"),
            ("{\"name\": \"a\"}", "{\"name\": \"b\"}"),
            ("components", "parts"),
        ] {
            assert!(judge("a", &BILL.replace(part, other), &needed(&[])).is_err(), "{part}");
        }
    }

    #[test]
    fn bills_are_collected_and_nothing_is_left_behind() {
        let root = std::env::temp_dir().join(format!("ceremony-xtask-sbom-{}", std::process::id()));
        let folder = root.join("target");
        for name in ["a", "b"] {
            fs::create_dir_all(root.join("crates").join(name)).unwrap();
            let text = format!("path+file://{}/crates/{name}", root.display());
            fs::write(root.join("crates").join(name).join("ceremony-sbom.json"), text).unwrap();
        }
        let collected = collect(&root, &folder, &BTreeMap::from([("crates/a", "c-a")]));
        let text = fs::read_to_string(folder.join("c-a.cdx.json"));
        let left = ["a", "b"].map(|name| root.join("crates").join(name).join("ceremony-sbom.json").exists());
        let missing = collect(&root, &folder, &BTreeMap::from([("crates/a", "c-a")]));
        fs::remove_dir_all(&root).unwrap();
        assert_eq!(collected, Ok(vec![("c-a", folder.join("c-a.cdx.json"))]));
        assert_eq!(text.unwrap(), "path+file://./crates/a");
        assert_eq!(left, [false, false]);
        assert_eq!(missing, Err("cargo-cyclonedx wrote nothing for c-a".to_owned()));
    }
}
