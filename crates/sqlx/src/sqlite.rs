//! Stores in SQLite.
//!
//! Every method is one statement or one `BEGIN IMMEDIATE` transaction, so that no writer finds its snapshot outdated.
//! Statements with `RETURNING` are always read to their end: SQLite commits them there, and a call must not return
//! before its change is visible to others. Times are milliseconds since 1970 in UTC, as integers; there is no time zone
//! to lose.

#[cfg(test)]
mod plans;

use crate::backend::{self, Backend, Done, Statement};
use crate::ceremonies::Ceremonies;
use crate::credentials::Credentials;
use crate::migrations::Migration;
use crate::sign_ups::SignUps;
use crate::spend::Spent;
use crate::stores::Stores;
use crate::users::Users;
use ceremony_service::store::BoxFuture;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteQueryResult, SqliteSynchronous};
use sqlx::{SqlSafeStr, SqlStr, Sqlite, SqliteConnection};
use std::fs::OpenOptions;
use std::path::Path;
use std::time::Duration;

/// All stores in one SQLite database. Cheap to clone.
pub type SqliteStores = Stores<Sqlite>;

/// Keeps begun ceremonies in SQLite.
pub type SqliteCeremonies = Ceremonies<Sqlite>;

/// Keeps credential records in SQLite.
pub type SqliteCredentials = Credentials<Sqlite>;

/// Remembers sign-ups that are not complete in SQLite.
pub type SqliteSignUps = SignUps<Sqlite>;

/// Remembers spent ids in SQLite.
pub type SqliteSpendList = Spent<Sqlite>;

/// Keeps user handles in SQLite.
pub type SqliteUsers = Users<Sqlite>;

/// How long a connection waits for another one's write.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Begins a transaction that holds the write lock from its start.
const BEGIN: &str = "BEGIN IMMEDIATE";

impl Stores<Sqlite> {
    /// How many connections [`connect`](Self::connect) opens at most: SQLite has one writer at a time.
    pub const CONNECTIONS: u32 = 4;

    /// Opens a database by its URL, such as `sqlite:ceremony.db`, and makes the file if there is none, for its owner alone
    /// (mode 600 on Unix): WAL journal,
    /// `synchronous = NORMAL`, foreign keys, a busy timeout of 5 seconds, up to 4 connections. A database in memory
    /// (`sqlite::memory:`) gets one connection, which stays open.
    ///
    /// With `synchronous = NORMAL` the last moments before a power failure may be lost, and with them the knowledge that
    /// a ceremony was finished or a passkey revoked. [`connect_with`](Self::connect_with) takes `FULL`, if that matters
    /// more than the time of a disk flush for each transaction.
    ///
    /// # Errors
    ///
    /// [`sqlx::Error`] if the URL is none or the database can't be opened.
    pub async fn connect(url: &str) -> Result<Self, sqlx::Error> {
        Self::connect_with(url, Self::CONNECTIONS, SqliteSynchronous::Normal).await
    }

    /// As [`connect`](Self::connect), with up to so many connections, and as careful with the disk as said. More
    /// connections than a few wait inside of SQLite, where nobody queues fairly. A pool that is opened elsewhere, for
    /// [`new`](Self::new), should say `test_before_acquire(false)` as this one does: statements cost less.
    ///
    /// # Errors
    ///
    /// [`sqlx::Error`] if the URL is none or the database can't be opened.
    pub async fn connect_with(
        url: &str,
        connections: u32,
        synchronous: SqliteSynchronous,
    ) -> Result<Self, sqlx::Error> {
        let options = url
            .parse::<SqliteConnectOptions>()?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(synchronous)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        let in_memory = url.contains(":memory:") || url.contains("mode=memory");
        if !in_memory && !url.contains("mode=ro") {
            create_for_owner(options.get_filename());
        }
        let pool = if in_memory {
            SqlitePoolOptions::new().min_connections(1).max_connections(1).idle_timeout(None).max_lifetime(None)
        } else {
            SqlitePoolOptions::new().max_connections(connections)
        };
        // The other end is a thread of this process: to ask it for a sign of life first costs as much as the statement.
        Ok(Self::new(pool.test_before_acquire(false).connect_with(options).await?))
    }
}

/// Makes the file for its owner's eyes alone, if there is none: it says who has passkeys. SQLite gives what it writes beside
/// it the same rights. What is wrong with the path, SQLite will say.
fn create_for_owner(file: &Path) {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    drop(options.open(file));
}

impl Backend for Sqlite {
    const MIGRATIONS: &'static [Migration] = &[
        Migration { version: 1, name: "first", oldest: 1, sql: include_str!("sqlite/migrations/0001_first.sql") },
        Migration { version: 2, name: "sign-ups", oldest: 1, sql: include_str!("sqlite/migrations/0002_sign_ups.sql") },
    ];

    /// The way to SQLite's thread and back costs more than most statements, and a flush of the disk much more.
    const SHARES_TRANSACTIONS: bool = true;

    const CALL_LIMIT: Option<Duration> = None;

    const CLOCK: &'static str = "SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) AS rows";

    const COUNT_MIGRATIONS: &'static str =
        "SELECT count(*) AS rows FROM sqlite_schema WHERE type = 'table' AND name = 'ceremony_migrations'";

    const CLEAN_CEREMONIES: &'static str = "DELETE FROM ceremony_pending WHERE key IN
        (SELECT key FROM ceremony_pending WHERE expires_at <= $1 LIMIT $2)";
    const CLEAN_SPENT: &'static str = "DELETE FROM ceremony_spent WHERE id IN
        (SELECT id FROM ceremony_spent WHERE expires_at <= $1 LIMIT $2)";
    const CLEAN_TOMBSTONES: &'static str = "DELETE FROM ceremony_tombstones WHERE (tenant, rp_id, credential_hash) IN
        (SELECT tenant, rp_id, credential_hash FROM ceremony_tombstones WHERE expires_at <= $1 LIMIT $2)";

    /// There is one writer at a time: the write lock excludes everybody, and waits as long as the connection says.
    fn begin(_lock: i64, _patience: Duration) -> SqlStr {
        BEGIN.into_sql_str()
    }

    fn begin_single() -> SqlStr {
        BEGIN.into_sql_str()
    }

    fn run<'c>(
        connection: &'c mut SqliteConnection,
        statement: Statement<'c>,
        done: &'c mut Vec<Done<Self>>,
    ) -> BoxFuture<'c, Result<(), sqlx::Error>> {
        Box::pin(backend::run(connection, statement, done))
    }

    fn script(connection: &mut SqliteConnection, sql: SqlStr) -> BoxFuture<'_, Result<(), sqlx::Error>> {
        Box::pin(async move { sqlx::raw_sql(sql).execute(connection).await.map(drop) })
    }

    fn affected(result: &SqliteQueryResult) -> u64 {
        result.rows_affected()
    }

    /// Whoever finds the database locked has waited for it already.
    fn is_transient(_error: &sqlx::Error) -> bool {
        false
    }

    fn is_over(_error: &sqlx::Error) -> bool {
        false
    }
}
