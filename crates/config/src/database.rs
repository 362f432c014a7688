//! The database that the settings name.

use crate::place::DatabaseUrl;
use ceremony_service::store::{CeremonyStore, CredentialStore, PendingSignUps, SpendList, UserHandles};
use ceremony_sqlx::MigrateError;
#[cfg(feature = "postgres")]
use ceremony_sqlx::PostgresStores;
#[cfg(feature = "sqlite")]
use ceremony_sqlx::SqliteStores;
#[cfg(feature = "sqlite")]
use sqlx::sqlite::SqliteSynchronous;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// The stores in a database, whichever it is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Database {
    /// SQLite.
    #[cfg(feature = "sqlite")]
    Sqlite(SqliteStores),
    /// PostgreSQL.
    #[cfg(feature = "postgres")]
    Postgres(PostgresStores),
}

/// Runs the same expression for whichever database it is.
macro_rules! either {
    ($database:expr, $stores:ident => $body:expr) => {
        match $database {
            #[cfg(feature = "sqlite")]
            Database::Sqlite($stores) => $body,
            #[cfg(feature = "postgres")]
            Database::Postgres($stores) => $body,
        }
    };
}

impl Database {
    /// Opens a database with at most so many connections. Its tables are neither made nor looked at.
    ///
    /// # Errors
    ///
    /// [`DatabaseError`] if it can't be opened, or if this program was built without that kind.
    pub async fn open(url: &DatabaseUrl, connections: Option<u32>) -> Result<Self, DatabaseError> {
        Self::open_with(url, connections, false).await
    }

    /// As [`open`](Self::open); an SQLite database with `synchronous = FULL` if so asked.
    pub(crate) async fn open_with(
        url: &DatabaseUrl,
        connections: Option<u32>,
        full: bool,
    ) -> Result<Self, DatabaseError> {
        let failed = |error: sqlx::Error| {
            let cause = match error {
                // The pool has tried again and again, and tells of its own patience alone.
                sqlx::Error::PoolTimedOut => "nobody answers there within 5 seconds".into(),
                error => error.into(),
            };
            DatabaseError { url: url.clone(), cause }
        };
        match url {
            #[cfg(feature = "sqlite")]
            DatabaseUrl::Sqlite(text) => {
                let connections = connections.unwrap_or(SqliteStores::CONNECTIONS);
                let synchronous = if full { SqliteSynchronous::Full } else { SqliteSynchronous::Normal };
                SqliteStores::connect_with(text, connections, synchronous).await.map(Self::Sqlite).map_err(failed)
            }
            #[cfg(feature = "postgres")]
            DatabaseUrl::Postgres(text) => match connections {
                None => PostgresStores::connect(text).await.map(Self::Postgres).map_err(failed),
                Some(most) => PostgresStores::connect_with(text, most).await.map(Self::Postgres).map_err(failed),
            },
            #[cfg(not(all(feature = "sqlite", feature = "postgres")))]
            _ => {
                let _ = (connections, full, failed);
                let cause = "this program was built without it; ceremony-config has a feature for each database".into();
                Err(DatabaseError { url: url.clone(), cause })
            }
        }
    }

    /// Makes the tables, or brings them up to date.
    ///
    /// # Errors
    ///
    /// [`MigrateError`].
    pub async fn migrate(&self) -> Result<(), MigrateError> {
        either!(self, stores => stores.migrate().await)
    }

    /// Begun ceremonies.
    #[must_use]
    pub fn ceremonies(&self) -> Arc<dyn CeremonyStore> {
        either!(self, stores => stores.ceremonies())
    }

    /// Spent ids of sealed ceremonies.
    #[must_use]
    pub fn spend_list(&self) -> Arc<dyn SpendList> {
        either!(self, stores => stores.spend_list())
    }

    /// Credential records.
    #[must_use]
    pub fn credentials(&self) -> Arc<dyn CredentialStore> {
        either!(self, stores => stores.credentials())
    }

    /// User handles.
    #[must_use]
    pub fn users(&self) -> Arc<dyn UserHandles> {
        either!(self, stores => stores.users())
    }

    /// Sign-ups that are not complete.
    #[must_use]
    pub fn sign_ups(&self) -> Arc<dyn PendingSignUps> {
        either!(self, stores => stores.sign_ups())
    }

    /// How the database and this program stand to each other.
    ///
    /// # Errors
    ///
    /// [`sqlx::Error`] if the database does not answer.
    pub async fn versions(&self) -> Result<ceremony_sqlx::Versions, sqlx::Error> {
        either!(self, stores => stores.versions().await)
    }

    /// The database's own clock.
    ///
    /// # Errors
    ///
    /// [`sqlx::Error`] if the database does not answer.
    pub async fn time(&self) -> Result<ceremony::UnixTime, sqlx::Error> {
        either!(self, stores => stores.time().await)
    }

    /// How much a cleanup would drop.
    ///
    /// # Errors
    ///
    /// [`sqlx::Error`] if the database does not answer.
    pub async fn expired(&self, now: ceremony::UnixTime) -> Result<ceremony_sqlx::Expired, sqlx::Error> {
        either!(self, stores => stores.expired(now).await)
    }

    /// Waits until all connections are closed.
    pub async fn close(&self) {
        either!(self, stores => stores.pool().close().await);
    }
}

/// A database can't be opened.
///
/// `Debug` is the text with its causes, as `main` prints an error that it returns.
pub struct DatabaseError {
    url: DatabaseUrl,
    cause: Box<dyn StdError + Send + Sync>,
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot open the database {}", self.url)
    }
}

impl fmt::Debug for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::error::with_causes(self, f)
    }
}

impl StdError for DatabaseError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.cause)
    }
}
