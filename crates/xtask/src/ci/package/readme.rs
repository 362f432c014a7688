//! The links of a package's README: on crates.io and docs.rs, what leads out of the package leads nowhere.

use std::collections::BTreeSet;

/// What is wrong with the links of a README that is packed: relative ones, and absolute ones into the repository that
/// lead to no file. The repository's pages are those of its branch `main`.
pub(super) fn judge(path: &str, text: &str, repository: &str, files: &BTreeSet<&str>) -> Vec<String> {
    let own = format!("{repository}/blob/main/");
    let mut problems = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        for link in links(line) {
            if let Some(file) = link.strip_prefix(&own) {
                let file = file.split('#').next().unwrap_or_default();
                if !files.contains(file) {
                    problems.push(format!("{path}:{number}: {file} is not in the repository"));
                }
            } else if link.contains('/') && !link.contains("://") {
                problems.push(format!("{path}:{number}: {link} leads out of the package: begin it with {own}"));
            }
        }
    }
    problems
}

/// Where the links of a line lead, inline ones and definitions.
fn links(line: &str) -> impl Iterator<Item = &str> {
    let inline = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let definition = line.strip_prefix('[').and_then(|rest| rest.split_once("]: ")).map(|(_, link)| link.trim());
    inline.chain(definition)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_a_readme_work_elsewhere() {
        let files = BTreeSet::from(["docs/a.md"]);
        let judge = |text: &str| judge("R", text, "https://h/r", &files);
        let fine = "[a](https://h/r/blob/main/docs/a.md#b) [b](https://docs.rs/x) [c](#here) [`d`](Type)\n[e]: https://e.example/\n";
        assert_eq!(judge(fine), Vec::<String>::new());
        let told = "R:1: ../../docs/a.md leads out of the package: begin it with https://h/r/blob/main/";
        assert_eq!(judge("x [a](../../docs/a.md)"), [told]);
        assert_eq!(judge("[a]: ../../docs/a.md"), [told]);
        assert_eq!(judge("[a](https://h/r/blob/main/docs/b.md)"), ["R:1: docs/b.md is not in the repository"]);
    }
}
