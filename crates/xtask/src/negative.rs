//! `testvectors/negative.jsonl`: one case for every fault of the test authenticator, and the honest ones beside them.
//!
//! The rejection that each case expects (`reason`, the code, and `spec`, the step) is what `ceremony verify` said when
//! the file was made; it is read when it changes, and `allowed.rs` says which steps a group of the catalogue may be
//! refused at.

mod allowed;
mod case;
mod ids;
mod named;
mod page;
mod policy;
mod scene;
mod verdicts;

use case::Case;
use ceremony_testkit::{Ceremony, Fault, Variation};
use serde_json::Value;
use std::path::Path;

pub(crate) use page::{PAGE, table};

/// Where the cases stand.
pub(crate) const FILE: &str = "testvectors/negative.jsonl";

/// The cases, a line each, with the verdicts of the command line filled in.
///
/// # Errors
///
/// What went wrong, for the developer.
pub(crate) fn lines(root: &Path) -> Result<Vec<String>, String> {
    let mut cases = faults()?;
    cases.extend(variations()?);
    let lines: Result<Vec<String>, String> = cases.iter().map(Case::line).collect();
    let verdicts = verdicts::of(root, &lines?)?;
    let faults: Vec<String> =
        cases.iter_mut().zip(verdicts).filter_map(|(case, verdict)| expect(case, &verdict).err()).collect();
    if !faults.is_empty() {
        return Err(faults.join("\n"));
    }
    cases.iter().map(Case::line).collect()
}

/// Writes into a case what it expects, and refuses what nobody may expect.
fn expect(case: &mut Case, verdict: &Value) -> Result<(), String> {
    let id = &case.id;
    let accepted = verdict["verdict"] == "accept";
    if case.expect == "accept" {
        return if accepted { Ok(()) } else { Err(format!("{id} is honest and was refused: {verdict}")) };
    }
    let (code, step) = (verdict["code"].as_str().unwrap_or_default(), verdict["step"].as_str().unwrap_or_default());
    if accepted || code == "bad_case" {
        return Err(format!("{id} was not refused: {verdict}"));
    }
    if !allowed::admits(id, step) {
        return Err(format!("{id} was refused at {step} ({code}), which is not a step for it: {verdict}"));
    }
    (case.reason, case.spec) = (Some(code.to_owned()), Some(step.to_owned()));
    Ok(())
}

/// A case for each fault and ceremony that it exists for. The first of a catalogue id bears that id, further ones a
/// letter behind it.
fn faults() -> Result<Vec<Case>, String> {
    let mut cases: Vec<Case> = Vec::new();
    for fault in Fault::all() {
        for ceremony in [Ceremony::Registration, Ceremony::Authentication] {
            if !fault.ceremonies().contains(&ceremony) {
                continue;
            }
            let Some(case) = scene::of_fault(*fault, ceremony)? else { continue };
            let earlier = cases.iter().filter(|case| case.tags.first().is_some_and(|tag| tag == fault.id())).count();
            cases.push(Case { id: format!("{}{}", fault.id(), letter(earlier)), ..case });
        }
    }
    Ok(cases)
}

/// What an honest client may send, however unusual.
fn variations() -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for variation in Variation::all() {
        for ceremony in [Ceremony::Registration, Ceremony::Authentication] {
            let Some(case) = scene::of_variation(*variation, ceremony)? else { continue };
            cases.push(Case { id: format!("{}.{}", variation.id(), case.ceremony), ..case });
        }
    }
    Ok(cases)
}

/// Nothing for the first, then `.b`, `.c` and so on.
fn letter(earlier: usize) -> String {
    match earlier {
        0 => String::new(),
        earlier => {
            let letter = u8::try_from(earlier).ok().and_then(|earlier| b'a'.checked_add(earlier)).unwrap_or(b'?');
            format!(".{}", char::from(letter))
        }
    }
}
