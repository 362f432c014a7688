//! `docs/negative-catalogue.md`: every id of the catalogue, and the case or test that it stands for.

use super::{ids, named};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// What the page tells of a case; the response stays unread, however deep it nests.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Case {
    source: String,
    reason: String,
    spec: String,
    tags: Vec<String>,
}

/// Where the page stands.
pub(crate) const PAGE: &str = "docs/negative-catalogue.md";

/// The page, from the lines of `negative.jsonl` and the names of the tests.
///
/// # Errors
///
/// The ids that have neither, and the tests that bear an id which does not exist.
pub(crate) fn table(root: &Path, lines: &[String]) -> Result<String, String> {
    let tests = named::tests(root)?;
    let mut cases: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for line in lines {
        let case: Case = serde_json::from_str(line).map_err(|error| error.to_string())?;
        if let Some(id) = case.tags.first().and_then(|tag| tag.strip_prefix("neg-")).map(str::to_owned) {
            cases.entry(id).or_default().push(case);
        }
    }
    let known: Vec<String> = ids::all().collect();
    let missing: Vec<&str> =
        known.iter().map(String::as_str).filter(|id| !cases.contains_key(*id) && !tests.contains_key(*id)).collect();
    if !missing.is_empty() {
        return Err(format!("neither a case nor a test: {}", missing.join(", ")));
    }
    if let Some(strange) = tests.keys().chain(cases.keys()).find(|id| !known.contains(id)) {
        return Err(format!("the catalogue has no {strange}"));
    }

    let mut page = String::from(HEAD);
    for group in ids::GROUPS {
        // Writing to a string can't fail.
        let _ = write!(
            page,
            "\n## {}: {}\n\n| id | case of `testvectors/negative.jsonl` | refused at | tests |\n|---|---|---|---|\n",
            group.letter, group.title
        );
        for id in known.iter().filter(|id| id.starts_with(group.letter)) {
            let none = Vec::new();
            let of_id = cases.get(id).unwrap_or(&none);
            let mut sources: Vec<&str> = of_id.iter().map(|case| case.source.as_str()).collect();
            sources.dedup();
            let mut refusals: Vec<String> =
                of_id.iter().map(|case| format!("{} `{}`", case.spec, case.reason)).collect();
            refusals.dedup();
            let tests = tests.get(id).map(|tests| tests.join("<br>")).unwrap_or_default();
            let _ = writeln!(
                page,
                "| {id} | {} | {} | {tests} |",
                sources.join("; ").replace('|', "\\|"),
                refusals.join("<br>")
            );
        }
    }
    Ok(page)
}

const HEAD: &str = "\
# The catalogue of negative cases

Every bad input that has a name, and where it is refused. A case is a line of `testvectors/negative.jsonl`, which
`ceremony verify` reads; its id is `neg-` and the id here, with a letter behind it where one id has several forms. What no
line of JSON can hold, or what only a store, a clock or a metadata file can tell, is a test that bears the id in its name.

`cargo xtask vectors` writes this page; `cargo xtask ci` fails when it is stale, or when an id has neither case nor test.
";
