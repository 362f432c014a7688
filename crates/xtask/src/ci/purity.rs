//! The core is a pure function of its arguments: nothing in its dependencies or sources can reach a clock, a source of
//! randomness, a socket or a file, or waits for anything.

use super::{Context, Outcome, below, outcome, rust_files};
use crate::process::{capture, cargo};
use crate::source::{code_only, without_tests_at_foot};
use crate::workspace;
use std::collections::BTreeSet;
use std::path::Path;

const CORE: &str = "crates/core";

/// Packages that do IO, read a clock, draw randomness, or are a runtime.
const FORBIDDEN: &[&str] = &[
    "axum",
    "chrono",
    "errno",
    "fastrand",
    "getrandom",
    "h2",
    "http",
    "http-body",
    "hyper",
    "instant",
    "log",
    "mio",
    "rand",
    "reqwest",
    "ring",
    "rustix",
    "smol",
    "socket2",
    "tempfile",
    "tokio",
    "tracing",
    "uuid",
    "warp",
    "web-time",
];

/// Families of such packages.
const FORBIDDEN_PREFIXES: &[&str] = &["actix", "async-", "aws-lc", "futures", "hyper-", "openssl", "sqlx", "tokio-"];

/// What the core's sources may not name.
const FORBIDDEN_WORDS: &[&str] = &["std", "SystemTime", "Instant"];

pub(super) fn check(context: &Context) -> Outcome {
    let mut problems = Vec::new();
    let mut counts = Vec::new();
    for (features, flags) in [("default features", &[][..]), ("no default features", &["--no-default-features"])] {
        match dependencies(&context.root, "ceremony", "normal", flags) {
            Ok(packages) => {
                counts.push(format!("{} packages with {features}", packages.len()));
                problems.extend(packages.iter().filter(|package| is_forbidden(&package.name)).map(|package| {
                    format!("{} {} is among the core's dependencies with {features}", package.name, package.version)
                }));
            }
            Err(error) => problems.push(error),
        }
    }
    for path in rust_files(&context.files, is_core_source) {
        match workspace::read(&context.root, path) {
            Ok(source) => problems.extend(judge_source(path, &source)),
            Err(error) => problems.push(error),
        }
    }
    outcome(counts.join(", "), problems)
}

/// A package of a dependency tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
}

/// A package and all that it is built from, with the features that it alone asks for; the kinds are
/// those of `cargo tree --edges`.
pub(crate) fn dependencies(
    root: &Path,
    package: &str,
    kinds: &str,
    flags: &[&str],
) -> Result<BTreeSet<Package>, String> {
    let mut command = cargo();
    command.args(["tree", "--locked", "-p", package, "-e", kinds, "--target", "all"]);
    command.args(["--prefix", "none", "--no-dedupe", "--format", "{p}"]).args(flags).current_dir(root);
    Ok(parse_tree(&capture(&mut command)?))
}

fn parse_tree(tree: &str) -> BTreeSet<Package> {
    let package = |line: &str| {
        let mut words = line.split_whitespace();
        let name = words.next()?.to_owned();
        let version = words.next()?.trim_start_matches('v').to_owned();
        Some(Package { name, version })
    };
    tree.lines().filter_map(package).collect()
}

fn is_forbidden(name: &str) -> bool {
    FORBIDDEN.contains(&name) || FORBIDDEN_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

fn is_core_source(path: &str) -> bool {
    below(path, CORE).is_some_and(|rest| {
        rest.starts_with("src/") && !rest.ends_with("/tests.rs") && !rest.split('/').any(|folder| folder == "tests")
    })
}

fn judge_source(path: &str, source: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let code = code_only(without_tests_at_foot(source));
    if below(path, CORE) == Some("src/lib.rs") && !code.lines().any(|line| line.trim() == "#![no_std]") {
        problems.push(format!("{path}: #![no_std] is missing"));
    }
    let mut tests_only = false;
    for (number, line) in code.lines().enumerate() {
        // `#[cfg(test)]` before `extern crate std;` and the like.
        let skipped = std::mem::replace(&mut tests_only, line.trim() == "#[cfg(test)]");
        if skipped && line.trim_end().ends_with(';') {
            continue;
        }
        let words = line.split(|character: char| !character.is_alphanumeric() && character != '_');
        for word in words.filter(|word| FORBIDDEN_WORDS.contains(word)) {
            problems.push(format!("{path}:{}: the core may not name {word}", number + 1));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_are_read_and_judged() {
        let tree = "ceremony v0.1.0 (crates/core)\ntokio v1.2.3\nserde_derive v1.0.1 (proc-macro)\ntokio v1.2.3\n";
        let packages = parse_tree(tree);
        let names: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
        assert_eq!(names, ["ceremony", "serde_derive", "tokio"]);
        assert!(packages.contains(&Package { name: "tokio".into(), version: "1.2.3".into() }));
        for name in ["tokio", "getrandom", "rand", "futures-core", "http", "mio", "async-trait", "actix-rt"] {
            assert!(is_forbidden(name), "{name}");
        }
        for name in ["rand_core", "serde", "p256", "httparse-like", "ceremony"] {
            assert!(!is_forbidden(name), "{name}");
        }
    }

    #[test]
    fn sources_are_judged_without_their_tests() {
        let path = "crates/core/src/a.rs";
        assert_eq!(judge_source(path, "fn a() { std::mem::drop(1) }\n").len(), 1);
        assert_eq!(judge_source(path, "extern crate std;\n").len(), 1);
        assert_eq!(judge_source(path, "use x::{Instant, SystemTime};\n").len(), 2);
        let fine =
            "// std::fs\nconst A: &str = \"std::fs\";\nfn no_std() {}\n#[cfg(test)]\nmod tests {\n use std::fs;\n}\n";
        assert_eq!(judge_source(path, fine), Vec::<String>::new());
    }

    #[test]
    fn the_crate_root_has_to_forgo_std() {
        assert_eq!(judge_source("crates/core/src/lib.rs", "// #![no_std]\n").len(), 1);
        assert_eq!(judge_source("crates/core/src/lib.rs", "#![no_std]\n"), Vec::<String>::new());
    }

    #[test]
    fn only_the_cores_own_sources_count() {
        assert!(is_core_source("crates/core/src/a/b.rs"));
        for path in ["crates/core/src/a/tests.rs", "crates/core/tests/a.rs", "crates/http/src/a.rs", "crates/core/x.rs"]
        {
            assert!(!is_core_source(path), "{path}");
        }
    }
}
