//! The package for npm, as `npm publish` would send it: packed, looked into, and imported by node.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs, reason = "a test")]

use ceremony_testbed::{NPM, pass_over};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/js");

/// What the package has, and nothing else.
const FILES: [&str; 5] = ["LICENSE", "README.md", "package.json", "passkeys.d.ts", "passkeys.js"];

fn npm() -> PathBuf {
    NPM.find().unwrap_or_else(|| panic!("npm is missing: {}", NPM.source.command()))
}

fn succeed(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// Packs into the folder, and gives the archive.
fn packed(folder: &Path) -> PathBuf {
    let mut command = Command::new(npm());
    command.args(["pack", "--offline", "--ignore-scripts", "--pack-destination"]).arg(folder);
    // Nothing of the user's own: neither settings nor a cache.
    command.env("npm_config_cache", folder.join("cache")).env("npm_config_userconfig", folder.join("none"));
    let name = String::from_utf8(succeed(command.current_dir(FOLDER)).stdout).unwrap();
    let archive = folder.join(name.trim());
    assert!(archive.is_file(), "{}", archive.display());
    archive
}

#[test]
fn the_package_holds_what_it_needs_and_can_be_imported() {
    if pass_over(&NPM) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let archive = packed(folder.path());
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(archive.file_name().unwrap().to_str(), Some(&*format!("ceremony-rs-passkeys-{version}.tgz")));

    // As an installation puts it there.
    let installed = folder.path().join("node_modules/@ceremony-rs/passkeys");
    std::fs::create_dir_all(&installed).unwrap();
    let strip = ["--strip-components=1", "-xzf"];
    succeed(Command::new("tar").args(strip).arg(&archive).arg("-C").arg(&installed));
    let mut files: Vec<String> =
        std::fs::read_dir(&installed).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    files.sort();
    assert_eq!(files, FILES);
    for file in FILES {
        let own = std::fs::read(Path::new(FOLDER).join(file)).unwrap();
        assert_eq!(std::fs::read(installed.join(file)).unwrap(), own, "{file}");
    }

    // Importing it does nothing, also where there is no browser; a call there says that it can't.
    let script = "
        import * as all from '@ceremony-rs/passkeys';
        import manifest from '@ceremony-rs/passkeys/package.json' with { type: 'json' };
        const passkeys = all.createPasskeys({ base: 'https://example.com/auth/passkeys/' });
        const error = await passkeys.authenticate().catch((error) => error);
        console.log(JSON.stringify([Object.keys(all).sort(), error instanceof all.PasskeyError, error.reason,
            manifest.name]));
    ";
    std::fs::write(folder.path().join("try.mjs"), script).unwrap();
    let node = npm().with_file_name("node");
    let node = if node.is_file() { node } else { "node".into() };
    let output = succeed(Command::new(node).arg("try.mjs").current_dir(folder.path()));
    let told = String::from_utf8(output.stdout).unwrap();
    let expected =
        r#"[["PasskeyError","createPasskeys","default","passkeys"],true,"unsupported","@ceremony-rs/passkeys"]"#;
    assert_eq!(told.trim(), expected);
}
