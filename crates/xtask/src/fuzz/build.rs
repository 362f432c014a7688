//! The programs that fuzz, built with stable Rust.
//!
//! `cargo fuzz` wants a nightly toolchain for its address sanitizer. The crates here forbid unsafe code, so that coverage is
//! enough, and stable Rust can build that.

use crate::process::{capture, cargo, succeed};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// What libFuzzer looks at: which edges were taken, and what was compared with what.
const COVERAGE: &[&str] = &[
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// Crates that calculate and read nothing: counted, each signature would cost several times as much, and millions of
/// comparisons of limbs would bury those of a parser.
const ARITHMETIC: &[&str] = &[
    "chacha20",
    "cmov",
    "crypto_bigint",
    "crypto_primes",
    "ctutils",
    "curve25519_dalek",
    "ecdsa",
    "ed25519_dalek",
    "ed448_goldilocks",
    "elliptic_curve",
    "ff",
    "fiat_crypto",
    "generic_array",
    "graviola",
    "group",
    "hybrid_array",
    "k256",
    "keccak",
    "ml_dsa",
    "module_lattice",
    "num_bigint_dig",
    "p256",
    "p384",
    "p521",
    "poly1305",
    "primefield",
    "primeorder",
    "rfc6979",
    "rsa",
    "sha1",
    "sha2",
    "shake",
    "sponge_cursor",
    "subtle",
    "wnaf",
];

/// Set, this program is called in rustc's place, with the rustc to call as its first argument.
const RUSTC_BEHIND: &str = "CEREMONY_XTASK_RUSTC";

/// What rustc ends with, where this program is called in its place.
pub(crate) fn in_place_of_rustc() -> Option<ExitCode> {
    std::env::var_os(RUSTC_BEHIND)?;
    let mut arguments = std::env::args_os().skip(1);
    let mut command = Command::new(arguments.next()?);
    let counted = std::env::var("CARGO_CRATE_NAME").is_ok_and(|name| is_counted(&name));
    command.args(arguments.filter(|argument| counted || !COVERAGE.iter().any(|flag| argument == flag)));
    let code = command.status().ok().and_then(|status| status.code()).and_then(|code| u8::try_from(code).ok());
    Some(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

fn is_counted(crate_name: &str) -> bool {
    !ARITHMETIC.contains(&crate_name)
}

/// What the programs are built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To run for long: optimised as users have it.
    Long,
    /// To run for seconds: arithmetic alone is optimised, and the build takes two thirds of the time.
    Smoke,
}

impl Purpose {
    /// cargo's settings for it.
    fn settings(self) -> Vec<String> {
        match self {
            Self::Long => Vec::new(),
            Self::Smoke => {
                let arithmetic = ARITHMETIC
                    .iter()
                    .map(|name| format!("profile.release.package.{}.opt-level=3", name.replace('_', "-")));
                std::iter::once("profile.release.opt-level=1".to_owned()).chain(arithmetic).collect()
            }
        }
    }
}

/// Builds the programs, and gives the folder that they are in.
pub(crate) fn build(root: &Path, folder: &Path, purpose: Purpose) -> Result<PathBuf, String> {
    let version = capture(Command::new("rustc").arg("-vV").current_dir(root))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc names no host")?;
    let own = std::env::current_exe().map_err(|error| format!("cannot find the program that runs: {error}"))?;
    let mut command = cargo();
    // With a target named, build scripts are not instrumented.
    command.args(["build", "--release", "--locked", "--bins", "--manifest-path", "fuzz/Cargo.toml", "--target", host]);
    command.arg("--target-dir").arg(folder).current_dir(root);
    for setting in purpose.settings() {
        command.arg("--config").arg(setting);
    }
    command.env("RUSTC_WRAPPER", own).env(RUSTC_BEHIND, "1");
    command.env("RUSTFLAGS", COVERAGE.join(" ")).env_remove("CARGO_ENCODED_RUSTFLAGS").env("CARGO_INCREMENTAL", "0");
    succeed(&mut command)?;
    Ok(folder.join(host).join("release"))
}

#[cfg(test)]
mod tests {
    use super::{ARITHMETIC, Purpose, is_counted};
    use std::path::Path;

    #[test]
    fn what_reads_is_counted() {
        for name in ["ceremony", "ceremony_fuzz", "ceremony_metadata", "serde_json", "ciborium_ll", "base64ct", "flow"]
        {
            assert!(is_counted(name), "{name}");
        }
        assert!(!is_counted("p256"));
    }

    #[test]
    fn arithmetic_is_optimised_whatever_it_is_for() {
        assert_eq!(Purpose::Long.settings(), Vec::<String>::new());
        let settings = Purpose::Smoke.settings();
        assert_eq!(settings.len(), ARITHMETIC.len() + 1);
        assert!(settings.contains(&"profile.release.package.crypto-bigint.opt-level=3".to_owned()), "{settings:?}");
    }

    /// A crate that has gone, or has another name, would stand in the list for ever.
    #[test]
    fn every_crate_of_the_list_is_used() {
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/Cargo.lock");
        let lock = std::fs::read_to_string(lock).unwrap();
        for name in ARITHMETIC {
            let line = format!("name = \"{}\"", name.replace('_', "-"));
            assert!(lock.lines().any(|found| found == line), "{name}");
        }
    }
}
