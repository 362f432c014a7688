//! The tables, and how they come about.
//!
//! A migration is never edited once it was released; a change is a new one. Within one minor release migrations only
//! add, so that the version before keeps working while servers are replaced one by one: it may even be started anew, for
//! each migration notes the oldest version that works with it.

use crate::backend::{Backend, Cells, Done, Transaction, Value, begin};
use sqlx::{Pool, SqlSafeStr};
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// A step from one version of the tables to the next.
#[derive(Debug)]
pub struct Migration {
    /// The version that it leads to.
    pub(crate) version: i64,
    /// Its name.
    pub(crate) name: &'static str,
    /// The oldest version whose code still works once this migration has run.
    pub(crate) oldest: i64,
    /// Its statements.
    pub(crate) sql: &'static str,
}

/// What processes that start at once wait for each other by: "ceremony" in ASCII.
const LOCK: i64 = i64::from_be_bytes(*b"ceremony");

/// How long they wait, and how long a migration waits for a table that is in use.
const LOCK_PATIENCE: Duration = Duration::from_secs(30);

const CREATE_TABLE: &str = "CREATE TABLE ceremony_migrations (
    version INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    oldest INTEGER NOT NULL
)";
pub(crate) const LATEST: &str = "SELECT CAST(coalesce(max(version), 0) AS BIGINT) AS rows FROM ceremony_migrations";
pub(crate) const OLDEST: &str = "SELECT CAST(coalesce(max(oldest), 0) AS BIGINT) AS rows FROM ceremony_migrations";
const NOTE: &str = "INSERT INTO ceremony_migrations (version, name, oldest) VALUES ($1, $2, $3)";

pub(crate) async fn run<B: Backend>(pool: &Pool<B>) -> Result<(), MigrateError> {
    // What a migration does to a large table may take its time.
    let mut transaction = begin(pool, B::begin(LOCK, LOCK_PATIENCE), None).await?;
    // Whoever may not make tables may still find that all of them are there.
    if number::<B>(&mut transaction, B::COUNT_MIGRATIONS, &[]).await? == 0 {
        step::<B>(&mut transaction, CREATE_TABLE, &[]).await?;
    }
    let found = number::<B>(&mut transaction, LATEST, &[]).await?;
    let known = B::MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0);
    if found > known {
        let oldest = number::<B>(&mut transaction, OLDEST, &[]).await?;
        transaction.rollback().await?;
        // Servers are replaced one by one: an older one may start after a newer one has added what it does not know of.
        return if oldest <= known { Ok(()) } else { Err(MigrateError::Newer { found, known }) };
    }
    for migration in B::MIGRATIONS.iter().filter(|migration| migration.version > found) {
        transaction.script(migration.sql.into_sql_str()).await?;
        let note = [Value::Integer(migration.version), Value::Text(migration.name), Value::Integer(migration.oldest)];
        step::<B>(&mut transaction, NOTE, &note).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// The number that a statement gives as `rows`.
pub(crate) async fn number<B: Backend>(
    transaction: &mut Transaction<B>,
    sql: &'static str,
    values: &[Value<'_>],
) -> Result<i64, sqlx::Error> {
    let done = step::<B>(transaction, sql, values).await?;
    done.rows.first().map_or(Err(sqlx::Error::RowNotFound), |row| row.integer("rows"))
}

async fn step<B: Backend>(
    transaction: &mut Transaction<B>,
    sql: &'static str,
    values: &[Value<'_>],
) -> Result<Done<B>, sqlx::Error> {
    transaction.single(sql, values, false).await
}

/// The tables could not be brought up to date.
#[derive(Debug)]
#[non_exhaustive]
pub enum MigrateError {
    /// The database was migrated by a later version of this library that this one does not work with: run that version, or restore a backup from before.
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

    fn all() -> Vec<&'static Migration> {
        let mut all: Vec<&'static Migration> = Vec::new();
        #[cfg(feature = "sqlite")]
        all.extend(sqlx::Sqlite::MIGRATIONS);
        #[cfg(feature = "postgres")]
        all.extend(sqlx::Postgres::MIGRATIONS);
        all
    }

    fn assert_counted(migrations: &[Migration]) {
        for (at, migration) in migrations.iter().enumerate() {
            assert_eq!(usize::try_from(migration.version).unwrap(), at + 1, "{}", migration.name);
            assert!((1..=migration.version).contains(&migration.oldest), "{}", migration.name);
        }
    }

    #[test]
    fn versions_count_up_without_gaps() {
        #[cfg(feature = "sqlite")]
        assert_counted(sqlx::Sqlite::MIGRATIONS);
        #[cfg(feature = "postgres")]
        assert_counted(sqlx::Postgres::MIGRATIONS);
    }

    #[test]
    fn every_table_and_index_has_the_prefix() {
        for migration in all() {
            for line in migration.sql.lines().filter(|line| line.starts_with("CREATE")) {
                let name = line.split_whitespace().find(|word| word.contains("ceremony"));
                assert!(name.is_some_and(|name| name.starts_with("ceremony_")), "{line}");
            }
        }
    }
}
