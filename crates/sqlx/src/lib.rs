// The example of the README is one for SQLite.
#![cfg_attr(feature = "sqlite", doc = include_str!("../README.md"))]
#![cfg_attr(not(feature = "sqlite"), doc = "PostgreSQL stores for `ceremony` passkeys.")]

#[cfg(not(any(feature = "sqlite", feature = "postgres")))]
compile_error!("ceremony-sqlx needs the feature `sqlite` or `postgres`");

mod backend;
mod ceremonies;
mod credentials;
mod lock;
mod maintenance;
mod migrations;
#[cfg(feature = "postgres")]
pub mod postgres;
mod row;
mod sign_ups;
mod spend;
#[cfg(feature = "sqlite")]
pub mod sqlite;
#[cfg(test)]
mod statements;
mod stores;
mod users;

pub use maintenance::{Expired, Versions};
pub use migrations::MigrateError;
#[cfg(feature = "postgres")]
pub use postgres::PostgresStores;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStores;

use ceremony::UnixTime;

/// The databases' integers have 63 bits for what is not negative: the year 292 million is late enough.
fn millis(time: UnixTime) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
