//! `cargo xtask ci`: every check that is not a test, one after the other, and what they came to.

pub(crate) mod api;
mod cargo_checks;
mod deny;
mod file_sizes;
mod footprint;
mod fuzz;
mod instructions;
mod leaks;
mod links;
mod msrv;
mod mutants;
mod no_std;
pub(crate) mod package;
pub(crate) mod purity;
mod spec_map;
mod top_level;
mod vectors;

use crate::tool::Tool;
use crate::workspace;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// What the checks look at.
#[derive(Debug)]
struct Context {
    root: PathBuf,
    /// The repository's files, relative to the root.
    files: Vec<String>,
}

/// One check: a note on success, the problems otherwise.
struct Check {
    name: &'static str,
    about: &'static str,
    run: fn(&Context) -> Outcome,
}

/// What a check comes to: a short note (may be empty), or what is wrong, one problem a line.
type Outcome = Result<String, Vec<String>>;

/// So many problems of one check are said again at the end.
const MOST_REPEATED: usize = 20;

const CHECKS: &[Check] = &[
    Check { name: "fmt", about: "the sources are as rustfmt writes them", run: cargo_checks::fmt },
    Check { name: "top-level", about: "the root holds the agreed files and folders", run: top_level::check },
    Check { name: "leaks", about: "no file names a place on somebody's machine", run: leaks::check },
    Check { name: "file-sizes", about: "source files stay readable; no mod.rs", run: file_sizes::check },
    Check { name: "links", about: "what the pages link to and name is there", run: links::check },
    Check { name: "spec-map", about: "specification, code and tests agree step by step", run: spec_map::check },
    Check { name: "vectors", about: "test vectors and their catalogue are what is generated", run: vectors::check },
    Check { name: "purity", about: "the core reaches no IO, clock or randomness", run: purity::check },
    Check { name: "no-std", about: "nothing below the core links the standard library", run: no_std::check },
    Check { name: "footprint", about: "the core's dependencies stay few", run: footprint::check },
    Check { name: "clippy", about: "no lint anywhere in the workspace", run: cargo_checks::clippy },
    Check { name: "clippy-core", about: "no lint in the core without features", run: cargo_checks::clippy_core },
    Check { name: "msrv", about: "the stated minimum Rust versions hold", run: msrv::check },
    Check { name: "package", about: "the packages for crates.io hold what they need", run: package::check },
    Check { name: "docs", about: "the documentation builds without a warning", run: cargo_checks::docs },
    Check { name: "api", about: "public interfaces are as recorded, external types named", run: api::check },
    Check { name: "deny", about: "licences, duplicates and sources of dependencies", run: deny::check },
    Check {
        name: "instructions",
        about: "the hot paths take no more instructions than recorded",
        run: instructions::check,
    },
    Check { name: "mutants", about: "what no test notices has a reason", run: mutants::check },
    Check { name: "fuzz", about: "ten seconds of each fuzz target find nothing", run: fuzz::check },
];

/// The checks by name, for the help text.
pub(crate) fn list() -> String {
    CHECKS.iter().map(|check| format!("        {:<12} {}\n", check.name, check.about)).collect()
}

/// Runs the command.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, String> {
    let chosen = choose(arguments)?;
    let root = workspace::root()?;
    let context = Context { files: workspace::files(&root)?, root };
    let needs = |name: &str| chosen.iter().any(|check| check.name == name);
    let tools: Vec<Tool> = [("deny", deny::TOOL), ("mutants", mutants::TOOL)]
        .into_iter()
        .filter_map(|(check, tool)| needs(check).then_some(tool))
        .collect();
    std::thread::scope(|scope| {
        // Where they have to be built, no check before theirs keeps all processors busy. What fails is said by the check.
        scope.spawn(|| tools.iter().for_each(|tool| drop(tool.ensure(&context.root))));
        Ok(all(&chosen, &context))
    })
}

/// Runs the checks, one after the other.
fn all(chosen: &[&Check], context: &Context) -> ExitCode {
    let mut lines = Vec::new();
    let mut failed = Vec::new();
    for check in chosen {
        println!("xtask: {} ...", check.name);
        let start = Instant::now();
        let outcome = (check.run)(context);
        let line = result_line(check.name, &outcome, start.elapsed());
        if let Err(problems) = outcome {
            problems.iter().for_each(|problem| println!("  {problem}"));
            failed.push((check.name, problems));
        }
        println!("{line}");
        lines.push(line);
    }
    println!("\n{}", lines.join("\n"));
    if failed.is_empty() {
        println!("all {} checks hold", lines.len());
        return ExitCode::SUCCESS;
    }
    println!("{}", failures(&failed, lines.len()));
    ExitCode::FAILURE
}

