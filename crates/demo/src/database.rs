//! One database for the application's tables and the passkeys': the same pool, SQLite's or PostgreSQL's.

mod migrate;

use base64ct::{Base64UrlUnpadded, Encoding};
use ceremony_config::{Database, KeyFile};
use ceremony_http::ceremony::UnixTime;
use sqlx::{PgPool, SqlitePool};
use std::error::Error as StdError;

type BoxError = Box<dyn StdError + Send + Sync>;

/// The application's side of the database. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// Runs the same expression on whichever pool it is: both databases understand the application's few statements, with
/// their values as `$1`, `$2`.
macro_rules! on {
    ($pool:expr, $inner:ident => $body:expr) => {
        match $pool {
            crate::database::Pool::Sqlite($inner) => $body,
            crate::database::Pool::Postgres($inner) => $body,
        }
    };
}

pub(crate) use on;

impl Pool {
    /// The pool of an open database, with the application's tables in it.
    ///
    /// # Errors
    ///
    /// If the tables can't be made.
    pub(crate) async fn of(database: &Database) -> Result<Self, BoxError> {
        let pool = match database {
            Database::Sqlite(stores) => Self::Sqlite(stores.pool().clone()),
            Database::Postgres(stores) => Self::Postgres(stores.pool().clone()),
            other => return Err(format!("the demo has no tables for {other:?}").into()),
        };
        match &pool {
            Self::Sqlite(pool) => migrate::sqlite(pool).await?,
            Self::Postgres(pool) => migrate::postgres(pool).await?,
        }
        Ok(pool)
    }

    /// The keys of an installation without a key file: drawn by whichever process comes first, and kept here for all of
    /// them. A site that is more than a demo keeps them apart from what they protect.
    ///
    /// # Errors
    ///
    /// If the database does not answer, or has other things in their place.
    pub(crate) async fn keys(&self) -> Result<KeyFile, BoxError> {
        let (seal, decoys) = (self.secret("sealing").await?, self.secret("decoys").await?);
        Ok(KeyFile::parse(&format!("seal {seal}\ndecoys {decoys}\n"))?)
    }

    /// The secret of this name, as a key file writes it.
    async fn secret(&self, name: &str) -> Result<String, BoxError> {
        let drawn = random()?;
        on!(self, pool => {
            sqlx::query("INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                .bind(name)
                .bind(drawn.as_slice())
                .execute(pool)
                .await?;
        });
        let kept: Vec<u8> = on!(self, pool => {
            sqlx::query_scalar("SELECT value FROM secrets WHERE name = $1").bind(name).fetch_one(pool).await?
        });
        Ok(Base64UrlUnpadded::encode_string(&kept))
    }
}

/// Bytes that nobody can guess.
pub(crate) fn random() -> Result<[u8; 32], getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// A time as the tables keep it: milliseconds since 1970.
pub(crate) fn millis(time: UnixTime) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// A time that a table kept.
pub(crate) fn time(millis: i64) -> UnixTime {
    UnixTime::from_millis(u64::try_from(millis).unwrap_or(0))
}
