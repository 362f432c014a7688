//! What the command line says of cases.

use crate::process::cargo;
use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

/// One verdict for each case.
pub(super) fn of(root: &Path, cases: &[String]) -> Result<Vec<Value>, String> {
    let mut child = cargo()
        .current_dir(root)
        .args(["run", "--quiet", "--locked", "--package", "ceremony-cli", "--", "verify"])
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
