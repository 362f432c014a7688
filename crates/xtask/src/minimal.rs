//! `cargo xtask minimal-versions`: every published package with the oldest versions that its `Cargo.toml` allows.
//!
//! What is published is copied without its development dependencies, which no user has, and resolved with
//! `-Z direct-minimal-versions`: what our packages name in its oldest version, what those need in its newest. cargo refuses
//! where the oldest version is below what another package asks of the same one; the build shows the rest. No part of `cargo xtask
//! ci`: what is newest changes from day to day.

use crate::packages::{Package, packages};
use crate::process::{capture, cargo, succeed};
use crate::workspace;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Runs the command.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, String> {
    if let Some(argument) = arguments.first() {
        return Err(format!("cargo xtask minimal-versions does not know {argument:?}"));
    }
    let root = workspace::root()?;
    let folder = copy(&root, &workspace::files(&root)?)?;
    println!("xtask: resolved {} packages", resolve(&folder)?);
    let mut command = cargo();
    // What has the same version as ever is not built again.
    command.args(["check", "--workspace", "--all-features", "--locked", "--target-dir"]).arg(root.join("target"));
    command.current_dir(&folder).env("CARGO_INCREMENTAL", "0").env_remove("CARGO_TARGET_DIR");
    succeed(&mut command)?;
    println!("xtask: what is published builds with the oldest versions that it allows");
    Ok(ExitCode::SUCCESS)
}

/// A workspace of the published packages alone, below the target folder.
fn copy(root: &Path, files: &[String]) -> Result<PathBuf, String> {
    let published = packages(root)?.published;
    let folder = root.join("target").join("minimal-versions");
    let stale = folder.join("crates");
    if stale.exists() {
        fs::remove_dir_all(&stale).map_err(|error| format!("cannot remove {}: {error}", stale.display()))?;
    }
    for path in files.iter().filter(|path| published.iter().any(|package| holds(package, path))) {
        let manifest = path.ends_with("/Cargo.toml");
        if manifest {
            write(&folder, path, without_dev_dependencies(&workspace::read(root, path)?).as_bytes())?;
        } else {
            let content = fs::read(root.join(path)).map_err(|error| format!("cannot read {path}: {error}"))?;
            write(&folder, path, &content)?;
        }
    }
    write(&folder, "Cargo.toml", workspace_of(&workspace::read(root, "Cargo.toml")?).as_bytes())?;
    Ok(folder)
}

/// The oldest versions, as a lock file; the number of packages in it.
fn resolve(folder: &Path) -> Result<usize, String> {
    // With the index from the network: offline, cargo takes what happens to be on this machine for all there is.
    let mut command = cargo();
    command.args(["generate-lockfile", "-Z", "direct-minimal-versions"]);
    // The option is cargo's own, so that nothing else is built in another way.
    capture(command.env("RUSTC_BOOTSTRAP", "1").current_dir(folder))?;
    let lock = fs::read_to_string(folder.join("Cargo.lock")).map_err(|error| format!("no lock file: {error}"))?;
    Ok(lock.lines().filter(|line| *line == "[[package]]").count())
}

fn holds(package: &Package, path: &str) -> bool {
    let rest = path.strip_prefix(&package.folder).and_then(|rest| rest.strip_prefix('/'));
    rest.is_some_and(|rest| !rest.starts_with("tests/") && !rest.starts_with("examples/"))
}

fn write(folder: &Path, path: &str, content: &[u8]) -> Result<(), String> {
    let file = folder.join(path);
    // What did not change keeps its date, so that nothing is built twice.
    if fs::read(&file).is_ok_and(|old| old == content) {
        return Ok(());
    }
    let parent = file.parent().map_or(Ok(()), fs::create_dir_all);
    parent.and_then(|()| fs::write(&file, content)).map_err(|error| format!("cannot write {path}: {error}"))
}

/// The root's manifest for the copy, which has neither the other packages nor the default ones.
fn workspace_of(manifest: &str) -> String {
    let lines = manifest.lines().filter(|line| !line.starts_with("default-members"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The manifest without the tables that only tests, examples and benches need, nor those themselves.
fn without_dev_dependencies(manifest: &str) -> String {
    let mut kept = true;
    let mut text = String::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            let table = line.trim_matches(['[', ']']);
            kept = !table.ends_with("dev-dependencies")
                && !table.contains("dev-dependencies.")
                && !matches!(table, "test" | "example" | "bench");
        }
        if kept {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn development_dependencies_go_and_nothing_else() {
        let manifest = "[package]\nname = \"a\"\n[dependencies]\nb = \"1\"\n\n[dev-dependencies]\nc = \"1\"\n\
                        [dev-dependencies.d]\nversion = \"1\"\n[target.'cfg(unix)'.dependencies]\ne = \"1\"\n\
                        [target.'cfg(unix)'.dev-dependencies]\nf = \"1\"\n[[test]]\nname = \"g\"\n[features]\nh = []\n";
        assert_eq!(
            without_dev_dependencies(manifest),
            "[package]\nname = \"a\"\n[dependencies]\nb = \"1\"\n\n[target.'cfg(unix)'.dependencies]\ne = \"1\"\n\
             [features]\nh = []\n"
        );
        assert_eq!(workspace_of("[workspace]\ndefault-members = [\"a\"]\nx = 1\n"), "[workspace]\nx = 1\n");
    }

    #[test]
    fn the_copy_has_the_sources_alone() {
        let package = Package { folder: "crates/a".to_owned(), ..Package::default() };
        assert!(holds(&package, "crates/a/src/lib.rs") && holds(&package, "crates/a/README.md"));
        for path in ["crates/a/tests/b.rs", "crates/ab/src/lib.rs", "crates/a/examples/c.rs", "README.md"] {
            assert!(!holds(&package, path), "{path}");
        }
    }

    #[test]
    fn what_cannot_be_resolved_is_an_error() {
        let folder = std::env::temp_dir().join(format!("ceremony-xtask-minimal-{}", std::process::id()));
        let manifest = |asked: &str| {
            format!(
                "[package]\nname = \"a\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
                 b = {{ path = \"b\", version = \"{asked}\" }}\n"
            )
        };
        let b = "[package]\nname = \"b\"\nversion = \"1.1.0\"\nedition = \"2024\"\n";
        for (path, content) in [("src/lib.rs", ""), ("b/src/lib.rs", ""), ("b/Cargo.toml", b)] {
            write(&folder, path, content.as_bytes()).unwrap();
        }
        write(&folder, "Cargo.toml", manifest("1.2").as_bytes()).unwrap();
        let refused = resolve(&folder);
        write(&folder, "Cargo.toml", manifest("1.0").as_bytes()).unwrap();
        let resolved = resolve(&folder);
        fs::remove_dir_all(&folder).unwrap();
        assert!(refused.is_err());
        assert_eq!(resolved, Ok(2));
    }
}
