//! The packages of the workspace that are published: what cargo knows of them.

use crate::process::{capture, cargo};
use serde_json::Value;
use std::path::Path;

/// A package for crates.io.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    /// Relative to the root, as git writes it: `crates/core`.
    pub(crate) folder: String,
    /// The name of its library in code, where it has one: `ceremony_http`.
    pub(crate) library: Option<String>,
    /// `[package.metadata.ceremony] external-types`: other packages whose types its interface may name.
    pub(crate) external_types: Vec<String>,
}

/// The workspace's packages.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Packages {
    /// Those for crates.io, by name.
    pub(crate) published: Vec<Package>,
    /// The names of those that say `publish = false`.
    pub(crate) private: Vec<String>,
}

/// Asks cargo.
pub(crate) fn packages(root: &Path) -> Result<Packages, String> {
    let mut command = cargo();
    command.args(["metadata", "--no-deps", "--locked", "--format-version", "1"]).current_dir(root);
    read(&capture(&mut command)?)
}

fn read(metadata: &str) -> Result<Packages, String> {
    let metadata: Value = serde_json::from_str(metadata).map_err(|error| format!("cargo metadata: {error}"))?;
    let root = metadata.get("workspace_root").and_then(Value::as_str).ok_or("cargo metadata: no workspace_root")?;
    let list = metadata.get("packages").and_then(Value::as_array).ok_or("cargo metadata: no packages")?;
    let mut packages = Packages::default();
    for package in list {
        let name = text(package, "name")?;
        if package.get("publish").and_then(Value::as_array).is_some_and(Vec::is_empty) {
            packages.private.push(name);
        } else {
            packages.published.push(published(package, name, root)?);
        }
    }
    packages.published.sort_by(|a, b| a.name.cmp(&b.name));
    packages.private.sort();
    Ok(packages)
}

fn published(package: &Value, name: String, root: &str) -> Result<Package, String> {
    let manifest = text(package, "manifest_path")?;
    let folder = Path::new(&manifest).parent().and_then(|folder| folder.strip_prefix(root).ok());
    let folder = folder.and_then(Path::to_str).ok_or_else(|| format!("{name} is not below the workspace's root"))?;
    let own = package.get("metadata").and_then(|metadata| metadata.get("ceremony"));
    let external = own.and_then(|own| own.get("external-types")).and_then(Value::as_array);
    let external = external.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    let folder = folder.replace('\\', "/");
    Ok(Package {
        version: text(package, "version")?,
        library: library(package),
        external_types: external,
        folder,
        name,
    })
}

fn library(package: &Value) -> Option<String> {
    let is_library = |target: &&Value| {
        let kinds = target.get("kind").and_then(Value::as_array).into_iter().flatten();
        kinds.into_iter().any(|kind| kind == "lib")
    };
    let target = package.get("targets")?.as_array()?.iter().find(is_library)?;
    target.get("name")?.as_str().map(str::to_owned)
}

fn text(package: &Value, key: &str) -> Result<String, String> {
    let value = package.get(key).and_then(Value::as_str).map(str::to_owned);
    value.ok_or_else(|| format!("cargo metadata: a package without {key}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const METADATA: &str = r#"{"workspace_root": "/w", "packages": [
        {"name": "b", "version": "0.1.0", "manifest_path": "/w/crates/b/Cargo.toml", "publish": null,
         "metadata": {"ceremony": {"external-types": ["http"]}},
         "targets": [{"kind": ["test"], "name": "t"}, {"kind": ["lib"], "name": "b_b"}]},
        {"name": "a", "version": "0.2.0", "manifest_path": "/w/crates/a/Cargo.toml", "publish": null,
         "metadata": null, "targets": [{"kind": ["bin"], "name": "a"}]},
        {"name": "c", "version": "0.1.0", "manifest_path": "/w/crates/c/Cargo.toml", "publish": [], "targets": []}]}"#;

    #[test]
    fn what_is_published_and_what_is_not() {
        let packages = read(METADATA).unwrap();
        assert_eq!(packages.private, ["c"]);
        let [a, b] = packages.published.as_slice() else { panic!("{packages:?}") };
        assert_eq!((a.name.as_str(), a.version.as_str(), a.library.as_deref()), ("a", "0.2.0", None));
        assert_eq!((b.folder.as_str(), b.library.as_deref()), ("crates/b", Some("b_b")));
        assert_eq!(b.external_types, ["http"]);
    }

    #[test]
    fn what_is_not_metadata_is_an_error() {
        assert!(read("{}").is_err());
        assert!(read(r#"{"workspace_root": "/w", "packages": [{}]}"#).is_err());
        assert!(read(&METADATA.replace("/w/crates/a", "/elsewhere")).is_err());
    }
}
