//! How many packages come with the core.

use super::purity::{Package, dependencies};
use super::{Context, Outcome, outcome};
use std::collections::BTreeSet;

/// A choice of features, and the packages that may come with it: those of the build included, the core itself not.
const LIMITS: [(&str, &[&str], usize); 2] =
    [("default features", &[], 70), ("no default features", &["--no-default-features"], 45)];

pub(super) fn check(context: &Context) -> Outcome {
    let mut notes = Vec::new();
    let mut problems = Vec::new();
    for (features, flags, limit) in LIMITS {
        match dependencies(&context.root, "ceremony", "normal,build", flags) {
            Ok(packages) => match judge(&packages, limit) {
                Ok(count) => notes.push(format!("{count} of {limit} with {features}")),
                Err(problem) => problems.push(format!("{problem} with {features}")),
            },
            Err(error) => problems.push(error),
        }
    }
    outcome(notes.join(", "), problems)
}

fn judge(packages: &BTreeSet<Package>, limit: usize) -> Result<usize, String> {
    let names: Vec<&str> = packages.iter().map(|p| p.name.as_str()).filter(|name| *name != "ceremony").collect();
    if names.is_empty() || names.len() > limit {
        return Err(format!(
            "the core has {} dependencies instead of at most {limit}: {}",
            names.len(),
            names.join(" ")
        ));
    }
    Ok(names.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packages(names: &[&str]) -> BTreeSet<Package> {
        names.iter().map(|name| Package { name: (*name).to_owned(), version: "1.0.0".to_owned() }).collect()
    }

    #[test]
    fn the_core_is_not_its_own_dependency() {
        assert_eq!(judge(&packages(&["ceremony", "serde", "sha2"]), 2), Ok(2));
    }

    #[test]
    fn one_too_many_is_named() {
        let problem = judge(&packages(&["ceremony", "serde", "sha2", "tokio"]), 2).unwrap_err();
        assert!(problem.contains("3 dependencies instead of at most 2") && problem.contains("tokio"), "{problem}");
    }

    #[test]
    fn a_tree_without_anything_was_not_read() {
        assert!(judge(&packages(&["ceremony"]), 2).is_err());
    }
}
