//! `ceremony check`: what is wrong with the settings of a server.

use crate::failure::Failure;
use crate::operate::{self, Output};
use ceremony_config::{Finding, Severity};
use ceremony_service::{Clock, SystemClock};

pub(crate) const HELP: &str = "\
Settings are the PASSKEYS_* variables of the environment, and those of a file behind them. A database that
is there is opened and asked for its version and its time; in Redis an entry of the check's own is written and taken out again.
Nothing else is written.

Examples:
  ceremony check
  ceremony check --deploy --config passkeys.toml
  ceremony check --deploy --json | jq -r 'select(.severity == \"error\") | .message'

Exit codes:
  0  no errors; there may be warnings
  1  errors
  2  wrong usage";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    settings: operate::Source,
    /// Refuse what is for trying things out alone: localhost, stores in memory, keys that die with the process
    #[arg(long)]
    deploy: bool,
    #[command(flatten)]
    output: Output,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let findings = match arguments.settings.read() {
        Ok(settings) => operate::block_on(settings.check(arguments.deploy, SystemClock.now()))?,
        Err(problem) => vec![Finding::error("settings", problem)],
    };
    for finding in &findings {
        arguments.output.line(finding, finding)?;
    }
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        return Err(Failure::Unexpected);
    }
    if findings.is_empty() && !arguments.output.is_json() {
        operate::say("nothing is wrong")?;
    }
    Ok(())
}
