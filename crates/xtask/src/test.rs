//! `cargo xtask test`: everything the tests need, then all of them, then the totals.

use crate::components::{COMPONENTS, Component, FIREFOX_COMPONENTS};
use crate::process::{cargo, show};
use crate::totals::Totals;
use crate::workspace;
use ceremony_testbed::{POSTGRES, Postgres};
use std::ffi::OsString;
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

/// Something that the tests need is missing, and `--allow-missing` was not given.
const EXIT_MISSING: u8 = 3;

/// Tells the tests that they may pass over what they cannot run, and names the file in which each one that does so
/// leaves the line `<test>\t<reason>`.
const SKIP_NOTES: &str = "CEREMONY_ALLOW_MISSING";

/// What the caller asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Request {
    allow_missing: bool,
    firefox: bool,
    harness: Vec<String>,
}

impl Request {
    fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut request = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--allow-missing" => request.allow_missing = true,
                "--firefox" => request.firefox = true,
                "--" => request.harness.extend(rest.by_ref().cloned()),
                other => {
                    return Err(format!("cargo xtask test does not know {other:?}; filters go after --"));
                }
            }
        }
        Ok(request)
    }

    /// What the tests need beside Rust.
    const fn components(&self) -> &'static [Component] {
        if self.firefox { FIREFOX_COMPONENTS } else { COMPONENTS }
    }

    /// What cargo is asked to test, one run each.
    const fn runs(&self) -> &'static [&'static [&'static str]] {
        if self.firefox { FIREFOX_RUNS } else { RUNS }
    }
}

/// Every test and every example of the documentation.
const RUNS: &[&[&str]] =
    &[&["--workspace", "--all-features", "--all-targets"], &["--workspace", "--all-features", "--doc"]];

/// The one test program that no other run includes: it says `test = false`.
const FIREFOX_RUNS: &[&[&str]] = &[&["--package", "ceremony-demo", "--test", "firefox"]];

/// Runs the command.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, String> {
    let request = Request::parse(arguments)?;
    let root = workspace::root()?;

    let mut environment: Vec<(&str, OsString)> = Vec::new();
    let mut missing = false;
    for component in request.components() {
        match component.ensure() {
            Ok(program) => {
                println!("xtask: {} is {}", component.program.name, program.display());
                environment.push((component.program.variable, program.into()));
            }
            Err(instructions) => {
                missing = true;
                eprintln!("xtask: {instructions}");
                if request.allow_missing {
                    eprintln!("xtask: NOT RUN without {}: {}", component.program.name, component.needed_for);
                }
            }
        }
    }
    if missing && !request.allow_missing {
        eprintln!("xtask: to test without it: cargo xtask test --allow-missing");
        return Ok(ExitCode::from(EXIT_MISSING));
    }
    // One server for all tests that can share: each process would start its own otherwise. It ends with this value.
    let postgres = if request.firefox { None } else { start_postgres()? };
    if let Some(postgres) = &postgres {
        let (name, value) = postgres.environment();
        environment.push((name, value.into()));
    }
    let notes = SkipNotes::new();
    if missing {
        environment.push((SKIP_NOTES, notes.path.clone().into()));
    }

    let mut totals = Totals::default();
    for run in request.runs() {
        let mut command = cargo();
        command.arg("test").args(*run).args(["--locked", "--no-fail-fast"]).current_dir(&root);
        // Only this program decides whether a test may be passed over.
        command.env_remove(SKIP_NOTES).envs(environment.iter().map(|(name, value)| (name, value)));
        if !request.harness.is_empty() {
            command.arg("--").args(&request.harness);
        }
        stream(&mut command, &mut totals);
    }
    notes.read().lines().for_each(|note| totals.read_skip_note(note));
    totals.require_some();

    println!("\n{}", totals.summary());
    Ok(if totals.failed() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn start_postgres() -> Result<Option<Postgres>, String> {
    if POSTGRES.find().is_none() {
        return Ok(None);
    }
    Postgres::start().map(Some).map_err(|failure| failure.to_string())
}

/// Runs one cargo command, shows its output as it comes, and adds its results to the totals.
fn stream(command: &mut Command, totals: &mut Totals) {
    let shown = show(command);
    let failed_before = totals.failed();
    println!("xtask: {shown}");
    let outcome = pump(command, totals);
    let problem = match outcome {
        Ok(status) if status.success() => return,
        Ok(status) => format!("`{shown}` ended with {status}"),
        Err(error) => format!("cannot run `{shown}`: {error}"),
    };
    println!("xtask: {problem}");
    totals.command_failed(&problem, failed_before);
}

fn pump(command: &mut Command, totals: &mut Totals) -> io::Result<std::process::ExitStatus> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    if let Some(output) = child.stdout.take() {
        let mut reader = BufReader::new(output);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            let text = String::from_utf8_lossy(&line);
            print!("{text}");
            totals.read_line(&text);
            line.clear();
        }
    }
    child.wait()
}

/// The file for the tests that were passed over; it goes when this value goes.
#[derive(Debug)]
struct SkipNotes {
    path: PathBuf,
}

impl SkipNotes {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("ceremony-skipped-{}", std::process::id()));
        remove(&path);
        Self { path }
    }

    fn read(&self) -> String {
        fs::read_to_string(&self.path).unwrap_or_default()
    }
}

impl Drop for SkipNotes {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

/// Removes a file that need not be there.
fn remove(path: &Path) {
    if let Err(error) = fs::remove_file(path)
        && error.kind() != io::ErrorKind::NotFound
    {
        eprintln!("xtask: cannot remove {}: {error}", path.display());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Request, String> {
        Request::parse(&arguments.iter().map(|&argument| argument.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn arguments() {
        assert_eq!(parse(&[]), Ok(Request::default()));
        let request = parse(&["--allow-missing", "--", "cbor", "--nocapture"]).unwrap();
        assert!(request.allow_missing);
        assert_eq!(request.harness, ["cbor", "--nocapture"]);
        assert!(parse(&["cbor"]).is_err());
    }

    #[test]
    fn the_firefox_lane_is_asked_for_and_needs_no_server() {
        let named = |request: &Request| request.components().iter().map(|it| it.program.name).collect::<Vec<_>>();
        let all = parse(&[]).unwrap();
        assert!(!named(&all).contains(&"Firefox") && !named(&all).contains(&"geckodriver"));
        let firefox = parse(&["--firefox"]).unwrap();
        assert_eq!(named(&firefox), ["Firefox", "geckodriver"]);
        assert_eq!(firefox.runs(), [["--package", "ceremony-demo", "--test", "firefox"]]);
    }

    #[test]
    fn a_command_that_fails_without_a_result_counts_as_a_failure() {
        let mut totals = Totals::default();
        stream(&mut Command::new("false"), &mut totals);
        assert_eq!(totals.failed(), 1);
    }

    #[test]
    fn results_are_read_from_the_output() {
        let mut totals = Totals::default();
        stream(Command::new("sh").args(["-c", "echo 'test result: ok. 5 passed; 0 failed; 0 ignored'"]), &mut totals);
        assert_eq!(totals.summary(), "5 passed, 0 failed");
    }

    #[test]
    fn skip_notes_leave_nothing_behind() {
        let notes = SkipNotes::new();
        fs::write(&notes.path, "a\tb\n").unwrap();
        assert_eq!(notes.read(), "a\tb\n");
        let path = notes.path.clone();
        drop(notes);
        assert!(!path.exists());
    }
}
