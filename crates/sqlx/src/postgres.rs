//! Stores in PostgreSQL.
//!
//! Every method is one statement, or one transaction at `READ COMMITTED` under the user's lock. The lock is an advisory
//! one that ends with the transaction, so that it works behind a pooler as well. Times are milliseconds since 1970 in UTC,
//! as `bigint`: neither the server's clock nor its time zone is asked.
//!
//! Whatever the server undoes because of others (a deadlock, a serialization failure where an application's default is
//! stricter than ours) is tried again, five times in all.
//!
//! A transaction waits 3 seconds for a lock, and is unavailable then: the connections of all would be waiting soon, where
//! a process that holds a user's lock is stopped. A migration waits 30 seconds.
//!
//! The server has 10 seconds for each thing that it is asked, migrations apart. A call that it does not answer in time is
//! unavailable, and the connection is cut off, for a host that died never says so.
//!
//! ```no_run
//! use ceremony_sqlx::PostgresStores;
//!
//! # async fn start() -> Result<(), Box<dyn std::error::Error>> {
//! let stores = PostgresStores::connect("postgres://user:password@host/app").await?;
//! stores.migrate().await?;
//! let (ceremonies, credentials, users) = (stores.ceremonies(), stores.credentials(), stores.users());
//! # Ok(())
//! # }
//! ```

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
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgQueryResult};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Postgres, SqlSafeStr, SqlStr};
use std::time::Duration;
use tokio::time::timeout;

/// All stores in one PostgreSQL database. Cheap to clone.
pub type PostgresStores = Stores<Postgres>;

/// Keeps begun ceremonies in PostgreSQL.
pub type PostgresCeremonies = Ceremonies<Postgres>;

/// Keeps credential records in PostgreSQL.
pub type PostgresCredentials = Credentials<Postgres>;

/// Remembers sign-ups that are not complete in PostgreSQL.
pub type PostgresSignUps = SignUps<Postgres>;

/// Remembers spent ids in PostgreSQL.
pub type PostgresSpendList = Spent<Postgres>;

/// Keeps user handles in PostgreSQL.
pub type PostgresUsers = Users<Postgres>;

/// How long a call waits for a connection, before it says that there is none.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// How long the server may take for each thing that it is asked: 10 seconds. After that the call is unavailable, and its
/// connection is cut off. Whatever the stores ask takes milliseconds, on a server under load too.
const CALL_LIMIT: Duration = Duration::from_secs(10);

/// How long the question whether a connection is alive may take. What is left of [`ACQUIRE_TIMEOUT`] then is for another.
const PING_LIMIT: Duration = Duration::from_secs(2);

const CONNECTIONS: u32 = 10;

/// How long a connection may have been idle and still be taken to be alive. A server that restarts is away for longer, and
/// a server under load never leaves one idle for so long: there each question would be a round trip that nobody needs.
const TRUSTED: Duration = Duration::from_secs(1);

/// What a URL says if the connection goes through a pooler that gives it to others between transactions.
const NO_STATEMENT_CACHE: &str = "statement-cache-capacity=0";

const SERIALIZATION_FAILURE: &str = "40001";
const DEADLOCK_DETECTED: &str = "40P01";
const READ_ONLY: &str = "25006";

impl Stores<Postgres> {
    /// Connects to a database by its URL, such as `postgres://user:password@host/database`: up to 10 connections, for
    /// each of which a call waits 5 seconds at most.
    ///
    /// With `?statement-cache-capacity=0` in the URL the stores work behind a pooler that has its clients share
    /// connections, as [`behind_pooler`](Self::behind_pooler) says.
    ///
    /// # Errors
    ///
    /// [`sqlx::Error`] if the URL is none or the database can't be reached.
    pub async fn connect(url: &str) -> Result<Self, sqlx::Error> {
        Self::connect_with(url, CONNECTIONS).await
    }

    /// As [`connect`](Self::connect), with up to so many connections.
    ///
    /// # Errors
    ///
    /// [`sqlx::Error`] if the URL is none or the database can't be reached.
    pub async fn connect_with(url: &str, connections: u32) -> Result<Self, sqlx::Error> {
        // No number here is a fraction, and old poolers refuse the setting.
        let options = url.parse::<PgConnectOptions>()?.extra_float_digits(None);
        let stores = Self::new(Self::pool_options().max_connections(connections).connect_with(options).await?);
        Ok(if has_no_statement_cache(url) { stores.behind_pooler() } else { stores })
    }

