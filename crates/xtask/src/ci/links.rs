//! What the pages name is there: relative links lead to files, anchors to headings, and paths in code to something.

use super::{Context, Outcome, outcome};
use crate::workspace;
use std::collections::{BTreeMap, BTreeSet};

/// Folders of the repository. A path in code that begins with one of them is a promise like a link.
const FOLDERS: &[&str] = &["crates/", "docs/", "testvectors/", "fuzz/"];

pub(super) fn check(context: &Context) -> Outcome {
    let mut problems = Vec::new();
    let mut pages = BTreeMap::new();
    for path in context.files.iter().filter(|path| is_page(path)) {
        match workspace::read(&context.root, path) {
            Ok(text) => drop(pages.insert(path.as_str(), Page::read(&text))),
            Err(error) => problems.push(error),
        }
    }
    let places = places(&context.files);
    let mut count = 0;
    for (path, page) in &pages {
        count += page.links.len() + page.paths.len();
        problems.extend(judge(path, page, &pages, &places));
        for Quote { line, file, .. } in page
            .quotes
            .iter()
            .filter(|quote| !workspace::read(&context.root, &quote.file).is_ok_and(|source| quote.stands_in(&source)))
        {
            problems.push(format!("{path}:{line}: {file} does not hold this code"));
        }
    }
    outcome(format!("{count} in {} pages", pages.len()), problems)
}

/// The pages that people read: those at the root, those in `docs/`, and every crate's README.
fn is_page(path: &str) -> bool {
    let Some(name) = path.strip_suffix(".md") else { return false };
    match name.split('/').collect::<Vec<_>>().as_slice() {
        [_] | ["docs", _] => true,
        ["crates", .., last] => *last == "README",
        _ => false,
    }
}

/// All files, and the folders that they are in.
fn places(files: &[String]) -> BTreeSet<String> {
    let mut places = BTreeSet::from([String::new()]);
    for file in files {
        let ends = file.match_indices('/').map(|(at, _)| at).chain([file.len()]);
        places.extend(ends.filter_map(|end| file.get(..end)).map(str::to_owned));
    }
    places
}

/// What a page offers and what it names, each with its line.
#[derive(Debug, Default)]
struct Page {
    anchors: BTreeSet<String>,
    links: Vec<(usize, String)>,
    paths: Vec<(usize, String)>,
    quotes: Vec<Quote>,
}

/// A block of code behind `<!-- from FILE -->`: it stands in that file, whatever the indentation.
#[derive(Debug, Default)]
struct Quote {
    line: usize,
    file: String,
    code: Vec<String>,
}

impl Quote {
    fn of(line: &str) -> Option<&str> {
        line.strip_prefix("<!-- from ")?.strip_suffix(" -->")
    }

    fn stands_in(&self, source: &str) -> bool {
        let lines: Vec<&str> = source.lines().map(str::trim).collect();
        lines.windows(self.code.len().max(1)).any(|window| window == self.code)
    }
}

impl Page {
    fn read(text: &str) -> Self {
        let mut page = Self::default();
        let mut fence = None;
        let mut quote: Option<Quote> = None;
        for (number, line) in (1..).zip(text.lines()) {
            let start = line.trim();
            let mark = ["```", "~~~"].into_iter().find(|mark| start.starts_with(mark));
            match (fence, mark) {
                (None, Some(mark)) => fence = Some(mark),
                (Some(open), Some(mark)) if open == mark => {
                    fence = None;
                    page.quotes.extend(quote.take());
                }
                (Some(_), _) => quote.iter_mut().for_each(|quote| quote.code.push(start.to_owned())),
                (None, None) => {
                    page.line(number, line);
                    let file = Quote::of(line).map(str::to_owned);
                    quote = file.map(|file| Quote { line: number, file, code: Vec::new() });
                }
            }
        }
        page
    }

    fn line(&mut self, number: usize, line: &str) {
        let title = line.trim_start_matches('#');
        if title.len() < line.len() && title.starts_with(' ') {
            self.heading(title.trim());
        }
        // Every second part stands between backticks.
        let mut prose = String::new();
        for (at, part) in line.split('`').enumerate() {
            if at % 2 == 0 {
                prose.push_str(part);
            } else if is_path(part) {
                self.paths.push((number, part.trim_end_matches('/').to_owned()));
            }
        }
        let inline = prose.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let targets = inline.filter_map(|target| target.split_whitespace().next());
        // One word alone: `[Item]: and what it is` is prose.
        let reference =
            prose.strip_prefix('[').and_then(|rest| rest.split_once("]: ")).map(|(_, target)| target.trim());
        let reference = reference.filter(|target| !target.contains(' '));
        self.links.extend(targets.chain(reference).map(|target| (number, target.to_owned())));
    }

