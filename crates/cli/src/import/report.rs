//! What is printed of an import.

use super::target::Fate;
use crate::failure::Failure;
use crate::operate::Output;
use indicatif::ProgressBar;
use serde::Serialize;
use std::fmt;

#[derive(Debug, Default)]
pub(super) struct Summary {
    rp_id: String,
    dry_run: bool,
    imported: u64,
    there: u64,
    pub(super) refused: u64,
}

/// Prints as it goes: refused rows, in JSON every passkey, and how many there were of each at the end.
#[derive(Debug)]
pub(super) struct Report<'a> {
    output: &'a Output,
    bar: &'a ProgressBar,
    summary: Summary,
}

#[derive(Debug, Serialize)]
struct Line<'a> {
    row: u64,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {} {}: {}", self.row, self.result, self.reason.unwrap_or_default())
    }
}

#[derive(Debug, Serialize)]
struct End<'a> {
    result: &'static str,
    rp_id: &'a str,
    dry_run: bool,
    imported: u64,
    already_there: u64,
    refused: u64,
}

impl fmt::Display for End<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rp_id, dry_run, imported, already_there, refused, .. } = self;
        let verb = if *dry_run { "would import" } else { "imported" };
        let passkeys = if *imported == 1 { "passkey" } else { "passkeys" };
        write!(f, "{verb} {imported} {passkeys} of {rp_id}; {already_there} there already, {refused} refused")
    }
}

impl<'a> Report<'a> {
    pub(super) fn new(output: &'a Output, rp_id: String, dry_run: bool, bar: &'a ProgressBar) -> Self {
        Self { output, bar, summary: Summary { rp_id, dry_run, ..Summary::default() } }
    }

    pub(super) fn passkey(&mut self, row: u64, fate: &Fate) -> Result<(), Failure> {
        let Summary { dry_run, imported, there, refused, .. } = &mut self.summary;
        let (count, result, reason) = match fate {
            Fate::Imported if *dry_run => (imported, "would_import", None),
            Fate::Imported => (imported, "imported", None),
            Fate::There => (there, "already_there", None),
            Fate::Refused(reason) => (refused, "refused", Some(reason.as_str())),
        };
        *count = count.saturating_add(1);
        if reason.is_none() && !self.output.is_json() {
            return Ok(());
        }
        let line = Line { row, result, reason };
        self.bar.suspend(|| self.output.line(&line, &line))
    }

    pub(super) fn end(self) -> Result<Summary, Failure> {
        let Summary { rp_id, dry_run, imported, there, refused } = &self.summary;
        let (dry_run, imported, already_there, refused) = (*dry_run, *imported, *there, *refused);
        let end = End { result: "summary", rp_id, dry_run, imported, already_there, refused };
        self.bar.suspend(|| self.output.line(&end, &end))?;
        Ok(self.summary)
    }
}
