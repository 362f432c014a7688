//! What the comparison needs of the core's sources and tests.

use super::step::Step;
use crate::source::{code_only, comments_only, without_tests_at_foot};
use std::collections::{BTreeMap, BTreeSet};

/// The core's sources: the functions and the step comments of each file.
#[derive(Debug, Default)]
pub(super) struct Sources {
    files: BTreeMap<String, File>,
}

#[derive(Debug, Default)]
struct File {
    functions: BTreeSet<String>,
    /// Each step id that begins a comment, with its line.
    comments: Vec<(Step, usize)>,
}

impl Sources {
    /// Takes a file, by its path below `crates/core/src`.
    pub(super) fn add(&mut self, path: &str, source: &str) {
        let source = without_tests_at_foot(source);
        let file = File { functions: functions(source).collect(), comments: comments(source) };
        self.files.insert(path.to_owned(), file);
    }

    /// Whether there is such a file, and, if so, whether it has such a function.
    pub(super) fn has_function(&self, file: &str, function: &str) -> Option<bool> {
        self.files.get(file).map(|file| file.functions.contains(function))
    }

    /// The step comments of one file.
    pub(super) fn comments_in(&self, file: &str) -> impl Iterator<Item = &Step> {
        self.files.get(file).into_iter().flat_map(|file| &file.comments).map(|(step, _)| step)
    }

    /// The step comments of the files that follow the specification step by step, with their places.
    pub(super) fn comments_in_order(&self) -> impl Iterator<Item = (&str, usize, &Step)> {
        let files = self.files.iter().filter(|(path, _)| follows_the_specification(path));
        files.flat_map(|(path, file)| file.comments.iter().map(|(step, line)| (path.as_str(), *line, step)))
    }
}

fn follows_the_specification(path: &str) -> bool {
    ["registration/verify", "authentication/verify"]
        .iter()
        .any(|stem| path.strip_prefix(stem).is_some_and(|rest| rest == ".rs" || rest.starts_with('/')))
}

/// The names of the functions in the core's integration tests.
#[derive(Debug, Default)]
pub(super) struct Tests {
    names: BTreeSet<String>,
}

impl Tests {
    /// Takes a file.
    pub(super) fn add(&mut self, source: &str) {
        self.names.extend(functions(source));
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// All names, sorted.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }
}

/// The name after each `fn`.
fn functions(source: &str) -> impl Iterator<Item = String> {
    let code = code_only(source);
    let words: Vec<String> = code
        .split(|character: char| !character.is_alphanumeric() && character != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let names: Vec<String> = words
        .iter()
        .zip(words.iter().skip(1))
        .filter(|(word, _)| *word == "fn")
        .map(|(_, name)| name.clone())
        .collect();
    names.into_iter()
}

/// The steps at the beginning of each `//` comment: one, or several with commas between them.
fn comments(source: &str) -> Vec<(Step, usize)> {
    let mut found = Vec::new();
    for (index, line) in comments_only(source).lines().enumerate() {
        let Some(mut rest) = line.trim().strip_prefix("//") else {
            continue;
        };
        rest = rest.trim_start_matches(['/', '!']).trim_start();
        while let Some((step, after)) = Step::read(rest) {
            found.push((step, index + 1));
            match after.strip_prefix(',') {
                Some(next) => rest = next.trim_start(),
                None => break,
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_begin_with_steps() {
        let source =
            "// R1\nlet a = \"// R2\"; // R3, R4: why\n/// A6a. Text, R9\n// about R5\n// A19.1, then R6\n// RSA\n";
        let found: Vec<String> = comments(source).iter().map(|(step, line)| format!("{step}@{line}")).collect();
        assert_eq!(found, ["R1@1", "R3@2", "R4@2", "A6a@3", "A19.1@5"]);
    }

    #[test]
    fn functions_are_found_in_code_alone() {
        let source = "pub(crate) const fn a<T>() {}\n// fn b()\nfn r#c() {}\nlet d = \"fn e\"; type F = fn(u8);";
        let found: Vec<String> = functions(source).collect();
        assert!(
            found.contains(&"a".to_owned()) && !found.contains(&"b".to_owned()) && !found.contains(&"e".to_owned())
        );
    }

    #[test]
    fn only_the_verify_files_have_to_be_mapped() {
        let mut sources = Sources::default();
        for path in
            ["registration/verify.rs", "authentication/verify/counter.rs", "cbor.rs", "registration/verify_x.rs"]
        {
            sources.add(path, "fn a() {}\n// R1\n#[cfg(test)]\nmod tests {\n// R2\nfn b() {}\n}\n");
        }
        let places: Vec<&str> = sources.comments_in_order().map(|(path, _, _)| path).collect();
        assert_eq!(places, ["authentication/verify/counter.rs", "registration/verify.rs"]);
        assert_eq!(sources.comments_in("cbor.rs").count(), 1);
        assert_eq!(sources.has_function("cbor.rs", "a"), Some(true));
        assert_eq!(sources.has_function("cbor.rs", "b"), Some(false));
        assert_eq!(sources.has_function("x.rs", "a"), None);
    }
}
