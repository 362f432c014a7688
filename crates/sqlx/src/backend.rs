//! What the databases have in common, and what each does in its own way.
//!
//! The stores are written once, over [`Backend`]. Their statements are SQL that SQLite and PostgreSQL both understand; the
//! few that differ are constants of the trait.

mod bind;
mod loan;
mod queue;
mod session;
mod transaction;

pub(crate) use bind::{Cells, Owned, Statement, Value, run};
pub(crate) use session::{Session, Work, single, unavailable};
pub(crate) use transaction::{Transaction, begin};

use crate::migrations::Migration;
use ceremony_service::store::BoxFuture;
use sqlx::{Database, SqlStr};
use std::time::Duration;

/// A database that the stores can live in: [`sqlx::Sqlite`] or [`sqlx::Postgres`]. Nobody else can implement it.
pub trait Backend: Database<Row: Cells> {
    /// The tables, and how they came about.
    #[doc(hidden)]
    const MIGRATIONS: &'static [Migration];

    /// Counts the tables named `ceremony_migrations` as `rows`: none or one.
    #[doc(hidden)]
    const COUNT_MIGRATIONS: &'static str;

    /// How long a call of the database takes at most; `None` for one that lives in this process, where all calls end.
    #[doc(hidden)]
    const CALL_LIMIT: Option<Duration>;

    /// The database's own time, in milliseconds, as `rows`.
    #[doc(hidden)]
    const CLOCK: &'static str;

    /// Deletes at most `$2` begun ceremonies that have expired at `$1`.
    #[doc(hidden)]
    const CLEAN_CEREMONIES: &'static str;

    /// Deletes at most `$2` spent ids that have expired at `$1`.
    #[doc(hidden)]
    const CLEAN_SPENT: &'static str;

    /// Deletes at most `$2` tombstones that have expired at `$1`.
    #[doc(hidden)]
    const CLEAN_TOMBSTONES: &'static str;

    /// Begins a transaction in which nobody else holds the same lock, until it ends. Neither for that nor for any other
    /// lock in it does it wait longer than this, if locks are not those of a file.
    #[doc(hidden)]
    fn begin(lock: i64, patience: Duration) -> SqlStr;

    /// Begins a transaction for one statement.
    #[doc(hidden)]
    fn begin_single() -> SqlStr;

    /// Whether statements of several callers are better run in one transaction, and one text.
    #[doc(hidden)]
    const SHARES_TRANSACTIONS: bool;

    /// Runs a text to its end, and adds what each statement in it did.
    #[doc(hidden)]
    fn run<'c>(
        connection: &'c mut Self::Connection,
        statement: Statement<'c>,
        done: &'c mut Vec<Done<Self>>,
    ) -> BoxFuture<'c, Result<(), sqlx::Error>>;

    /// Runs statements without parameters.
    #[doc(hidden)]
    fn script(connection: &mut Self::Connection, sql: SqlStr) -> BoxFuture<'_, Result<(), sqlx::Error>>;

    /// How many rows a statement has changed.
    #[doc(hidden)]
    fn affected(result: &Self::QueryResult) -> u64;

    /// Whether the database has undone everything, and the same again may work at once.
    #[doc(hidden)]
    fn is_transient(error: &sqlx::Error) -> bool;

    /// Whether a connection is of no more use after this error, though it still answers.
    #[doc(hidden)]
    fn is_over(error: &sqlx::Error) -> bool;
}

/// What a statement did.
#[derive(Debug)]
pub struct Done<B: Backend> {
    /// How many rows it has changed.
    pub(crate) affected: u64,
    /// What it has returned.
    pub(crate) rows: Vec<B::Row>,
}

impl<B: Backend> Default for Done<B> {
    fn default() -> Self {
        Self { affected: 0, rows: Vec::new() }
    }
}

/// Makes a store: a session with its constructor. `Clone` is written out, for a derived one wants the database cloned.
macro_rules! store {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name<B: crate::backend::Backend> {
            session: crate::backend::Session<B>,
        }

        impl<B: crate::backend::Backend> Clone for $name<B> {
            fn clone(&self) -> Self {
                Self { session: self.session.clone() }
            }
        }

        impl<B: crate::backend::Backend> $name<B> {
            /// Takes a pool of a migrated database.
            #[must_use]
            pub fn new(pool: sqlx::Pool<B>) -> Self {
                Self { session: crate::backend::Session::new(pool) }
            }

            pub(crate) const fn over(session: crate::backend::Session<B>) -> Self {
                Self { session }
            }
        }
    };
}
pub(crate) use store;
