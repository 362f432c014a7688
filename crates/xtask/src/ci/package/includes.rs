//! Files that sources name, which have to be in the package with them.

use crate::source::{code_only, without_tests_at_foot};
use crate::workspace;

/// What takes a path relative to the file that it stands in.
const NAMING: &[&str] = &["include_str!(", "include_bytes!(", "include!(", "#[path ="];

/// The files that the source names outside its tests and that are not among the packed ones: `file:line: path`.
pub(super) fn missing(path: &str, source: &str, packed: &[String]) -> Vec<String> {
    if is_test(path) {
        return Vec::new();
    }
    let source = without_tests_at_foot(source);
    let code = code_only(source);
    let mut missing = Vec::new();
    let mut for_tests = false;
    for (number, (line, masked)) in source.split_inclusive('\n').zip(code.split_inclusive('\n')).enumerate() {
        let attribute = masked.trim_start().starts_with("#[");
        for name in NAMING.iter().filter(|name| !for_tests && masked.contains(**name)) {
            let Some(start) = masked.find(name) else { continue };
            let file = line.get(start..).and_then(|rest| rest.split('"').nth(1)).unwrap_or_default();
            let found = workspace::resolve(path, file).is_some_and(|file| packed.contains(&file));
            if !found {
                missing.push(format!("{path}:{}: {file:?} is not in the package", number + 1));
            }
        }
        // What one attribute says holds for the next one and for the item below them.
        let tests = attribute && (masked.contains("cfg(test)") || masked.contains("cfg(doctest)"));
        for_tests = tests || (for_tests && attribute);
    }
    missing
}

/// Modules of tests in files of their own.
fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.split('/').any(|part| matches!(part, "tests" | "testing" | "testing.rs"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(source: &str) -> Vec<String> {
        missing("src/a.rs", source, &["README.md".to_owned(), "src/b.txt".to_owned()])
    }

    #[test]
    fn packed_files_are_found() {
        for source in [
            "#![doc = include_str!(\"../README.md\")]\n",
            "const A: &str = include_str!(\"b.txt\");\n",
            "#[path = \"./b.txt\"]\nmod b;\n",
            "// include_str!(\"c.txt\")\nconst A: &str = \"include_str!(\";\n",
        ] {
            assert_eq!(judge(source), Vec::<String>::new(), "{source}");
        }
    }

    #[test]
    fn a_file_that_is_left_out_or_outside_is_named() {
        assert_eq!(
            judge("\nconst A: &str = include_str!(\"c.txt\");\n"),
            ["src/a.rs:2: \"c.txt\" is not in the package"]
        );
        for source in [
            "const A: &[u8] = include_bytes!(\"../../../README.md\");\n",
            "#[path = \"../../b/src/b.rs\"]\nmod b;\n",
            "include!(\"c.rs\");\n",
            "#[cfg(test)]\nmod a {}\n#[path = \"c.rs\"]\nmod c;\n",
        ] {
            assert_eq!(judge(source).len(), 1, "{source}");
        }
    }

    #[test]
    fn tests_may_read_the_repository() {
        assert_eq!(judge("#[cfg(doctest)]\n#[doc = include_str!(\"../../../README.md\")]\nmod page {}\n").len(), 0);
        assert_eq!(judge("#[cfg(test)]\nmod tests {\n    const A: &str = include_str!(\"../../c\");\n}\n").len(), 0);
        assert_eq!(missing("src/a/tests.rs", "const A: &str = include_str!(\"../../c\");\n", &[]).len(), 0);
    }
}
