//! The table of disagreements with webauthn_rp holds no entry that is not needed.

use ceremony_fuzz::webauthn_rp::{DISAGREEMENTS, Side, verdicts};
use std::fs;
use std::path::Path;

/// Each entry's own seed shows a disagreement that this entry explains, and no other does.
#[test]
fn each_disagreement_is_still_there() {
    for entry in DISAGREEMENTS {
        let seed =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/webauthn_rp").join(format!("shows-{}", entry.name));
        let data = fs::read(&seed).unwrap_or_else(|error| panic!("{}: {error}", seed.display()));
        let verdicts = verdicts(&data).unwrap_or_else(|| panic!("{}: no ceremony", entry.name));
        assert!(verdicts.differ(), "{}: stale, both say {:?} now", entry.name, verdicts.ours);
        assert_eq!(verdicts.ours.is_ok(), entry.accepts == Side::Ours, "{}: {verdicts:?}", entry.name);
        assert_eq!(verdicts.explained(), [entry.name], "{}: {verdicts:?}", entry.name);
    }
}

/// A seed without an entry would show nothing.
#[test]
fn each_seed_that_shows_something_has_an_entry() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/webauthn_rp");
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if let Some(name) = name.strip_prefix("shows-") {
            assert!(DISAGREEMENTS.iter().any(|entry| entry.name == name), "{name}");
        }
    }
}