    /// Adds a heading's anchor, as code hosts make it; a second one of the same text gets a number.
    fn heading(&mut self, title: &str) {
        let kept = title.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
        let anchor: String =
            kept.flat_map(char::to_lowercase).map(|letter| if letter == ' ' { '-' } else { letter }).collect();
        let numbered = (1..).map(|number| format!("{anchor}-{number}"));
        let free = std::iter::once(anchor.clone()).chain(numbered).find(|anchor| !self.anchors.contains(anchor));
        self.anchors.extend(free);
    }
}

/// Whether code names one place of the repository, and not a pattern of several.
fn is_path(code: &str) -> bool {
    let plain = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
    plain && FOLDERS.iter().any(|folder| code.starts_with(folder))
}

fn judge(path: &str, page: &Page, pages: &BTreeMap<&str, Page>, places: &BTreeSet<String>) -> Vec<String> {
    let mut problems = Vec::new();
    for (line, link) in page.links.iter().filter(|(_, link)| !link.contains(':')) {
        let (file, anchor) = link.split_once('#').map_or((link.as_str(), None), |(file, anchor)| (file, Some(anchor)));
        let target = if file.is_empty() { Some(path.to_owned()) } else { workspace::resolve(path, file) };
        let Some(target) = target.filter(|target| places.contains(target)) else {
            problems.push(format!("{path}:{line}: the link {link} leads nowhere"));
            continue;
        };
        let has = |anchor: &str| pages.get(target.as_str()).is_some_and(|page| page.anchors.contains(anchor));
        if anchor.is_some_and(|anchor| !has(anchor)) {
            problems.push(format!("{path}:{line}: {target} has no heading for the link {link}"));
        }
    }
    for (line, named) in page.paths.iter().filter(|(_, named)| !places.contains(named)) {
        problems.push(format!("{path}:{line}: {named} is not there"));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let files = ["docs/a.md", "docs/b.md", "crates/x/src/lib.rs", "README.md"].map(str::to_owned);
        let other = Page::read("# B\n\n## What it's for, 1\n\n## Twice\n## Twice\n");
        let pages = BTreeMap::from([("docs/a.md", Page::read(text)), ("docs/b.md", other)]);
        judge("docs/a.md", &pages["docs/a.md"], &pages, &places(&files))
    }

    #[test]
    fn what_is_there_is_no_problem() {
        let text = "# A page\n[b](b.md), [b](./b.md#what-its-for-1), [x](../crates/x), [x](../crates/x/src/) [up](../README.md)\n\
                    [here](#a-page) [web](https://example.com/c.md) [item](Type::method) `crates/x/src/lib.rs` `crates/*/c.rs`\n\
                    [twice](b.md#twice) [twice](b.md#twice-1)\n\n[name]: b.md\n[`Item`]: a word on it\n`[not](a-link)`\n```text\n[nor](this)\n# Nor\n```\n";
        assert_eq!(problems(text), Vec::<String>::new());
    }

    #[test]
    fn what_is_not_there_is_told_with_its_line() {
        for (text, expected) in [
            ("\n[c](c.md)", "docs/a.md:2: the link c.md leads nowhere"),
            ("[c][d]\n[d]: c.md", "docs/a.md:2: the link c.md leads nowhere"),
            ("[out](../../a.md)", "docs/a.md:1: the link ../../a.md leads nowhere"),
            ("[b](b.md#c)", "docs/a.md:1: docs/b.md has no heading for the link b.md#c"),
            ("[b](b.md#twice-2)", "docs/a.md:1: docs/b.md has no heading for the link b.md#twice-2"),
            ("```\n# Nor\n```\n[x](#nor)", "docs/a.md:4: docs/a.md has no heading for the link #nor"),
            ("see `crates/x/src/gone.rs`", "docs/a.md:1: crates/x/src/gone.rs is not there"),
        ] {
            assert_eq!(problems(text), [expected], "{text}");
        }
    }

    #[test]
    fn quoted_code_stands_in_its_file() {
        let page = Page::read("<!-- from a.rs -->\n```rust\nfn a() {\n    b();\n}\n```\n```text\nno quote\n```\n");
        let [quote] = page.quotes.as_slice() else { panic!("{:?}", page.quotes) };
        assert_eq!((quote.line, quote.file.as_str()), (1, "a.rs"));
        assert!(quote.stands_in("mod m {\n    fn a() {\n        b();\n    }\n}\n"));
        assert!(!quote.stands_in("fn a() {\n    c();\n}\n") && !quote.stands_in(""));
    }

    #[test]
    fn pages_are_those_that_people_read() {
        for (path, expected) in [
            ("README.md", true),
            ("docs/operating.md", true),
            ("crates/x/README.md", true),
            ("crates/x/roots/README.md", true),
            ("crates/x/tests/notes.md", false),
            ("docs/a.txt", false),
        ] {
            assert_eq!(is_page(path), expected, "{path}");
        }
    }
}
