//! The checks that are one run of a cargo command each: format, lints, documentation.
//!
//! They ask for the features that the tests have: what those need is then built once.

use super::{Context, Outcome, problem};
use crate::process::{cargo, succeed};
use std::path::Path;
use std::process::Command;

/// A cargo command that fails where the check does.
struct CargoCheck {
    arguments: &'static [&'static str],
    environment: &'static [(&'static str, &'static str)],
}

const FMT: CargoCheck = CargoCheck { arguments: &["fmt", "--all", "--check"], environment: &[] };

const CLIPPY: CargoCheck = CargoCheck {
    arguments: &["clippy", "--workspace", "--all-features", "--all-targets", "--locked", "--", "-D", "warnings"],
    environment: &[],
};

/// The test program that says `test = false`, which `--all-targets` leaves out.
const CLIPPY_FIREFOX: CargoCheck = CargoCheck {
    arguments: &["clippy", "--workspace", "--all-features", "--test", "firefox", "--locked", "--", "-D", "warnings"],
    environment: &[],
};

const CLIPPY_CORE: CargoCheck = CargoCheck {
    arguments: &["clippy", "-p", "ceremony", "--no-default-features", "--locked", "--", "-D", "warnings"],
    environment: &[],
};

const DOCS: CargoCheck = CargoCheck {
    arguments: &["doc", "--workspace", "--all-features", "--no-deps", "--locked"],
    environment: &[("RUSTDOCFLAGS", "-D warnings")],
};

pub(super) fn fmt(context: &Context) -> Outcome {
    FMT.run(context)
}

pub(super) fn clippy(context: &Context) -> Outcome {
    CLIPPY.run(context).and_then(|_| CLIPPY_FIREFOX.run(context))
}

pub(super) fn clippy_core(context: &Context) -> Outcome {
    CLIPPY_CORE.run(context)
}

pub(super) fn docs(context: &Context) -> Outcome {
    DOCS.run(context)
}

impl CargoCheck {
    fn command(&self, root: &Path) -> Command {
        let mut command = cargo();
        command.args(self.arguments).envs(self.environment.iter().copied()).current_dir(root);
        command
    }

    fn run(&self, context: &Context) -> Outcome {
        succeed(&mut self.command(&context.root)).map(|()| String::new()).map_err(problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::capture;
    use std::fs;

    /// Runs a check's command, silently, on a package for Rust 1.81 with that source.
    fn judge(name: &str, source: &str, check: &CargoCheck) -> Result<String, String> {
        let root = std::env::temp_dir().join(format!("ceremony-xtask-{name}-{}", std::process::id()));
        fs::create_dir_all(root.join("src")).unwrap();
        fs::write(
            root.join("Cargo.toml"),
            "[package]\nname = \"ceremony\"\nedition = \"2021\"\nrust-version = \"1.81\"\n[workspace]\n",
        )
        .unwrap();
        let lock = "version = 4\n[[package]]\nname = \"ceremony\"\nversion = \"0.0.0\"\n";
        fs::write(root.join("Cargo.lock"), lock).unwrap();
        fs::write(root.join("src/lib.rs"), source).unwrap();
        let outcome = capture(check.command(&root).env("CARGO_TARGET_DIR", root.join("target")));
        fs::remove_dir_all(&root).unwrap();
        outcome
    }

    #[test]
    fn each_check_can_fail() {
        for (name, source, check) in [
            ("fmt", "//! A.\nfn  a( ) { }\n", FMT),
            ("clippy", "//! A.\nfn unused() {}\n", CLIPPY),
            ("young", "//! A.\n/// A.\npub fn a(b: Option<u8>) -> bool {\n    b.is_none_or(|c| c == 0)\n}\n", CLIPPY),
            ("clippy-core", "//! A.\nfn unused() {}\n", CLIPPY_CORE),
            ("docs", "//! [`Missing`]\n", DOCS),
        ] {
            let problem = judge(name, source, &check).unwrap_err();
            assert!(problem.contains("ended with"), "{name}: {problem}");
        }
    }

    #[test]
    fn sound_documentation_passes() {
        assert_eq!(judge("sound", "//! [`Vec`]\n", &DOCS), Ok(String::new()));
    }
}
