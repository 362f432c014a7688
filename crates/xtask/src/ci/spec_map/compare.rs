//! The comparison itself; its rules stand at the top of `spec_map.rs`.

use super::code::{Sources, Tests};
use super::step::Step;
use super::table::{Place, Row};

pub(super) fn compare(rows: &[Row], sources: &Sources, tests: &Tests) -> Vec<String> {
    let mut problems = Vec::new();
    problems.extend(steps_without_a_row(rows));
    problems.extend(steps_with_two_rows(rows));
    problems.extend(comments_without_a_row(rows, sources));
    for row in rows {
        problems.extend(row_against_code(row, sources));
        problems.extend(row_against_tests(row, tests));
    }
    problems.extend(tests_without_a_row(rows, tests));
    problems
}

fn steps_without_a_row(rows: &[Row]) -> impl Iterator<Item = String> {
    Step::all().filter(|step| !rows.iter().any(|row| row.step.covers(step))).map(|step| format!("{step} has no row"))
}

fn steps_with_two_rows(rows: &[Row]) -> Vec<String> {
    let twice =
        rows.iter().enumerate().filter(|(index, row)| rows.iter().take(*index).any(|other| other.step == row.step));
    twice.map(|(_, row)| at(row, "has a row already")).collect()
}

fn comments_without_a_row(rows: &[Row], sources: &Sources) -> Vec<String> {
    let unmapped = sources.comments_in_order().filter(|(_, _, step)| !rows.iter().any(|row| row.step.covers(step)));
    unmapped.map(|(path, line, step)| format!("crates/core/src/{path}:{line}: {step} has no row")).collect()
}

fn row_against_code(row: &Row, sources: &Sources) -> Vec<String> {
    let Place::Code { file, functions } = &row.place else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    for function in functions {
        match sources.has_function(file, function) {
            Some(true) => {}
            Some(false) => problems.push(at(row, &format!("there is no fn {function} in crates/core/src/{file}"))),
            None => {
                problems.push(at(row, &format!("there is no crates/core/src/{file}")));
                break;
            }
        }
    }
    let ordered = sources.comments_in_order().map(|(_, _, step)| step);
    if !ordered.chain(sources.comments_in(file)).any(|step| step.covers(&row.step)) {
        problems.push(at(row, &format!("no comment in a verify.rs or in {file} begins with this step")));
    }
    problems
}

fn row_against_tests(row: &Row, tests: &Tests) -> Vec<String> {
    let mut problems = Vec::new();
    for name in &row.tests {
        if !tests.has(name) {
            problems.push(at(row, &format!("there is no fn {name} in crates/core/tests")));
        }
    }
    problems
}

fn tests_without_a_row(rows: &[Row], tests: &Tests) -> Vec<String> {
    let is_mapped = |name: &str, of: (_, u32)| {
        let mut rows = rows.iter().filter(|row| (row.step.ceremony, row.step.number) == of);
        rows.any(|row| row.tests.iter().any(|test| test == name))
    };
    let unmapped = tests.names().filter(|name| Step::of_test(name).is_some_and(|step| !is_mapped(name, step)));
    unmapped.map(|name| format!("the test {name} is in no row of the step it is called after")).collect()
}

fn at(row: &Row, problem: &str) -> String {
    format!("docs/spec-map.md:{}: {}: {problem}", row.line, row.step)
}

#[cfg(test)]
mod tests {
    use super::super::table;
    use super::*;

    /// A map, sources and tests that agree.
    fn sound() -> (String, String, String) {
        let mut map = String::from("| Step | Where | Tests |\n|---|---|---|\n");
        let mut source = String::new();
        let mut tests = String::new();
        for step in Step::all() {
            let name = step.to_string().to_lowercase();
            let test = format!("{}{:02}_holds", name.get(..1).unwrap_or_default(), step.number);
            map.push_str(&format!("| {step} | registration/verify.rs `{name}` | `{test}` |\n"));
            source.push_str(&format!("// {step}: why\nfn {name}() {{}}\n"));
            tests.push_str(&format!("#[test]\nfn {test}() {{}}\n"));
        }
        (map, source, tests)
    }

    fn judge(map: &str, source: &str, tests: &str) -> Vec<String> {
        let (rows, mut problems) = table::parse(map);
        let mut sources = Sources::default();
        sources.add("registration/verify.rs", source);
        let mut test_names = Tests::default();
        test_names.add(tests);
        problems.extend(compare(&rows, &sources, &test_names));
        problems
    }

    #[test]
    fn agreement() {
        let (map, source, tests) = sound();
        assert_eq!(judge(&map, &source, &tests), Vec::<String>::new());
        let map = map.replace("| R2 | registration/verify.rs `r2` | `r02_holds` |", "| R2 | client: calls | - |");
        let tests = tests.replace("fn r02_holds", "fn other");
        assert_eq!(judge(&map, &source.replace("// R2: why", ""), &tests), Vec::<String>::new());
    }

    #[test]
    fn sub_steps_count_to_their_step() {
        let (map, source, tests) = sound();
        let map = map.replace(
            "| A6 | registration/verify.rs `a6` | `a06_holds` |",
            "| A6a | registration/verify.rs `a6` | `a06_holds` |\n| A6b | registration/verify.rs `a6` | `a06b_x` |",
        );
        let source = source.replace("// A6: why", "// A6a\n// A6b");
        assert_eq!(judge(&map, &source, &format!("{tests} fn a06b_x() {{}}")), Vec::<String>::new());
    }

    #[test]
    fn every_kind_of_disagreement() {
        let (map, source, tests) = sound();
        let row = "| R7 | registration/verify.rs `r7` | `r07_holds` |";
        let cases = [
            // Without its row, a step is missing from the map, and so are its comment and its test.
            (map.replace(row, ""), source.clone(), tests.clone(), 3),
            (map.replace(row, &format!("{row}\n{row}")), source.clone(), tests.clone(), 1),
            (map.clone(), source.replace("fn r7()", "fn other()"), tests.clone(), 1),
            (map.clone(), source.replace("// R7: why", "// why"), tests.clone(), 1),
            (map.replace("registration/verify.rs `r7`", "registration.rs `r7`"), source.clone(), tests.clone(), 1),
            (map.clone(), source.clone(), tests.replace("fn r07_holds", "fn other"), 1),
            (map.clone(), source.clone(), format!("{tests} fn a25_x() {{}}"), 1),
            // A test in the row of another step is not where its name puts it.
            (map.replace("`r07_holds`", "`r07_holds`, `r08_x`"), source.clone(), format!("{tests} fn r08_x() {{}}"), 1),
        ];
        for (index, (map, source, tests, count)) in cases.iter().enumerate() {
            let problems = judge(map, source, tests);
            assert_eq!(problems.len(), *count, "case {index}: {problems:?}");
        }
    }

    #[test]
    fn a_comment_of_an_unknown_step_has_no_row() {
        let (map, source, tests) = sound();
        let problems = judge(&map, &format!("{source}// R30\n"), &tests);
        assert!(problems.first().is_some_and(|problem| problem.ends_with("R30 has no row")), "{problems:?}");
    }
}
