//! Reads `docs/spec-map.md`.
//!
//! Rows of any table whose first cell is a step id count; everything else in the page is prose. A row has exactly three
//! cells:
//!
//! ```text
//! | Step | Where | Tests |
//! |---|---|---|
//! | R7 | `registration/verify.rs` `client_data_type` | `r07_type_is_create`, `r07_type_is_missing` |
//! | A6a | `authentication/verify.rs` `user_handle`, `Owner::check` | `a06a_handle_of_another_account` |
//! | R2 | client: `navigator.credentials.create()` is called in the browser | - |
//! | R1 | caller: sends the options to the browser | `options_are_complete` |
//! ```
//!
//! - Step: one id, as in comments: `R14`, `A6a`, `A19.1`.
//! - Where: a path below `crates/core/src` that ends with `.rs`, then the names of one or more functions in that file,
//!   in backticks (those of the path may be left out); of a path like `Owner::check` the last part is looked up. Or
//!   `client:` or `caller:` with the reason, for a step that is not the library's to do.
//! - Tests: names of test functions in `crates/core/tests`, in backticks. Only a `client:` or `caller:` row may have `-`.

use super::step::Step;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The number of the line, from 1.
    pub(super) line: usize,
    pub(super) step: Step,
    pub(super) place: Place,
    pub(super) tests: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Functions, without their paths, in a file below `crates/core/src`.
    Code { file: String, functions: Vec<String> },
    /// The browser or the application does it.
    Elsewhere,
}

/// The rows, and what is wrong with those that cannot be read.
pub(super) fn parse(page: &str) -> (Vec<Row>, Vec<String>) {
    let mut rows = Vec::new();
    let mut problems = Vec::new();
    for (index, line) in page.lines().enumerate() {
        match parse_line(index + 1, line) {
            Ok(Some(row)) => rows.push(row),
            Ok(None) => {}
            Err(problem) => problems.push(format!("docs/spec-map.md:{}: {problem}", index + 1)),
        }
    }
    (rows, problems)
}

fn parse_line(line: usize, text: &str) -> Result<Option<Row>, String> {
    let Some(cells) = text.trim().strip_prefix('|') else {
        return Ok(None);
    };
    let cells = cells.strip_suffix('|').ok_or("a row ends with |")?;
    let cells: Vec<&str> = cells.split('|').map(str::trim).collect();
    let id = cells.first().copied().unwrap_or_default();
    let Some(step) = Step::parse(id) else {
        let like_a_step =
            id.starts_with(['R', 'A']) && id.get(1..).is_some_and(|rest| rest.starts_with(char::is_numeric));
        return if like_a_step { Err(format!("{id:?} is not one step id")) } else { Ok(None) };
    };
    if !step.exists() {
        return Err(format!("the specification has no step {step}"));
    }
    let [_, place, tests] = cells.as_slice() else {
        return Err(format!("the row of {step} has {} cells instead of 3", cells.len()));
    };
    let place = parse_place(place).map_err(|problem| format!("{step}: {problem}"))?;
    let tests = parse_tests(tests, &place).map_err(|problem| format!("{step}: {problem}"))?;
    Ok(Some(Row { line, step, place, tests }))
}

fn parse_place(cell: &str) -> Result<Place, String> {
    for who in ["client", "caller"] {
        if let Some(reason) = cell.strip_prefix(who) {
            return match reason.strip_prefix(':').map(str::trim) {
                Some(reason) if !reason.is_empty() => Ok(Place::Elsewhere),
                _ => Err(format!("{who} is followed by a colon and the reason")),
            };
        }
    }
    let file = cell.split([' ', '`', ',']).find(|word| !word.is_empty()).filter(|word| word.ends_with(".rs"));
    let file = file.ok_or("no file that ends with .rs, and neither client: nor caller:")?;
    let functions: Vec<String> = names(cell).into_iter().filter(|name| name != file).collect();
    let functions: Vec<String> =
        functions.iter().filter_map(|path| path.rsplit("::").next()).map(str::to_owned).collect();
    if functions.is_empty() {
        return Err("no function in backticks".to_owned());
    }
    match functions.iter().find(|name| !is_identifier(name)) {
        Some(name) => Err(format!("{name:?} is not the name of a function")),
        None => Ok(Place::Code { file: file.to_owned(), functions }),
    }
}

fn parse_tests(cell: &str, place: &Place) -> Result<Vec<String>, String> {
    let tests = names(cell);
    if let Some(name) = tests.iter().find(|name| !is_identifier(name)) {
        return Err(format!("{name:?} is not the name of a test"));
    }
    match (tests.is_empty(), place) {
        (false, _) => Ok(tests),
        (true, Place::Elsewhere) if cell == "-" => Ok(tests),
        (true, _) => Err("no test in backticks".to_owned()),
    }
}

/// What stands in backticks.
fn names(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(|name| name.trim().to_owned()).collect()
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: &str) -> Result<Row, String> {
        parse_line(1, line).map(|row| row.unwrap())
    }

    #[test]
    fn rows_of_code() {
        let expected = Place::Code { file: "registration/verify.rs".into(), functions: vec!["ty".into()] };
        for place in
            ["registration/verify.rs `ty`", "`registration/verify.rs` `ty`", "`registration/verify.rs` `Check::ty`"]
        {
            let row = one(&format!("| R7 | {place} | `r07_a`, `r07_b` |")).unwrap();
            assert_eq!((row.step.to_string().as_str(), &row.place), ("R7", &expected), "{place}");
            assert_eq!(row.tests, ["r07_a", "r07_b"]);
        }
        let two = one("| A6a | `a.rs` `b`, `c` | `d` |").unwrap();
        assert_eq!(two.place, Place::Code { file: "a.rs".into(), functions: vec!["b".into(), "c".into()] });
    }

    #[test]
    fn rows_of_others() {
        let row = one("| R2 | client: `create()` runs in the browser | - |").unwrap();
        assert_eq!((row.place, row.tests), (Place::Elsewhere, Vec::new()));
        assert_eq!(one("| R1 | caller: sends | `t` |").unwrap().tests, ["t"]);
    }

    #[test]
    fn prose_and_other_tables_are_passed_over() {
        let page = "# R7\nR7 | x\n| Step | Where | Tests |\n|---|---|---|\n| Algorithm | x |\n| A | b |\n";
        assert_eq!(parse(page), (Vec::new(), Vec::new()));
    }

    #[test]
    fn rows_that_cannot_be_read() {
        for line in [
            "| R7 | `a.rs` `b` | `c`",
            "| R7 | `a.rs` `b` |",
            "| R7 | `a.rs` `b` | `c` | d |",
            "| R30 | `a.rs` `b` | `c` |",
            "| A0 | `a.rs` `b` | `c` |",
            "| R7, R8 | `a.rs` `b` | `c` |",
            "| R7 | `b` | `c` |",
            "| R7 | `a.rs` | `c` |",
            "| R7 | `a.rs` `b()` | `c` |",
            "| R7 | `a.rs` `b` | - |",
            "| R7 | `a.rs` `b` | c |",
            "| R7 | `a.rs` `b` | `c d` |",
            "| R7 | client | - |",
            "| R7 | caller: | - |",
            "| R7 | client: x | |",
        ] {
            let (rows, problems) = parse(line);
            assert_eq!((rows.len(), problems.len()), (0, 1), "{line}");
        }
    }
}
