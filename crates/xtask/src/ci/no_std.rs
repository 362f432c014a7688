//! Nothing that the core is built from links the standard library, with whatever features.
//!
//! The proof needs no other target's library: a static library for this machine with `#![no_std]`, a panic handler and an
//! allocator of its own depends on the core. If any crate below it links `std`, there are two panic handlers, and rustc
//! refuses (E0152). Where the library of a target without an operating system is installed, the core is checked for that
//! too.

use super::{Context, Outcome, outcome, problem};
use crate::process::{capture, cargo};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Targets that have no `std`, or one that does nothing.
const TARGETS: &[&str] = &["thumbv7em-none-eabi", "wasm32-unknown-unknown"];

/// The library. What it does is never run: that it can be is the proof.
const LIBRARY: &str = r#"//! Written by `cargo xtask ci no-std`.
#![no_std]

extern crate proof as _;

use core::alloc::{GlobalAlloc, Layout};
use core::panic::PanicInfo;

struct Nothing;

// SAFETY: an allocator may always say that there is no memory.
unsafe impl GlobalAlloc for Nothing {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        core::ptr::null_mut()
    }
    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static NOTHING: Nothing = Nothing;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {}
}
"#;

pub(super) fn check(context: &Context) -> Outcome {
    let core = context.root.join("crates").join("core");
    let folder = context.root.join("target").join("no-std");
    write(&folder, "ceremony", &core).map_err(problem)?;
    // The versions that the workspace has: cargo takes what it needs of them.
    fs::copy(context.root.join("Cargo.lock"), folder.join("Cargo.lock"))
        .map_err(|error| problem(format!("cannot copy Cargo.lock: {error}")))?;
    let sets = feature_sets(&context.root).map_err(problem)?;
    let targets: Vec<&str> = TARGETS.iter().copied().filter(|target| is_installed(target)).collect();
    let mut problems = Vec::new();
    for set in &sets {
        for target in [None].into_iter().chain(targets.iter().copied().map(Some)) {
            problems.extend(judge(&folder, &context.root.join("target"), set, target).err());
        }
    }
    let missing: Vec<&str> = TARGETS.iter().copied().filter(|target| !targets.contains(target)).collect();
    let on = if targets.is_empty() { String::new() } else { format!(", and for {}", targets.join(", ")) };
    let off = if missing.is_empty() { String::new() } else { format!("; not installed: {}", missing.join(", ")) };
    outcome(format!("{} sets of features{on}{off}", sets.len()), problems)
}

/// The library's package: it depends on the package of that name in that folder, and on nothing else.
fn write(folder: &Path, package: &str, path: &Path) -> Result<(), String> {
    let manifest = format!(
        "[package]\nname = \"no-std\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n[workspace]\n\n\
         [lib]\ncrate-type = [\"staticlib\"]\n\n\
         [dependencies]\nproof = {{ package = {package:?}, path = {path:?}, default-features = false }}\n\n\
         [profile.dev]\npanic = \"abort\"\ndebug = false\n"
    );
    let files = [("Cargo.toml", manifest.as_str()), ("src/lib.rs", LIBRARY)];
    fs::create_dir_all(folder.join("src")).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    for (file, content) in files {
        let file: PathBuf = folder.join(file);
        fs::write(&file, content).map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    }
    Ok(())
}

/// No feature, the default ones, and all of them.
fn feature_sets(root: &Path) -> Result<Vec<Vec<String>>, String> {
    let mut command = cargo();
    command.args(["metadata", "--no-deps", "--locked", "--format-version", "1"]).current_dir(root);
    sets_of(&capture(&mut command)?, "ceremony")
}

fn sets_of(metadata: &str, package: &str) -> Result<Vec<Vec<String>>, String> {
    let metadata: Value = serde_json::from_str(metadata).map_err(|error| format!("cargo metadata: {error}"))?;
    let packages = metadata.get("packages").and_then(Value::as_array).ok_or("cargo metadata: no packages")?;
    let package = packages.iter().find(|each| each.get("name").is_some_and(|name| name == package));
    let features = package.and_then(|package| package.get("features")).and_then(Value::as_object);
    let features: Vec<String> = features.ok_or("cargo metadata: no features of the core")?.keys().cloned().collect();
    // Features add and never take away: with all of them everything is there that any brings.
    Ok(vec![Vec::new(), vec!["default".to_owned()], features])
}

/// Has the library compiled. What is refused is seen before code is made: a check is enough, and takes seconds.
fn judge(folder: &Path, target_folder: &Path, features: &[String], target: Option<&str>) -> Result<(), String> {
    let features: Vec<String> = features.iter().map(|feature| format!("proof/{feature}")).collect();
    let run = |mode: &[&str]| {
        let mut command = cargo();
        command.args(["check", "--quiet", "--color", "never"]).args(mode).args(["--features", &features.join(",")]);
        command.arg("--target-dir").arg(target_folder);
        if let Some(target) = target {
            command.args(["--target", target]);
        }
        capture(command.current_dir(folder).env("CARGO_INCREMENTAL", "0").env_remove("CARGO_TARGET_DIR"))
    };
    // The index is at hand where the checks before this one were built.
    run(&["--offline"]).or_else(|offline| if is_a_refusal(&offline) { Err(offline) } else { run(&[]) }).map(drop)
}

/// Whether rustc has spoken, and not cargo of a package that it can't find.
fn is_a_refusal(error: &str) -> bool {
    error.contains("could not compile")
}

fn is_installed(target: &str) -> bool {
    let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command.args(["--print", "target-libdir", "--target", target]).stdin(Stdio::null());
    capture(&mut command).is_ok_and(|folder| Path::new(folder.trim()).is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The library on a crate with that source.
    fn judge_source(name: &str, source: &str) -> Result<(), String> {
        let root = std::env::temp_dir().join(format!("ceremony-xtask-no-std-{name}-{}", std::process::id()));
        let below = root.join("below");
        fs::create_dir_all(below.join("src")).unwrap();
        let manifest =
            "[package]\nname = \"below\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[features]\nf = []\n[workspace]\n";
        fs::write(below.join("Cargo.toml"), manifest).unwrap();
        fs::write(below.join("src/lib.rs"), source).unwrap();
        write(&root.join("proof"), "below", &below).unwrap();
        let outcome = judge(&root.join("proof"), &root.join("target"), &["f".to_owned()], None);
        fs::remove_dir_all(&root).unwrap();
        outcome
    }

    #[test]
    fn std_is_found_out() {
        let source = "#![no_std]\nextern crate alloc;\npub fn a() -> alloc::vec::Vec<u8> { alloc::vec::Vec::new() }\n";
        assert_eq!(judge_source("without", source), Ok(()));
        for (name, source) in [
            ("with", "pub fn a() {}\n"),
            ("named", "#![no_std]\nextern crate std;\n"),
            ("feature", "#![no_std]\n#[cfg(feature = \"f\")]\nextern crate std;\n"),
        ] {
            let error = judge_source(name, source).unwrap_err();
            assert!(error.contains("panic_impl") && error.contains("`std`"), "{name}: {error}");
            assert!(is_a_refusal(&error), "{name}");
        }
    }

    #[test]
    fn all_features_are_read_from_the_package() {
        let metadata = r#"{"packages": [{"name": "a", "features": {"x": []}}, {"name": "c", "features": {"default": ["y"], "y": []}}]}"#;
        let sets = sets_of(metadata, "c").unwrap();
        assert_eq!(sets, [vec![], vec!["default"], vec!["default", "y"]]);
        assert!(sets_of(metadata, "b").is_err());
    }
}
