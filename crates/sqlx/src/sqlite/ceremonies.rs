//! Begun ceremonies.

use super::{clean, millis, unavailable};
use ceremony::UnixTime;
use ceremony_service::store::{BoxFuture, CeremonyKey, CeremonyStore, Handle, StoreError};
use sqlx::SqlitePool;

pub(super) const PUT: &str = "INSERT INTO ceremony_pending (key, state, expires_at) VALUES (?, ?, ?)";
pub(super) const TAKE: &str = "DELETE FROM ceremony_pending WHERE key = ? RETURNING state, expires_at";
pub(super) const CLEANUP: &str = "DELETE FROM ceremony_pending WHERE key IN
    (SELECT key FROM ceremony_pending WHERE expires_at <= ? LIMIT ?)";

/// Keeps begun ceremonies in SQLite.
#[derive(Clone, Debug)]
pub struct SqliteCeremonies {
    pool: SqlitePool,
}

impl SqliteCeremonies {
    /// Takes a pool of a migrated database.
    #[must_use]
    pub const fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }
}

impl CeremonyStore for SqliteCeremonies {
    fn put<'a>(
        &'a self,
        key: &'a CeremonyKey,
        bytes: Vec<u8>,
        expires_at: UnixTime,
        _now: UnixTime,
    ) -> BoxFuture<'a, Result<Handle, StoreError>> {
        Box::pin(async move {
            let handle = Handle::random()?;
            let digest = key.digest(&handle);
            let query = sqlx::query(PUT).bind(&digest[..]).bind(bytes).bind(millis(expires_at));
            query.execute(&self.pool).await.map_err(unavailable)?;
            Ok(handle)
        })
    }

    fn take<'a>(
        &'a self,
        key: &'a CeremonyKey,
        handle: &'a Handle,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<Option<Vec<u8>>, StoreError>> {
        Box::pin(async move {
            let digest = key.digest(handle);
            let query = sqlx::query_as::<_, (Vec<u8>, i64)>(TAKE).bind(&digest[..]);
            let taken = query.fetch_all(&self.pool).await.map_err(unavailable)?;
            let valid = taken.into_iter().find(|(_, expires_at)| *expires_at > millis(now));
            Ok(valid.map(|(state, _)| state))
        })
    }

    fn cleanup(&self, now: UnixTime) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(clean(&self.pool, CLEANUP, now))
    }
}
