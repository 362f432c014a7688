//! `testvectors/negative.jsonl`: one case for every fault of the test authenticator, and the honest ones beside them.
//!
//! The rejection that each case expects (`reason`, the code, and `spec`, the step) is what `ceremony verify` said when
//! the file was made; it is read when it changes, and `allowed.rs` says which steps a group of the catalogue may be
//! refused at.

mod allowed;
mod ids;
mod named;
mod page;
mod scene;
mod verdicts;

use ceremony_testkit::{Ceremony, Fault, Variation};
use serde_json::{Value, json};
use std::path::Path;

pub(crate) use page::table;

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
    let verdicts = verdicts::of(root, &cases)?;
    let mut lines = Vec::with_capacity(cases.len());
    for (mut case, verdict) in cases.into_iter().zip(verdicts) {
        expect(&mut case, &verdict)?;
        lines.push(case.to_string());
    }
    Ok(lines)
}

/// Writes into a case what it expects, and refuses what nobody may expect.
fn expect(case: &mut Value, verdict: &Value) -> Result<(), String> {
    let id = case["id"].as_str().unwrap_or_default().to_owned();
    if case["expect"] == "accept" {
        return match verdict["verdict"].as_str() {
            Some("accept") => Ok(()),
            _ => Err(format!("{id} is honest and was refused: {verdict}")),
        };
    }
    let (code, step) = (verdict["code"].as_str().unwrap_or_default(), verdict["step"].as_str().unwrap_or_default());
    if verdict["verdict"] != "reject" || code == "bad_case" {
        return Err(format!("{id} was not refused: {verdict}"));
    }
    if !allowed::admits(&id, step) {
        return Err(format!("{id} was refused at {step} ({code}), which is not a step for it: {verdict}"));
    }
    case["reason"] = json!(code);
    case["spec"] = json!(step);
    Ok(())
}

/// A case for each fault and ceremony that it exists for. The first of a catalogue id bears that id, further ones a
/// letter behind it.
fn faults() -> Result<Vec<Value>, String> {
    let mut cases: Vec<Value> = Vec::new();
    for fault in Fault::all() {
        for ceremony in [Ceremony::Registration, Ceremony::Authentication] {
            if !fault.ceremonies().contains(&ceremony) {
                continue;
            }
            let Some(mut case) = scene::of_fault(*fault, ceremony)? else { continue };
            let earlier = cases.iter().filter(|case| case["tags"][0] == fault.id()).count();
            case["id"] = json!(format!("{}{}", fault.id(), letter(earlier)));
            case["tags"] = json!([fault.id(), fault.name()]);
            case["source"] = json!(fault.description());
            cases.push(case);
        }
    }
    Ok(cases)
}

/// What an honest client may send, however unusual.
fn variations() -> Result<Vec<Value>, String> {
    let mut cases = Vec::new();
    for variation in Variation::all() {
        for ceremony in [Ceremony::Registration, Ceremony::Authentication] {
            let Some(mut case) = scene::of_variation(*variation, ceremony)? else { continue };
            let name = match ceremony {
                Ceremony::Registration => "registration",
                Ceremony::Authentication => "authentication",
            };
            case["id"] = json!(format!("{}.{name}", variation.id()));
            case["expect"] = json!("accept");
            case["tags"] = json!(["positive"]);
            cases.push(case);
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
