//! What a README says about the minimum Rust version.
//!
//! A line speaks of it when it holds `MSRV` or `Rust 1.` followed by a number, or when it is a row of a table that
//! names a package in backticks and has a cell that is a version alone. The versions on such a line are those of the
//! packages that it names in backticks, or of the core if it names none.

use super::Version;
use std::collections::{BTreeMap, BTreeSet};

/// The package that is meant where none is named.
const CORE: &str = "ceremony";

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) states_the_core: bool,
    pub(super) problems: Vec<String>,
}

pub(super) fn judge(path: &str, text: &str, own: &BTreeMap<String, Version>) -> Reading {
    let mut reading = Reading::default();
    for (number, line) in text.lines().enumerate() {
        let mut packages = packages(line, own);
        let stated = versions(line, !packages.is_empty());
        if stated.is_empty() {
            continue;
        }
        if packages.is_empty() {
            packages.insert(CORE);
        }
        let declared: BTreeSet<Version> = packages.iter().filter_map(|name| own.get(*name)).copied().collect();
        reading.states_the_core |= packages.contains(CORE) && own.get(CORE).is_some_and(|core| stated.contains(core));
        if stated != declared {
            let list = |set: &BTreeSet<Version>| set.iter().map(Version::to_string).collect::<Vec<_>>().join(", ");
            reading.problems.push(format!(
                "{path}:{}: says Rust {}, where the Cargo.toml of {} says {}",
                number + 1,
                list(&stated),
                packages.into_iter().collect::<Vec<_>>().join(", "),
                list(&declared),
            ));
        }
    }
    reading
}

fn packages<'a>(line: &'a str, own: &BTreeMap<String, Version>) -> BTreeSet<&'a str> {
    line.split('`').skip(1).step_by(2).filter(|code| own.contains_key(*code)).collect()
}

fn versions(line: &str, names_a_package: bool) -> BTreeSet<Version> {
    if line.contains("MSRV") || line.contains("Rust 1.") || line.contains("rustc 1.") {
        let words = line.split(|character: char| !character.is_ascii_alphanumeric() && character != '.');
        return words.filter_map(|word| rust_version(word.trim_end_matches('.'))).collect();
    }
    if names_a_package && line.trim_start().starts_with('|') {
        return line.split('|').filter_map(|cell| rust_version(cell.trim().trim_matches('`'))).collect();
    }
    BTreeSet::new()
}

/// A version of Rust since the 2024 edition; anything lower is some other program's.
fn rust_version(word: &str) -> Option<Version> {
    Version::parse(word).filter(|version| version.0 == 1 && version.1 >= 85)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Reading {
        let own = [("ceremony", Version(1, 88, 0)), ("ceremony-sqlx", Version(1, 94, 0))];
        judge("README.md", text, &own.map(|(name, version)| (name.to_owned(), version)).into())
    }

    #[test]
    fn what_agrees() {
        for text in [
            "Needs Rust 1.88 or later.",
            "MSRV: 1.88 (`ceremony`), 1.94 (`ceremony-sqlx`).",
            "| `ceremony` | the core | 1.88 |\n| `ceremony-sqlx` | with libsqlite 3.50.1 | 1.94 |",
        ] {
            assert_eq!(read(text), Reading { states_the_core: true, problems: Vec::new() }, "{text}");
        }
        assert!(!read("`ceremony-sqlx` needs Rust 1.94").states_the_core);
        assert!(!read("nothing about it: 1.88").states_the_core);
    }

    #[test]
    fn what_does_not() {
        for text in [
            "Needs Rust 1.87.",
            "Needs Rust 1.85 or later.",
            "MSRV: 1.88 (`ceremony`, `ceremony-sqlx`).",
            "| `ceremony-sqlx` | 1.88 |",
            "`ceremony` and `ceremony-sqlx`: Rust 1.94",
        ] {
            assert_eq!(read(text).problems.len(), 1, "{text}");
        }
    }
}
