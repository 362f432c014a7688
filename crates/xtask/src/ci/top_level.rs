//! The root of the repository holds an agreed set of files and folders, and dot files.

use super::{Context, Outcome, outcome};
use std::collections::BTreeSet;

const ENTRIES: &[&str] = &[
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "SECURITY.md",
    "crates",
    "deny.toml",
    "docs",
    "testvectors",
];

/// Entries that have their place and need not be there yet.
const OPTIONAL: &[&str] = &["fuzz"];

pub(super) fn check(context: &Context) -> Outcome {
    outcome("", problems(&context.files))
}

fn problems(files: &[String]) -> Vec<String> {
    let found: BTreeSet<&str> = files.iter().filter_map(|path| path.split('/').next()).collect();
    let agreed: BTreeSet<&str> = ENTRIES.iter().copied().collect();
    let extra = found.difference(&agreed).filter(|name| !name.starts_with('.') && !OPTIONAL.contains(name));
    let extra = extra.map(|name| format!("{name} does not belong into the root of the repository"));
    let missing = agreed.difference(&found).map(|name| format!("{name} is missing from the root of the repository"));
    extra.chain(missing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete() -> Vec<String> {
        let folders = ["crates", "docs", "fuzz", "testvectors"];
        let entry = |name: &&str| {
            if folders.contains(name) { format!("{name}/a") } else { (*name).to_owned() }
        };
        ENTRIES.iter().map(entry).collect()
    }

    #[test]
    fn the_agreed_entries_and_dot_files_pass() {
        let mut files = complete();
        files.push(".clippy.toml".into());
        files.push(".ci/run".into());
        assert_eq!(problems(&files), Vec::<String>::new());
    }

    #[test]
    fn an_entry_too_many_and_one_too_few() {
        let mut files = complete();
        files.push("clippy.toml".into());
        files.retain(|path| path != "SECURITY.md");
        assert_eq!(
            problems(&files),
            [
                "clippy.toml does not belong into the root of the repository",
                "SECURITY.md is missing from the root of the repository"
            ]
        );
    }
}
