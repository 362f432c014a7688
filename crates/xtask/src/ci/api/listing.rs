//! An interface as text, one item a line, and how two of them differ.

use std::collections::BTreeMap;
use std::path::Path;

/// What the rules say, and where.
const POLICY: &str = "docs/semver.md";

/// Automatic implementations that nobody can rely on by name in stable Rust, or that nothing is promised about.
const UNPROMISED: &[&str] = &[
    "core::marker::Freeze",
    "core::marker::StructuralPartialEq",
    "core::marker::UnsafeUnpin",
    "core::panic::unwind_safe::RefUnwindSafe",
    "core::panic::unwind_safe::UnwindSafe",
];

/// The library's public items, sorted, from its rustdoc JSON. What every type has by a blanket implementation is left
/// out; `Send`, `Sync` and `Unpin` are not: losing them breaks whoever relies on them.
pub(super) fn list(json: &Path) -> Result<String, String> {
    let interface = public_api::Builder::from_rustdoc_json(json).omit_blanket_impls(true).build();
    let interface = interface.map_err(|error| format!("{}: {error}", json.display()))?;
    let lines = interface.items().map(ToString::to_string).filter(|line| is_promised(line));
    Ok(lines.flat_map(|line| [line, "\n".to_owned()]).collect())
}

fn is_promised(line: &str) -> bool {
    !(line.starts_with("impl") && UNPROMISED.iter().any(|name| line.contains(&format!("{name} for "))))
}

/// The aliases of a library's own types that nobody can name. What such a type has is not in the listing: it could change
/// unseen.
pub(super) fn of_hidden_types(path: &str, current: &str) -> Vec<String> {
    let alias = |line: &str| {
        let (name, target) = line.strip_prefix("pub type ")?.split_once(" = ")?;
        let (library, target) = (name.split("::").next()?, target.split('<').next()?);
        let own = target.strip_prefix(library)?.starts_with("::");
        let kinds = ["struct", "enum", "union", "trait"].map(|kind| format!("{kind} {target}"));
        let is_it = |line: &str, kind: &String| {
            line.split_once(kind.as_str())
                .is_some_and(|(_, rest)| !rest.starts_with(|c: char| c.is_alphanumeric() || "_:".contains(c)))
        };
        let listed = current.lines().any(|line| kinds.iter().any(|kind| is_it(line, kind)));
        (own && !listed).then(|| format!("{path}: {name} stands for {target}, which is not public: export it"))
    };
    current.lines().filter_map(alias).collect()
}

/// What changed, and what the policy asks for it.
pub(super) fn compare(path: &str, recorded: &str, current: &str) -> Vec<String> {
    let (gone, new) = differences(recorded, current);
    if gone.is_empty() && new.is_empty() {
        return Vec::new();
    }
    let verdict = match (gone.len(), new.len()) {
        (0, new) => format!(
            "{path}: {new} new. That is compatible, unless it is a variant or a field of what is not #[non_exhaustive], or a \
             method that a trait requires ({POLICY})"
        ),
        (gone, new) => format!(
            "{path}: {gone} gone or changed, {new} new. That breaks users: it needs the next breaking version and a line \
             under \"Breaking\" in CHANGELOG.md ({POLICY})"
        ),
    };
    let record = format!("where that is meant: CEREMONY_BLESS=1 cargo xtask ci api, and commit {path}");
    let gone = gone.into_iter().map(|line| format!("  - {line}"));
    let new = new.into_iter().map(|line| format!("  + {line}"));
    std::iter::once(verdict).chain(gone).chain(new).chain([record]).collect()
}

/// Lines that only the one has, and lines that only the other has. Both are sorted lists: the order says nothing.
fn differences<'a>(recorded: &'a str, current: &'a str) -> (Vec<&'a str>, Vec<&'a str>) {
    let mut counts: BTreeMap<&str, i32> = BTreeMap::new();
    recorded.lines().for_each(|line| *counts.entry(line).or_default() -= 1);
    current.lines().for_each(|line| *counts.entry(line).or_default() += 1);
    let gone = counts.iter().filter(|(_, count)| **count < 0).map(|(line, _)| *line).collect();
    let new = counts.iter().filter(|(_, count)| **count > 0).map(|(line, _)| *line).collect();
    (gone, new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_interface_is_no_problem() {
        assert_eq!(compare("a/api.txt", "pub fn a::b()\n", "pub fn a::b()\n"), Vec::<String>::new());
    }

    #[test]
    fn automatic_implementations_that_count() {
        assert!(is_promised("impl !core::marker::Sync for a::B"));
        assert!(!is_promised("impl<T> core::marker::Freeze for a::B<T> where T: core::marker::Freeze"));
        assert!(is_promised("pub fn a::b(core::marker::Freeze)"));
    }

    #[test]
    fn an_alias_of_a_type_that_nobody_can_name_is_a_problem() {
        let listed = "#[non_exhaustive] pub struct a::B<T: a::C>\npub struct a::Door\n";
        for (line, hidden) in [
            ("pub type a::D = a::B<u8>", false),
            ("pub type a::D = a::b::B<u8>", true),
            ("pub type a::D = a::Do", true),
            ("pub type a::D = core::result::Result<u8, a::E>", false),
            ("pub type a::D::Error = ab::E", false),
        ] {
            let problems = of_hidden_types("a/api.txt", &format!("{listed}{line}\n"));
            assert_eq!(problems.len(), usize::from(hidden), "{problems:?}");
        }
    }

    #[test]
    fn what_is_new_is_compatible_with_exceptions() {
        let problems = compare("a/api.txt", "pub fn a::b()\n", "pub fn a::b()\npub fn a::c()\n");
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert!(problems[0].contains("1 new. That is compatible, unless"), "{problems:?}");
        assert_eq!(problems[1], "  + pub fn a::c()");
        assert!(problems[2].contains("CEREMONY_BLESS=1"), "{problems:?}");
    }

    #[test]
    fn what_is_changed_breaks() {
        let problems = compare("a/api.txt", "pub fn a::b()\n", "pub fn a::b(u8)\n");
        assert!(problems[0].contains("1 gone or changed, 1 new. That breaks users"), "{problems:?}");
        assert_eq!(problems[1..3], ["  - pub fn a::b()", "  + pub fn a::b(u8)"]);
    }

    #[test]
    fn a_line_that_is_there_once_less_is_gone() {
        assert_eq!(differences("a\na\nb\n", "a\nb\n"), (vec!["a"], vec![]));
        assert_eq!(differences("", "a\n"), (vec![], vec!["a"]));
    }
}