    /// What [`connect`](Self::connect) opens its pool with, to start from for a pool of your own: 10 connections, 5 seconds
    /// of waiting for one, and a connection is asked whether it is alive (one round trip) only if it was idle
    /// for a second or more. One that does not answer within 2 seconds is closed.
    ///
    /// By sqlx's own default each statement waits for such a question first, which doubles its round trips. Without it, the
    /// calls of the first second after a restart of the server may fail as unavailable, one for each dead connection.
    #[must_use]
    pub fn pool_options() -> PgPoolOptions {
        PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .before_acquire(|connection, pooled| {
                Box::pin(async move {
                    if pooled.idle_for >= TRUSTED {
                        timeout(PING_LIMIT, connection.ping()).await.map_err(|_| sqlx::Error::PoolTimedOut)??;
                    }
                    Ok(true)
                })
            })
    }

    /// Keeps nothing on a connection from one transaction to the next, as a pooler in transaction mode wants it that does
    /// not know of prepared statements (PgBouncer before 1.21, or with `max_prepared_statements = 0`).
    ///
    /// Each statement runs in a transaction of its own, for four round trips instead of one. Open the pool with
    /// `statement_cache_capacity(0)` and, for a PgBouncer that refuses it, with `extra_float_digits(None)`.
    #[must_use]
    pub fn behind_pooler(self) -> Self {
        Self { session: self.session.without_kept_statements() }
    }
}

fn has_no_statement_cache(url: &str) -> bool {
    url.split_once('?').is_some_and(|(_, query)| query.split('&').any(|part| part == NO_STATEMENT_CACHE))
}

fn has_state(error: &sqlx::Error, state: &str) -> bool {
    error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == state)
}

/// Deletes by place, without a second look into an index. Two cleanups at once take different rows, instead of waiting for
/// each other.
macro_rules! clean {
    ($table:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE ctid = ANY (ARRAY (SELECT ctid FROM ",
            $table,
            " WHERE expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED))"
        )
    };
}

impl Backend for Postgres {
    const MIGRATIONS: &'static [Migration] = &[
        Migration { version: 1, name: "first", oldest: 1, sql: include_str!("postgres/migrations/0001_first.sql") },
        Migration {
            version: 2,
            name: "sign-ups",
            oldest: 1,
            sql: include_str!("postgres/migrations/0002_sign_ups.sql"),
        },
    ];

    const SHARES_TRANSACTIONS: bool = false;

    const CALL_LIMIT: Option<Duration> = Some(CALL_LIMIT);

    const CLOCK: &'static str = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT) AS rows";

    const COUNT_MIGRATIONS: &'static str =
        "SELECT count(*) AS rows FROM pg_class WHERE oid = to_regclass('ceremony_migrations')";

    const CLEAN_CEREMONIES: &'static str = clean!("ceremony_pending");
    const CLEAN_SPENT: &'static str = clean!("ceremony_spent");
    const CLEAN_TOMBSTONES: &'static str = clean!("ceremony_tombstones");

    /// In one round trip. Each statement after it sees what others have committed before that statement began, and so
    /// whatever was done under the same lock.
    fn begin(lock: i64, patience: Duration) -> SqlStr {
        let patience = patience.as_millis();
        AssertSqlSafe(format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = {patience}; \
             SELECT pg_advisory_xact_lock({lock})"
        ))
        .into_sql_str()
    }

    fn begin_single() -> SqlStr {
        "BEGIN ISOLATION LEVEL READ COMMITTED".into_sql_str()
    }

    fn run<'c>(
        connection: &'c mut PgConnection,
        statement: Statement<'c>,
        done: &'c mut Vec<Done<Self>>,
    ) -> BoxFuture<'c, Result<(), sqlx::Error>> {
        Box::pin(backend::run(connection, statement, done))
    }

    fn script(connection: &mut PgConnection, sql: SqlStr) -> BoxFuture<'_, Result<(), sqlx::Error>> {
        Box::pin(async move { sqlx::raw_sql(sql).execute(connection).await.map(drop) })
    }

    fn affected(result: &PgQueryResult) -> u64 {
        result.rows_affected()
    }

    fn is_transient(error: &sqlx::Error) -> bool {
        [SERIALIZATION_FAILURE, DEADLOCK_DETECTED].iter().any(|state| has_state(error, state))
    }

    /// After a failover the name may lead to another server by now.
    fn is_over(error: &sqlx::Error) -> bool {
        has_state(error, READ_ONLY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_tells_of_a_pooler() {
        for (url, expected) in [
            ("postgres://host/db?statement-cache-capacity=0", true),
            ("postgres://host/db?sslmode=disable&statement-cache-capacity=0", true),
            ("postgres://host/db?statement-cache-capacity=0&sslmode=disable", true),
            ("postgres://host/db?statement-cache-capacity=01", false),
            ("postgres://host/db?statement-cache-capacity=100", false),
            ("postgres://host/statement-cache-capacity=0", false),
            ("postgres://host/db", false),
        ] {
            assert_eq!(has_no_statement_cache(url), expected, "{url}");
        }
    }
}
