//! Spent ids.

use super::{clean, millis, unavailable};
use ceremony::UnixTime;
use ceremony_service::store::{BoxFuture, SpendList, StoreError};
use sqlx::SqlitePool;

pub(super) const SPEND: &str = "INSERT INTO ceremony_spent (id, expires_at) VALUES (?, ?) ON CONFLICT DO NOTHING";
pub(super) const CLEANUP: &str = "DELETE FROM ceremony_spent WHERE id IN
    (SELECT id FROM ceremony_spent WHERE expires_at <= ? LIMIT ?)";

/// Remembers spent ids in SQLite.
#[derive(Clone, Debug)]
pub struct SqliteSpendList {
    pool: SqlitePool,
}

impl SqliteSpendList {
    /// Takes a pool of a migrated database.
    #[must_use]
    pub const fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }
}

impl SpendList for SqliteSpendList {
    fn spend(&self, id: [u8; 16], expires_at: UnixTime, now: UnixTime) -> BoxFuture<'_, Result<bool, StoreError>> {
        Box::pin(async move {
            if expires_at <= now {
                return Ok(false);
            }
            let query = sqlx::query(SPEND).bind(&id[..]).bind(millis(expires_at));
            let result = query.execute(&self.pool).await.map_err(unavailable)?;
            Ok(result.rows_affected() == 1)
        })
    }

    fn cleanup(&self, now: UnixTime) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(clean(&self.pool, CLEANUP, now))
    }
}
