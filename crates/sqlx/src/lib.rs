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

pub use backend::Backend;
pub use ceremonies::Ceremonies;
pub use credentials::Credentials;
pub use maintenance::{Expired, Versions};
pub use migrations::MigrateError;
#[cfg(feature = "postgres")]
pub use postgres::PostgresStores;
pub use sign_ups::SignUps;
pub use spend::Spent;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStores;
pub use stores::Stores;
pub use users::Users;

use ceremony::UnixTime;

/// The databases' integers have 63 bits for what is not negative: the year 292 million is late enough.
fn millis(time: UnixTime) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
