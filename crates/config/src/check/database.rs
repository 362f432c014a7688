//! The database: reached, migrated, on time.

use super::{Findings, chain};
use crate::database::Database;
use crate::settings::Settings;
use ceremony::UnixTime;
use ceremony_sqlx::Versions;
use std::path::Path;
use std::time::Duration;

/// Above this, servers and database disagree about what has expired.
const SKEW: Duration = Duration::from_secs(5);

pub(super) async fn check(settings: &Settings, deploy: bool, now: UnixTime, findings: &mut Findings) {
    if deploy && settings.database.as_ref().is_some_and(crate::DatabaseUrl::is_in_memory) {
        findings.error("memory_database", "the database is in memory: every passkey is lost when the process ends");
        return;
    }
    if let Some(missing) = missing_file(settings) {
        let message = format!("{missing} is not there yet: the server makes it when it starts");
        return if deploy { findings.error("database", message) } else { findings.warn("database", message) };
    }
    if deploy && let Some(file) = settings.database.as_ref().and_then(crate::DatabaseUrl::file) {
        permissions(&file, findings);
    }
    let Some(database) = findings.or_error("database", settings.database().await) else { return };
    migrations(&database, findings).await;
    encoding(&database, findings).await;
    match database.time().await {
        Ok(time) => skew(now, time, findings),
        Err(error) => findings.error("database", chain(&error)),
    }
    database.close().await;
}

/// The file of an SQLite database that does not exist: to open it would make it.
fn missing_file(settings: &Settings) -> Option<String> {
    let file = settings.database.as_ref()?.file()?;
    (!file.exists()).then(|| file.display().to_string())
}

async fn migrations(database: &Database, findings: &mut Findings) {
    match database.versions().await {
        Ok(versions) if versions.works() => {}
        Ok(Versions { found, known, .. }) if found < known => findings.warn(
            "migrations",
            format!("the database has migration {found} of {known}: the server brings it up to date when it starts"),
        ),
        Ok(Versions { found, known, .. }) => findings.error(
            "migrations",
            format!(
                "the database has migration {found}, which this version does not work with; it knows none after {known}"
            ),
        ),
        Err(error) => findings.error("database", chain(&error)),
    }
}

/// SQLite gives what it writes beside the file the same rights.
#[cfg(unix)]
fn permissions(file: &Path, findings: &mut Findings) {
    use std::os::unix::fs::PermissionsExt;
    let Ok(metadata) = file.metadata() else { return };
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o044 != 0 {
        let shown = file.display();
        findings.warn(
            "database_mode",
            format!("{shown} has mode {mode:03o}, so that others on this machine can read whose passkeys it holds: chmod 600 {shown}"),
        );
    }
}

#[cfg(not(unix))]
fn permissions(_: &Path, _: &mut Findings) {}

/// PostgreSQL takes what people write in its own encoding alone: in another one than UTF-8 most names fail, or come back
/// as others. SQLite knows no other than Unicode's.
#[cfg(feature = "postgres")]
async fn encoding(database: &Database, findings: &mut Findings) {
    let query = sqlx::query_scalar::<_, String>("SELECT current_setting('server_encoding')").persistent(false);
    let answer = match database {
        Database::Postgres(stores) => query.fetch_one(stores.pool()).await,
        #[cfg(feature = "sqlite")]
        Database::Sqlite(_) => return,
    };
    match answer {
        Ok(encoding) if encoding == "UTF8" => {}
        Ok(encoding) => findings.error(
            "database_encoding",
            format!("the database's encoding is {encoding}, in which most people's names can't be stored: make one with `createdb --encoding UTF8 --template template0`, and move into it what this one holds"),
        ),
        Err(error) => findings.error("database", chain(&error)),
    }
}

#[cfg(not(feature = "postgres"))]
async fn encoding(_: &Database, _: &mut Findings) {}

fn skew(here: UnixTime, there: UnixTime, findings: &mut Findings) {
    let skew = here.saturating_since(there).max(there.saturating_since(here));
    if skew > SKEW {
        findings.warn(
            "clock_skew",
            format!("this machine's clock and the database's differ by {} seconds: set both by NTP", skew.as_secs()),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_that_differ_are_found_out_both_ways() {
        let at = UnixTime::from_secs;
        for (here, there, expected) in [(100, 100, 0), (100, 105, 0), (100, 106, 1), (106, 100, 1)] {
            let mut findings = Findings::default();
            skew(at(here), at(there), &mut findings);
            assert_eq!(findings.0.len(), expected, "{here} {there}");
        }
    }
}
