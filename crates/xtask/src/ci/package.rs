//! What the packages for crates.io hold. `cargo xtask package` builds each of them too, which takes minutes.

mod includes;
mod manifest;
mod readme;

use super::{Context, Outcome, outcome, problem};
use crate::packages::{Package, Packages, packages};
use crate::process::{capture, cargo, succeed};
use crate::workspace;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// What every package has beside its sources.
const REQUIRED: &[&str] = &["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];

/// The texts that are those of the repository.
const LICENCES: &[&str] = &["LICENSE-APACHE", "LICENSE-MIT"];

/// What no user of a package builds.
const UNWANTED: &[&str] = &["api.txt", "benches/", "fuzz/", "proptest-regressions/", "tests/"];

/// The largest that a package may be, compressed: crates.io takes 10 MiB, the core has a quarter of one.
const LIMIT: u64 = 400 * 1024;

/// The package for npm, whose README is shown there.
const NPM: &str = "crates/http/js";

/// As in the workspace's `Cargo.toml`.
const REPOSITORY: &str = "https://github.com/ceremony-rs/ceremony";

/// Where the order of publishing stands.
const RELEASING: &str = "docs/releasing.md";

pub(super) fn check(context: &Context) -> Outcome {
    let packages = packages(&context.root).map_err(problem)?;
    let problems = judge_texts(context, &packages).map_err(problem)?;
    if !problems.is_empty() {
        return Err(problems);
    }
    let folder = context.root.join("target").join("packages");
    // The index is at hand where the checks before this one were built.
    let pack = |mode: &str| capture(command(context, &packages, &folder).args(["--no-verify", mode]));
    pack("--offline").or_else(|_| pack("--locked")).map_err(problem)?;
    judge_all(context, &packages, &folder)
}

/// `cargo package` for everything that is published: cargo resolves what they need of each other among themselves.
fn command(context: &Context, packages: &Packages, folder: &Path) -> Command {
    let mut command = cargo();
    command.args(["package", "--workspace", "--locked", "--allow-dirty", "--target-dir"]).arg(folder);
    for name in &packages.private {
        command.args(["--exclude", name]);
    }
    command.current_dir(&context.root);
    command
}

/// `cargo xtask package`: packs all, and builds each from what was packed.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, String> {
    if let Some(argument) = arguments.first() {
        return Err(format!("cargo xtask package does not know {argument:?}"));
    }
    let root = workspace::root()?;
    let context = Context { files: workspace::files(&root)?, root };
    let packages = packages(&context.root)?;
    let folder = context.root.join("target").join("packages");
    let mut command = command(&context, &packages, &folder);
    // It only has to build: without debug information in half the space.
    command.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "0").env_remove("CARGO_TARGET_DIR");
    succeed(&mut command)?;
    let note = judge_all(&context, &packages, &folder).map_err(|problems| problems.join("\n"))?;
    println!("xtask: packed and built: {note}; they are in {}", folder.join("package").display());
    Ok(ExitCode::SUCCESS)
}

/// What can be seen without packing: manifests, the order in which they can be published, and the READMEs' links.
fn judge_texts(context: &Context, packages: &Packages) -> Result<Vec<String>, String> {
    let mut command = cargo();
    command.args(["metadata", "--no-deps", "--locked", "--format-version", "1"]).current_dir(&context.root);
    let metadata = capture(&mut command)?;
    let mut problems = manifest::judge(&metadata)?;
    let order = manifest::order(&metadata)?;
    if manifest::listed(&workspace::read(&context.root, RELEASING)?) != order {
        problems.push(format!("{RELEASING}: the order is {}", order.join(", ")));
    }
    let files: BTreeSet<&str> = context.files.iter().map(String::as_str).collect();
    let folders = packages.published.iter().map(|package| package.folder.as_str());
    for path in folders.chain([NPM]).map(|folder| format!("{folder}/README.md")) {
        let text = workspace::read(&context.root, &path)?;
        problems.extend(readme::judge(&path, &text, REPOSITORY, &files));
    }
    Ok(problems)
}

fn judge_all(context: &Context, packages: &Packages, folder: &Path) -> Outcome {
    let mut problems = Vec::new();
    let mut total = 0;
    for package in &packages.published {
        let path = archive(folder, package);
        let size = path.metadata().map_err(|error| problem(format!("cannot read {}: {error}", path.display())))?.len();
        total += size;
        if size > LIMIT {
            problems.push(format!("{}: {size} bytes packed; {LIMIT} are allowed", package.name));
        }
        let packed = contents(&path, package).map_err(problem)?;
        problems.extend(judge_list(package, &packed));
        for licence in LICENCES {
            let text = |path: String| std::fs::read(context.root.join(path)).ok();
            if text(format!("{}/{licence}", package.folder)) != text((*licence).to_owned()) {
                problems.push(format!("{}/{licence} is not the text at the root", package.folder));
            }
        }
        for path in packed.iter().filter(|path| path.ends_with(".rs")) {
            let source = workspace::read(&context.root, &format!("{}/{path}", package.folder)).map_err(problem)?;
            let missing = includes::missing(path, &source, &packed);
            problems.extend(missing.into_iter().map(|missing| format!("{}/{missing}", package.folder)));
        }
    }
    outcome(format!("{} packages, {} KiB", packages.published.len(), total / 1024), problems)
}

fn archive(folder: &Path, package: &Package) -> PathBuf {
    folder.join("package").join(format!("{}-{}.crate", package.name, package.version))
}

/// The files of a package, relative to its folder.
fn contents(archive: &Path, package: &Package) -> Result<Vec<String>, String> {
    let listed = capture(Command::new("tar").arg("-tzf").arg(archive))?;
    let prefix = format!("{}-{}/", package.name, package.version);
    Ok(listed.lines().filter_map(|line| line.strip_prefix(&prefix)).map(str::to_owned).collect())
}

fn judge_list(package: &Package, packed: &[String]) -> Vec<String> {
    let entry = if package.library.is_some() { "src/lib.rs" } else { "src/main.rs" };
    let missing = REQUIRED.iter().chain([&entry]).filter(|path| !packed.iter().any(|packed| packed == *path));
    let missing = missing.map(|path| format!("{}: {path} is not in the package", package.name));
    let unwanted = packed.iter().filter(|path| UNWANTED.iter().any(|unwanted| path.starts_with(unwanted)));
    let unwanted = unwanted.map(|path| format!("{}: {path} does not belong into the package", package.name));
    missing.chain(unwanted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(packed: &[&str]) -> Vec<String> {
        let package = Package { name: "a".to_owned(), library: Some("a".to_owned()), ..Package::default() };
        judge_list(&package, &packed.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_package_has_its_licences_and_nothing_unwanted() {
        let mut packed = vec!["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "src/lib.rs", "src/tests.rs"];
        assert_eq!(judge(&packed), Vec::<String>::new());
        packed.push("tests/steps.rs");
        packed.retain(|path| *path != "LICENSE-MIT");
        assert_eq!(
            judge(&packed),
            ["a: LICENSE-MIT is not in the package", "a: tests/steps.rs does not belong into the package"]
        );
    }

    #[test]
    fn the_command_leaves_out_what_is_not_published() {
        let context = Context { root: PathBuf::from("."), files: Vec::new() };
        let packages = Packages { published: Vec::new(), private: vec!["p".to_owned()] };
        let shown = crate::process::show(&command(&context, &packages, Path::new("t")));
        assert!(shown.ends_with("--target-dir t --exclude p"), "{shown}");
    }
}
