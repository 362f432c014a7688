//! What the command line says of cases.

use crate::process::{capture, cargo};
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const NAME: &str = "ceremony";

/// The command line, with the features that the tests have: what it needs is then built once.
fn program(root: &Path) -> Result<PathBuf, String> {
    let mut command = cargo();
    command.args(["build", "--locked", "--workspace", "--all-features", "--bin", NAME]);
    let messages = capture(command.arg("--message-format=json").current_dir(root))?;
    let built = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut programs = built.filter_map(|message| message.get("executable")?.as_str().map(PathBuf::from));
    programs.next_back().ok_or_else(|| format!("cargo has built no {NAME}"))
}

/// One verdict for each case.
pub(super) fn of(root: &Path, cases: &[String]) -> Result<Vec<Value>, String> {
    let mut child = Command::new(program(root)?)
        .arg("verify")
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot run ceremony verify: {error}"))?;
    let mut input = child.stdin.take().ok_or("ceremony verify has no input")?;
    let text: String = cases.iter().map(|case| format!("{case}\n")).collect();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().map_err(|error| format!("cannot read from ceremony verify: {error}"))?;
    let written = writer.join().map_err(|_| "the writer of cases panicked")?;
    written.map_err(|error| format!("cannot write to ceremony verify: {error}"))?;
    let verdicts: Result<Vec<Value>, _> = output
        .stdout
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(serde_json::from_slice)
        .collect();
    let verdicts = verdicts.map_err(|error| format!("a verdict of ceremony verify is no JSON: {error}"))?;
    if verdicts.len() == cases.len() {
        Ok(verdicts)
    } else {
        Err(format!("{} cases got {} verdicts of ceremony verify", cases.len(), verdicts.len()))
    }
}
