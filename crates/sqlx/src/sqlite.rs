//! Stores in SQLite.
//!
//! Every method is one statement or one `BEGIN IMMEDIATE` transaction, so that no writer finds its snapshot outdated.
//! Statements with `RETURNING` are always read to their end: SQLite commits them there, and a call must not return
//! before its change is visible to others. Times are milliseconds since 1970 in UTC, as integers; there is no time zone
//! to lose.

mod ceremonies;
mod credentials;
mod migrations;
#[cfg(test)]
mod plans;
mod row;
mod spend;
mod users;

pub use ceremonies::SqliteCeremonies;
pub use credentials::SqliteCredentials;
pub use migrations::MigrateError;
pub use spend::SqliteSpendList;
pub use users::SqliteUsers;

use ceremony::UnixTime;
use ceremony_service::store::{CeremonyStore, CredentialStore, SpendList, StoreError, UserHandles};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::sync::Arc;
use std::time::Duration;

/// How long a connection waits for another one's write.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// SQLite has one writer at a time: more connections would wait inside of it, where nobody queues fairly.
const CONNECTIONS: u32 = 4;

/// How many expired rows one statement of a cleanup deletes, so that writers need not wait for all of them.
const CLEANUP_BATCH: u32 = 1_000;

/// All stores in one SQLite database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct SqliteStores {
    pool: SqlitePool,
}

impl SqliteStores {
    /// Takes the application's own pool. The tables are made by [`migrate`](Self::migrate).
    ///
    /// The pool's connections should wait for each other (`busy_timeout`) and use the WAL journal, as
    /// [`connect`](Self::connect) sets them up.
    #[must_use]
    pub const fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    /// Opens a database by its URL, such as `sqlite:ceremony.db`, and makes the file if there is none: WAL journal,
    /// `synchronous = NORMAL`, foreign keys, a busy timeout of 5 seconds, up to 4 connections. A database in memory
    /// (`sqlite::memory:`) gets one connection, which stays open.
    ///
    /// With `synchronous = NORMAL` the last moments before a power failure may be lost, and with them the knowledge that
    /// a ceremony was finished. Open a pool with `FULL` if that matters more than the time of a disk flush for each write.
    ///
    /// # Errors
    ///
    /// [`sqlx::Error`] if the URL is none or the database can't be opened.
    pub async fn connect(url: &str) -> Result<Self, sqlx::Error> {
        let options = url
            .parse::<SqliteConnectOptions>()?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        let pool = if url.contains(":memory:") || url.contains("mode=memory") {
            SqlitePoolOptions::new().min_connections(1).max_connections(1).idle_timeout(None).max_lifetime(None)
        } else {
            SqlitePoolOptions::new().max_connections(CONNECTIONS)
        };
        Ok(Self::new(pool.connect_with(options).await?))
    }

    /// Makes the tables, or brings them up to date; does nothing if they are. Processes that start at once wait for
    /// each other.
    ///
    /// All names begin with `ceremony_`, and what was run is noted in `ceremony_migrations`: an application's own
    /// migrations, of whatever tool, are not touched.
    ///
    /// # Errors
    ///
    /// [`MigrateError::Newer`] if a later version of this library has migrated the database, [`MigrateError::Database`]
    /// if the database refuses. In both cases nothing is changed.
    pub async fn migrate(&self) -> Result<(), MigrateError> {
        migrations::run(&self.pool).await
    }

    /// The pool.
    #[must_use]
    pub const fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// Begun ceremonies.
    #[must_use]
    pub fn ceremonies(&self) -> Arc<dyn CeremonyStore> {
        Arc::new(SqliteCeremonies::new(self.pool.clone()))
    }

    /// Spent ids of sealed ceremonies.
    #[must_use]
    pub fn spend_list(&self) -> Arc<dyn SpendList> {
        Arc::new(SqliteSpendList::new(self.pool.clone()))
    }

    /// Credential records.
    #[must_use]
    pub fn credentials(&self) -> Arc<dyn CredentialStore> {
        Arc::new(SqliteCredentials::new(self.pool.clone()))
    }

    /// User handles.
    #[must_use]
    pub fn users(&self) -> Arc<dyn UserHandles> {
        Arc::new(SqliteUsers::new(self.pool.clone()))
    }
}

/// Begins a transaction that holds the write lock from its start.
const BEGIN: &str = "BEGIN IMMEDIATE";

fn unavailable(error: sqlx::Error) -> StoreError {
    StoreError::unavailable(error)
}

/// SQLite's integers have 63 bits for what is not negative: the year 292 million is late enough.
fn millis(time: UnixTime) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// Runs a deletion of at most [`CLEANUP_BATCH`] expired rows until nothing is left.
async fn clean(pool: &SqlitePool, delete: &'static str, now: UnixTime) -> Result<u64, StoreError> {
    let mut dropped = 0;
    loop {
        let query = sqlx::query(delete).bind(millis(now)).bind(CLEANUP_BATCH);
        let rows = query.execute(pool).await.map_err(unavailable)?.rows_affected();
        dropped += rows;
        if rows < u64::from(CLEANUP_BATCH) {
            return Ok(dropped);
        }
    }
}
