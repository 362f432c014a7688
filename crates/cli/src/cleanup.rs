//! `ceremony cleanup`: drops what has expired from a server's database.

use crate::failure::Failure;
use crate::operate::{self, Output};
use crate::progress;
use crate::text::chain;
use ceremony::UnixTime;
use ceremony_config::{Database, Settings};
use ceremony_service::store::StoreError;
use ceremony_service::{Clock, SystemClock};
use serde::Serialize;
use std::fmt;

pub(crate) const HELP: &str = "\
Drops begun ceremonies that were never finished, the ids of sealed ones that were, and the hashes of erased credential ids,
each when it has expired, of all tenants. Redis drops by itself. Sign-ups that were never completed are counted alone: the
server takes them back, since an account may have to go with them.

Examples:
  ceremony cleanup --dry-run
  ceremony cleanup --config passkeys.toml
  PASSKEYS_DATABASE=postgres://passkeys@db/site ceremony cleanup --json

Exit codes:
  0  done, or nothing was there to do
  1  the settings can't be used, or the database did not answer
  2  wrong usage";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    settings: operate::Source,
    /// Only tell what would be dropped
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Serialize)]
struct Report {
    dry_run: bool,
    ceremonies: u64,
    spent: u64,
    tombstones: u64,
    abandoned_sign_ups: u64,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { dry_run, ceremonies, spent, tombstones, abandoned_sign_ups } = self;
        let verb = if *dry_run { "would drop" } else { "dropped" };
        write!(f, "{verb} {ceremonies} begun ceremonies, {spent} spent ids, {tombstones} tombstones")?;
        match abandoned_sign_ups {
            0 => Ok(()),
            count => write!(f, "; {count} sign-ups wait for the server to take them back"),
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let settings = arguments.settings.read().map_err(Failure::Malformed)?;
    let report = operate::block_on(clean(&settings, arguments.dry_run, SystemClock.now()))?;
    let report = report.map_err(Failure::Malformed)?;
    arguments.output.line(&report, &report)
}

async fn clean(settings: &Settings, dry_run: bool, now: UnixTime) -> Result<Report, String> {
    let database = operate::existing_database(settings).await?;
    let report = drop_expired(&database, dry_run, now).await;
    database.close().await;
    report
}

async fn drop_expired(database: &Database, dry_run: bool, now: UnixTime) -> Result<Report, String> {
    let expired = database.expired(now).await.map_err(|error| chain(&error))?;
    let abandoned_sign_ups = expired.sign_ups;
    if dry_run {
        let ceremony_sqlx::Expired { ceremonies, spent, tombstones, .. } = expired;
        return Ok(Report { dry_run, ceremonies, spent, tombstones, abandoned_sign_ups });
    }
    let failed = |error: StoreError| chain(&error);
    let (drops_ceremonies, drops_spent, drops_tombstones) =
        (database.ceremonies(), database.spend_list(), database.credentials());
    let bar = progress::items(3);
    let step = |name: &'static str| {
        bar.set_message(name);
        bar.tick();
    };
    step("begun ceremonies");
    let ceremonies = drops_ceremonies.cleanup(now).await.map_err(failed)?;
    bar.inc(1);
    step("spent ids");
    let spent = drops_spent.cleanup(now).await.map_err(failed)?;
    bar.inc(1);
    step("tombstones");
    let tombstones = drops_tombstones.cleanup(now).await.map_err(failed)?;
    bar.finish_and_clear();
    Ok(Report { dry_run, ceremonies, spent, tombstones, abandoned_sign_ups })
}
