//! What is wrong with the settings, or will be once they are deployed.

mod ceremonies;
mod database;
mod keys;
mod limits;
mod site;

use crate::settings::Settings;
use ceremony::UnixTime;
use serde::Serialize;
use std::error::Error as StdError;
use std::fmt;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth a thought.
    Warning,
    /// It can't work, or is not safe.
    Error,
}

/// Something that a check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// A stable name in `snake_case`.
    pub code: &'static str,
    /// What is wrong, and what mends it. No secrets.
    pub message: String,
}

impl Finding {
    /// An error that was found elsewhere.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, code, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{severity}: {} [{}]", self.message, self.code)
    }
}

/// Findings, as they come.
#[derive(Debug, Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn error(&mut self, code: &'static str, message: impl Into<String>) {
        self.0.push(Finding::error(code, message));
    }

    fn warn(&mut self, code: &'static str, message: impl Into<String>) {
        self.0.push(Finding { severity: Severity::Warning, code, message: message.into() });
    }

    /// The value, or a finding of the error and its causes.
    fn or_error<T, E: StdError>(&mut self, code: &'static str, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.error(code, chain(&error))).ok()
    }
}

/// An error and its causes on one line.
fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        // Some errors repeat their causes.
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = error.source();
    }
    text
}

impl Settings {
    /// Looks for what can't work: settings, key file, database, Redis. With `deploy` also for what is meant for one machine
    /// at home alone: localhost, stores in memory, keys that die with the process. Nothing is written.
    ///
    /// `now` is the time by this machine's clock, to be compared with the database's.
    pub async fn check(&self, deploy: bool, now: UnixTime) -> Vec<Finding> {
        let mut findings = Findings::default();
        site::check(self, deploy, &mut findings);
        keys::check(self, &mut findings);
        limits::check(self, deploy, &mut findings);
        ceremonies::check(self, deploy, &mut findings).await;
        database::check(self, deploy, now, &mut findings).await;
        findings.0.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings.0
    }
}
