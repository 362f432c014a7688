//! Adds up what the test binaries report.

/// The sums over all test binaries and documentation tests.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    passed: u64,
    failed: u64,
    failures: Vec<String>,
    /// Tests that did not run, with the reason.
    skipped: Vec<(String, String)>,
}

impl Totals {
    /// Takes one line of the output of `cargo test`.
    pub(crate) fn read_line(&mut self, line: &str) {
        let line = line.trim_end();
        if let Some(summary) = line.strip_prefix("test result: ") {
            self.passed += count(summary, " passed");
            self.failed += count(summary, " failed");
        } else if let Some((name, result)) = line.strip_prefix("test ").and_then(|rest| rest.rsplit_once(" ... ")) {
            if result == "FAILED" {
                self.failures.push(name.to_owned());
            } else if let Some(reason) = result.strip_prefix("ignored") {
                let reason = reason.strip_prefix(", ").unwrap_or("marked #[ignore]");
                self.skipped.push((name.to_owned(), reason.to_owned()));
            }
        }
    }

    /// Takes the note of a test that reported success only because something it needs is missing: `<name>\t<reason>`.
    pub(crate) fn read_skip_note(&mut self, note: &str) {
        let (name, reason) = note.split_once('\t').unwrap_or((note, "no reason given"));
        let entry = (name.to_owned(), reason.to_owned());
        // A test that asks twice leaves two notes.
        if !name.is_empty() && !self.skipped.contains(&entry) {
            self.skipped.push(entry);
            self.passed = self.passed.saturating_sub(1);
        }
    }

    /// A cargo command ended with an error: when no test binary reported a failure (it crashed, or was not even
    /// built), that is a failure of its own.
    pub(crate) fn command_failed(&mut self, description: &str, failed_before: u64) {
        if self.failed == failed_before {
            self.failed += 1;
            self.failures.push(description.to_owned());
        }
    }

    /// A run in which nothing passed proves nothing.
    pub(crate) fn require_some(&mut self) {
        if self.passed == 0 && self.failed == 0 {
            self.failed = 1;
            self.failures.push("no test ran".to_owned());
        }
    }

    pub(crate) const fn failed(&self) -> u64 {
        self.failed
    }

    /// What failed and what was skipped, by name, and as the last line the sums alone.
    pub(crate) fn summary(&self) -> String {
        let mut text = String::new();
        for (name, reason) in &self.skipped {
            text.push_str(&format!("SKIPPED {name}: {reason}\n"));
        }
        for name in &self.failures {
            text.push_str(&format!("FAILED {name}\n"));
        }
        text.push_str(&format!("{} passed, {} failed", self.passed, self.failed));
        if !self.skipped.is_empty() {
            text.push_str(&format!(", {} skipped", self.skipped.len()));
        }
        text
    }
}

/// The number before `what` in `ok. 3 passed; 0 failed; 1 ignored; ...`.
fn count(summary: &str, what: &str) -> u64 {
    summary
        .split([';', '.'])
        .find_map(|part| part.trim_end().strip_suffix(what))
        .and_then(|number| number.trim().parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: &str = "\
running 3 tests
test a::one ... ok
test a::two ... FAILED
test a::three ... ignored, takes an hour
test src/lib.rs - a (line 3) - compile fail ... ok
test src/lib.rs - b (line 9) ... ignored

test result: FAILED. 2 passed; 1 failed; 2 ignored; 0 measured; 7 filtered out; finished in 0.01s
test result: ok. 40 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s
";

    fn totals() -> Totals {
        let mut totals = Totals::default();
        RUN.lines().for_each(|line| totals.read_line(line));
        totals
    }

    #[test]
    fn sums_over_all_binaries_and_names_what_did_not_pass() {
        assert_eq!(
            totals().summary(),
            "SKIPPED a::three: takes an hour\nSKIPPED src/lib.rs - b (line 9): marked #[ignore]\n\
             FAILED a::two\n42 passed, 1 failed, 2 skipped"
        );
    }

    #[test]
    fn a_test_that_lacked_something_is_not_counted_as_passed() {
        let mut totals = totals();
        totals.read_skip_note("sign_in\tneeds Chromium");
        totals.read_skip_note("sign_in\tneeds Chromium");
        assert!(totals.summary().contains("SKIPPED sign_in: needs Chromium\n"));
        assert!(totals.summary().ends_with("\n41 passed, 1 failed, 3 skipped"));
    }

    #[test]
    fn a_crash_without_a_reported_failure_is_a_failure() {
        let mut totals = Totals::default();
        totals.command_failed("cargo test ended with signal 11", 0);
        assert_eq!(totals.summary(), "FAILED cargo test ended with signal 11\n0 passed, 1 failed");
        totals.command_failed("a named failure is not counted twice", 0);
        assert_eq!(totals.failed(), 1);
    }

    #[test]
    fn a_run_of_nothing_fails() {
        let mut totals = Totals::default();
        totals.require_some();
        assert_eq!(totals.summary(), "FAILED no test ran\n0 passed, 1 failed");
    }
}
