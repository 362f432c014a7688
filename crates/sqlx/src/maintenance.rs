//! What an operator asks a database.

use crate::backend::{Backend, Value, begin};
use crate::migrations::{LATEST, OLDEST, number};
use crate::millis;
use crate::stores::Stores;
use ceremony::UnixTime;
use std::time::Duration;

pub(crate) const COUNT_CEREMONIES: &str = "SELECT count(*) AS rows FROM ceremony_pending WHERE expires_at <= $1";
pub(crate) const COUNT_SPENT: &str = "SELECT count(*) AS rows FROM ceremony_spent WHERE expires_at <= $1";
pub(crate) const COUNT_TOMBSTONES: &str = "SELECT count(*) AS rows FROM ceremony_tombstones WHERE expires_at <= $1";
pub(crate) const COUNT_SIGN_UPS: &str = "SELECT count(*) AS rows FROM ceremony_sign_ups WHERE expires_at <= $1";

/// How many rows a cleanup would drop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Expired {
    /// Begun ceremonies that were never finished.
    pub ceremonies: u64,
    /// Ids of sealed ceremonies that were used.
    pub spent: u64,
    /// Hashes of erased credential ids.
    pub tombstones: u64,
    /// Sign-ups that were never completed.
    pub sign_ups: u64,
}

/// How a database and this version of the library stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Versions {
    /// The latest migration that the database has seen; 0 if none.
    pub found: i64,
    /// The latest migration that this version of the library has.
    pub known: i64,
    /// The oldest version that works with the database as it is.
    pub oldest: i64,
}

impl Versions {
    /// Whether this version of the library works with the database as it is: all of its own migrations have run, and
    /// later ones, if any, have only added to them.
    #[must_use]
    pub const fn works(&self) -> bool {
        self.found >= self.known && self.oldest <= self.known
    }
}

impl<B: Backend> Stores<B> {
    /// How the database and this version of the library stand to each other.
    ///
    /// # Errors
    ///
    /// [`sqlx::Error`] if the database does not answer.
    pub async fn versions(&self) -> Result<Versions, sqlx::Error> {
        let known = B::MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0);
        if self.number(B::COUNT_MIGRATIONS, &[], B::CALL_LIMIT).await? == 0 {
            return Ok(Versions { found: 0, known, oldest: 0 });
        }
        Ok(Versions {
            found: self.number(LATEST, &[], B::CALL_LIMIT).await?,
            known,
            oldest: self.number(OLDEST, &[], B::CALL_LIMIT).await?,
        })
    }

    /// The time by the database's clock. No store asks it; operators compare it with the servers' clocks.
    ///
    /// # Errors
    ///
    /// [`sqlx::Error`] if the database does not answer.
    pub async fn time(&self) -> Result<UnixTime, sqlx::Error> {
        let millis = self.number(B::CLOCK, &[], B::CALL_LIMIT).await?;
        Ok(UnixTime::from_millis(u64::try_from(millis).unwrap_or(0)))
    }

    /// How many rows a cleanup would drop at this time, of all tenants. The tables have to be there.
    ///
    /// # Errors
    ///
    /// [`sqlx::Error`] if the database does not answer.
    pub async fn expired(&self, now: UnixTime) -> Result<Expired, sqlx::Error> {
        let now = [Value::Integer(millis(now))];
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        // To count may take long, the more so where it matters.
        Ok(Expired {
            ceremonies: count(self.number(COUNT_CEREMONIES, &now, None).await?),
            spent: count(self.number(COUNT_SPENT, &now, None).await?),
            tombstones: count(self.number(COUNT_TOMBSTONES, &now, None).await?),
            sign_ups: count(self.number(COUNT_SIGN_UPS, &now, None).await?),
        })
    }

    async fn number(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        limit: Option<Duration>,
    ) -> Result<i64, sqlx::Error> {
        let mut transaction = begin(self.pool(), B::begin_single(), limit).await?;
        let number = number::<B>(&mut transaction, sql, values).await?;
        transaction.rollback().await?;
        Ok(number)
    }
}
