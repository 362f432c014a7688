//! What was once found, and what fuzzing starts from, holds the invariants: one test for all targets.

use ceremony_fuzz::TARGETS;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn names(folder: PathBuf) -> BTreeSet<String> {
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.'))
        .collect()
}

#[test]
fn each_target_has_a_program_and_seeds() {
    let targets: BTreeSet<String> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    assert_eq!(names(root().join("fuzz_targets")), targets);
    assert_eq!(names(root().join("seeds")), targets);
    assert!(TARGETS.is_sorted_by_key(|target| target.name));
}

#[test]
fn seeds_hold_the_invariants() {
    for target in TARGETS {
        let folder = root().join("seeds").join(target.name);
        let mut count = 0;
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            // The file is named before it runs: a panic in it is then traced to it.
            println!("{}", path.display());
            (target.run)(&fs::read(&path).unwrap());
            count += 1;
        }
        assert!(count > 0, "{} has no seeds", target.name);
    }
}
