//! `ceremony migrate`: brings a server's database up to date.

use crate::failure::Failure;
use crate::operate::{self, Output};
use crate::text::chain;
use ceremony_config::Settings;
use serde::Serialize;
use std::fmt;

pub(crate) const HELP: &str = "\
A server does the same when it starts. Run this before it where the server's own role may not make tables, or to have one
place in which a deployment fails. Does nothing if the database is up to date.

Examples:
  PASSKEYS_DATABASE=postgres://owner@db/site ceremony migrate
  ceremony migrate --config passkeys.toml

Exit codes:
  0  the database is up to date
  1  the settings can't be used, or the database refused; nothing is changed then
  2  wrong usage";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    settings: operate::Source,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Serialize)]
struct Report {
    before: i64,
    now: i64,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { before, now } = self;
        if before == now {
            write!(f, "the database has migration {now} already")
        } else {
            write!(f, "the database has gone from migration {before} to {now}")
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let settings = arguments.settings.read().map_err(Failure::Malformed)?;
    let report = operate::block_on(migrate(&settings))?.map_err(Failure::Malformed)?;
    arguments.output.line(&report, &report)
}

async fn migrate(settings: &Settings) -> Result<Report, String> {
    let database = settings.database().await.map_err(|error| chain(&error))?;
    let done = async {
        let before = database.versions().await.map_err(|error| chain(&error))?.found;
        database.migrate().await.map_err(|error| chain(&error))?;
        let now = database.versions().await.map_err(|error| chain(&error))?.found;
        Ok(Report { before, now })
    };
    let done = done.await;
    database.close().await;
    done
}
