//! Source files stay small enough to be read in one go.

use super::{Context, Outcome, outcome, rust_files};
use crate::source::without_tests_at_foot;
use crate::workspace;

/// Lines beside tests from which a file is mentioned as long.
const LONG: usize = 400;
/// Lines beside tests that a file may have at most.
const SOURCE_LIMIT: usize = 450;
/// Lines that a file of tests may have at most.
const TEST_LIMIT: usize = 900;

pub(super) fn check(context: &Context) -> Outcome {
    let mut problems = Vec::new();
    let mut long = Vec::new();
    for path in rust_files(&context.files, |path| path.starts_with("crates/") || path.starts_with("fuzz/")) {
        match workspace::read(&context.root, path) {
            Ok(source) => match judge(path, &source) {
                Verdict::Fine => {}
                Verdict::Long(lines) => long.push(format!("{path} ({lines})")),
                Verdict::Wrong(problem) => problems.push(problem),
            },
            Err(error) => problems.push(error),
        }
    }
    let note = if long.is_empty() { String::new() } else { format!("over {LONG} lines: {}", long.join(", ")) };
    outcome(note, problems)
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Fine,
    Long(usize),
    Wrong(String),
}

fn judge(path: &str, source: &str) -> Verdict {
    if path.ends_with("/mod.rs") {
        return Verdict::Wrong(format!("{path}: modules are foo.rs beside foo/, never foo/mod.rs"));
    }
    if is_test_file(path) {
        let lines = source.lines().count();
        return match lines > TEST_LIMIT {
            true => Verdict::Wrong(format!("{path}: {lines} lines; tests have at most {TEST_LIMIT} in one file")),
            false => Verdict::Fine,
        };
    }
    let lines = without_tests_at_foot(source).lines().count();
    if lines > SOURCE_LIMIT {
        return Verdict::Wrong(format!(
            "{path}: {lines} lines beside the tests at its foot; about {LONG} are meant, {SOURCE_LIMIT} allowed"
        ));
    }
    if lines > LONG { Verdict::Long(lines) } else { Verdict::Fine }
}

/// Integration tests, benches, and test modules in files of their own.
fn is_test_file(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.split('/').any(|folder| matches!(folder, "tests" | "benches"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits() {
        let lines = |count: usize| "x\n".repeat(count);
        assert_eq!(judge("crates/a/src/a.rs", &lines(400)), Verdict::Fine);
        assert_eq!(judge("crates/a/src/a.rs", &lines(450)), Verdict::Long(450));
        assert!(matches!(judge("crates/a/src/a.rs", &lines(451)), Verdict::Wrong(_)));
        assert!(matches!(judge("fuzz/fuzz_targets/a.rs", &lines(451)), Verdict::Wrong(_)));
        for tests in ["crates/a/tests/b.rs", "crates/a/src/a/tests.rs", "crates/a/tests/support/c.rs"] {
            assert_eq!(judge(tests, &lines(900)), Verdict::Fine);
            assert!(matches!(judge(tests, &lines(901)), Verdict::Wrong(_)));
        }
    }

    #[test]
    fn tests_at_the_foot_do_not_count() {
        let foot = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "    x\n".repeat(500));
        assert_eq!(judge("crates/a/src/a.rs", &format!("{}{foot}", "x\n".repeat(400))), Verdict::Fine);
        assert!(matches!(judge("crates/a/src/a.rs", &format!("{foot}x\n")), Verdict::Wrong(_)));
    }

    #[test]
    fn no_mod_rs() {
        assert!(matches!(judge("crates/a/src/b/mod.rs", ""), Verdict::Wrong(_)));
    }
}