/// What failed and why, once more at the end: in between are thousands of lines. `.ci/run` repeats this behind the tests
/// and knows it by its first line.
fn failures(failed: &[(&str, Vec<String>)], all: usize) -> String {
    let names: Vec<&str> = failed.iter().map(|(name, _)| *name).collect();
    let mut text = format!("{} of {all} checks failed: {}", failed.len(), names.join(", "));
    for (name, problems) in failed {
        for problem in problems.iter().take(MOST_REPEATED) {
            text.push_str(&format!("\n  {name}: {problem}"));
        }
        if let Some(more) = problems.len().checked_sub(MOST_REPEATED).filter(|more| *more > 0) {
            text.push_str(&format!("\n  {name}: and {more} more above"));
        }
    }
    text
}

fn choose(names: &[String]) -> Result<Vec<&'static Check>, String> {
    if names.is_empty() {
        return Ok(CHECKS.iter().collect());
    }
    names
        .iter()
        .map(|name| {
            let found = CHECKS.iter().find(|check| check.name == name);
            found.ok_or_else(|| format!("there is no check {name:?}; there are:\n{}", list()))
        })
        .collect()
}

fn result_line(name: &str, outcome: &Outcome, time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match outcome {
        Ok(note) if note.is_empty() => format!("{name:<12} ok     {seconds:>6.1} s"),
        Ok(note) => format!("{name:<12} ok     {seconds:>6.1} s  {note}"),
        Err(problems) => format!("{name:<12} FAILED {seconds:>6.1} s  {} to mend", problems.len()),
    }
}

/// A check's outcome from the problems it found.
fn outcome(note: impl Into<String>, problems: Vec<String>) -> Outcome {
    if problems.is_empty() { Ok(note.into()) } else { Err(problems) }
}

/// Turns one error into a check's list of problems.
fn problem(error: String) -> Vec<String> {
    vec![error]
}

/// The repository's Rust files whose path fits.
fn rust_files<'a>(files: &'a [String], fits: impl Fn(&str) -> bool + 'a) -> impl Iterator<Item = &'a String> {
    files.iter().filter(move |path| path.ends_with(".rs") && fits(path))
}

/// The part of a path below a folder.
fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    path.strip_prefix(folder)?.strip_prefix('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_are_chosen_by_name() {
        assert_eq!(choose(&[]).map(|all| all.len()), Ok(CHECKS.len()));
        let chosen = choose(&["deny".to_owned(), "fmt".to_owned()]).map(|some| some.iter().map(|c| c.name).collect());
        assert_eq!(chosen, Ok(vec!["deny", "fmt"]));
        assert!(choose(&["dney".to_owned()]).is_err());
    }

    #[test]
    fn a_line_for_each_result() {
        let time = Duration::from_millis(1250);
        assert_eq!(result_line("fmt", &Ok(String::new()), time), "fmt          ok        1.2 s");
        assert_eq!(result_line("fmt", &Ok("3 files".into()), time), "fmt          ok        1.2 s  3 files");
        assert_eq!(result_line("fmt", &outcome("", vec!["a".into()]), time), "fmt          FAILED    1.2 s  1 to mend");
    }

    #[test]
    fn the_end_says_what_failed_and_why() {
        let many = (0..MOST_REPEATED + 2).map(|n| format!("page {n}")).collect();
        let text = failures(&[("fmt", vec!["a.rs".to_owned()]), ("links", many)], 20);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[..3], ["2 of 20 checks failed: fmt, links", "  fmt: a.rs", "  links: page 0"]);
        assert_eq!(lines[lines.len() - 2..], ["  links: page 19", "  links: and 2 more above"]);
    }

    #[test]
    fn the_part_below_a_folder() {
        assert_eq!(below("crates/core/src/a.rs", "crates/core"), Some("src/a.rs"));
        assert_eq!(below("crates/core-x/src/a.rs", "crates/core"), None);
    }
}
