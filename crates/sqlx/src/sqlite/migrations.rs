//! The tables, and how they come about.
//!
//! A migration is never edited once it was released; a change is a new one. Within one minor release migrations only
//! add, so that the version before keeps working while servers are replaced one by one.

use super::BEGIN;
use sqlx::SqlitePool;
use std::error::Error as StdError;
use std::fmt;

struct Migration {
    version: i64,
    name: &'static str,
    sql: &'static str,
}

const MIGRATIONS: &[Migration] =
    &[Migration { version: 1, name: "first", sql: include_str!("migrations/0001_first.sql") }];

const CREATE_TABLE: &str = "CREATE TABLE IF NOT EXISTS ceremony_migrations (
    version INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL
)";
const LATEST: &str = "SELECT max(version) FROM ceremony_migrations";
const NOTE: &str = "INSERT INTO ceremony_migrations (version, name) VALUES (?, ?)";

pub(super) async fn run(pool: &SqlitePool) -> Result<(), MigrateError> {
    let mut transaction = pool.begin_with(BEGIN).await?;
    sqlx::query(CREATE_TABLE).execute(&mut *transaction).await?;
    let found: Option<i64> = sqlx::query_scalar(LATEST).fetch_one(&mut *transaction).await?;
    let found = found.unwrap_or(0);
    let known = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0);
    if found > known {
        transaction.rollback().await?;
        return Err(MigrateError::Newer { found, known });
    }
    for migration in MIGRATIONS.iter().filter(|migration| migration.version > found) {
        sqlx::raw_sql(migration.sql).execute(&mut *transaction).await?;
        let note = sqlx::query(NOTE).bind(migration.version).bind(migration.name);
        note.execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// The tables could not be brought up to date.
#[derive(Debug)]
#[non_exhaustive]
pub enum MigrateError {
    /// The database was migrated by a later version of this library: run that version, or restore a backup from before.
    Newer {
        /// The latest migration that the database has seen.
        found: i64,
        /// The latest migration that this version of the library has.
        known: i64,
    },
    /// The database refused.
    Database(sqlx::Error),
}

impl fmt::Display for MigrateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Newer { found, known } => write!(
                f,
                "database has ceremony migration {found}, and this version of ceremony-sqlx knows none after {known}"
            ),
            Self::Database(_) => f.write_str("ceremony migrations can't be run"),
        }
    }
}

impl StdError for MigrateError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Newer { .. } => None,
            Self::Database(error) => Some(error),
        }
    }
}

impl From<sqlx::Error> for MigrateError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_count_up_without_gaps() {
        for (at, migration) in MIGRATIONS.iter().enumerate() {
            assert_eq!(usize::try_from(migration.version).unwrap(), at + 1, "{}", migration.name);
        }
    }

    #[test]
    fn every_table_and_index_has_the_prefix() {
        for migration in MIGRATIONS {
            for line in migration.sql.lines().filter(|line| line.starts_with("CREATE")) {
                let name = line.split_whitespace().find(|word| word.contains("ceremony"));
                assert!(name.is_some_and(|name| name.starts_with("ceremony_")), "{line}");
            }
        }
    }
}
