//! Tests that may pass over what they can't run.

use crate::Program;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

/// Where it is set, tests that lack a program pass, and append a line to the file that it names.
const ALLOW_MISSING: &str = "CEREMONY_ALLOW_MISSING";

/// True if the program is missing and the caller of the tests allows that: the test then has to return at once, and is
/// reported as not run. A program that is missing otherwise is a failure where it is started.
///
/// # Panics
///
/// If the note can't be written: a test that did not run must not look like one that passed.
#[must_use]
pub fn pass_over(program: &Program) -> bool {
    let Some(notes) = std::env::var_os(ALLOW_MISSING).filter(|_| program.find().is_none()) else { return false };
    note(Path::new(&notes), program);
    true
}

#[expect(clippy::panic, reason = "only tests call this, and a lost note would hide that one did not run")]
fn note(notes: &Path, program: &Program) {
    let line = format!("{}\t{} is missing\n", this_test(), program.name);
    let written = OpenOptions::new().create(true).append(true).open(notes);
    let written = written.and_then(|mut file| file.write_all(line.as_bytes()));
    if let Err(error) = written {
        panic!("cannot write to {}, which {ALLOW_MISSING} names: {error}", notes.display());
    }
}

/// The name of the test that runs: its binary's, and its own, which the test runner gives to the thread.
fn this_test() -> String {
    let binary = std::env::current_exe().ok();
    let binary = binary.as_deref().and_then(Path::file_stem).unwrap_or_default().to_string_lossy();
    // Cargo adds a hash to the name of the file.
    let binary = binary.rsplit_once('-').map_or(&*binary, |(name, _)| name);
    format!("{binary}::{}", std::thread::current().name().unwrap_or("a test"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::CHROMIUM;

    #[test]
    fn a_note_names_the_test_and_what_it_lacked() {
        let folder = tempfile::tempdir().unwrap();
        let notes = folder.path().join("notes");
        note(&notes, &CHROMIUM);
        note(&notes, &CHROMIUM);
        let line = "ceremony_testbed::missing::tests::a_note_names_the_test_and_what_it_lacked\tChromium is missing\n";
        assert_eq!(std::fs::read_to_string(&notes).unwrap(), line.repeat(2));
    }

    #[test]
    #[should_panic(expected = "CEREMONY_ALLOW_MISSING")]
    fn a_note_that_is_lost_is_a_failure() {
        note(Path::new("/nowhere/at/all"), &CHROMIUM);
    }
}
