//! Runs each path under callgrind, and reads what it counted.

use super::recorded::Counts;
use crate::process::capture;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;

/// The function that counts, in the program; its mangled name has more before and behind.
const COUNTED: &str = "*ceremony_instructions_counted*";

/// Counts every path that the program lists, as many at a time as there are processors. What callgrind writes stays in
/// the folder, for `callgrind_annotate`.
pub(super) fn count(valgrind: &Path, program: &Path, folder: &Path) -> Result<Counts, Vec<String>> {
    let listed = capture(Command::new(program).arg("list").stdin(Stdio::null())).map_err(|error| vec![error])?;
    let waiting = Mutex::new(parse_list(&listed).map_err(|error| vec![error])?.into_iter());
    let results = Mutex::new((Counts::new(), Vec::new()));
    let next = || waiting.lock().ok()?.next();
    let work = || {
        while let Some((name, runs)) = next() {
            let counted = run(valgrind, program, folder, &name);
            let Ok(mut results) = results.lock() else { return };
            match counted {
                Ok(total) => drop(results.0.insert(name, total / runs)),
                Err(error) => results.1.push(error),
            }
        }
    };
    thread::scope(|scope| {
        let workers = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        (0..workers).for_each(|_| drop(scope.spawn(work)));
    });
    let (counts, problems) = results.into_inner().map_err(|_| vec!["a count ended in a panic".to_owned()])?;
    if problems.is_empty() { Ok(counts) } else { Err(problems) }
}

/// All runs of one path together.
fn run(valgrind: &Path, program: &Path, folder: &Path, name: &str) -> Result<u64, String> {
    let file = folder.join(format!("{name}.callgrind"));
    let mut command = Command::new(valgrind);
    command.args(["--tool=callgrind", "--quiet", "--collect-atstart=no"]).arg(format!("--toggle-collect={COUNTED}"));
    command.arg(format!("--callgrind-out-file={}", file.display())).arg(program).arg(name).stdin(Stdio::null());
    // The size of the environment moves the stack, and with it what copies of memory cost.
    command.env_clear();
    capture(&mut command)?;
    let written = std::fs::read_to_string(&file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    parse_total(&written).ok_or_else(|| format!("callgrind counted nothing for {name}: see {}", file.display()))
}

/// `<name> <runs>` a line.
fn parse_list(listed: &str) -> Result<Vec<(String, u64)>, String> {
    let parse = |line: &str| {
        let (name, runs) = line.split_once(' ')?;
        let runs: u64 = runs.parse().ok().filter(|runs| *runs > 0)?;
        Some((name.to_owned(), runs))
    };
    listed.lines().map(|line| parse(line).ok_or_else(|| format!("not a path and its runs: {line:?}"))).collect()
}

/// The instructions in a file of callgrind's; `None` where there are none.
fn parse_total(written: &str) -> Option<u64> {
    let summary = written.lines().find_map(|line| line.strip_prefix("summary: "))?;
    summary.split_whitespace().next()?.parse().ok().filter(|total| *total > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_read() {
        assert_eq!(parse_total("version: 1\nevents: Ir\nsummary: 1234\n\nfn=a\n1 2\n"), Some(1234));
        assert_eq!(parse_total("events: Ir\nsummary: 0\n"), None);
        assert_eq!(parse_total(""), None);
    }

    #[test]
    fn lists_are_read() {
        assert_eq!(parse_list("a 5\nb 100\n"), Ok(vec![("a".to_owned(), 5), ("b".to_owned(), 100)]));
        assert!(parse_list("a 0\n").is_err());
        assert!(parse_list("a\n").is_err());
    }
}
