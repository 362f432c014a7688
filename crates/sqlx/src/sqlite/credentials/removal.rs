//! Suspension, revocation and erasure.

use super::insert::tombstone_hash;
use super::{sql, within};
use crate::sqlite::row::{ACTIVE, REVOKED, SUSPENDED, read};
use crate::sqlite::{BEGIN, millis, unavailable};
use ceremony::{CredentialId, UnixTime, UserHandle};
use ceremony_service::store::{Realm, RemovalGuard, Removed, RowId, StoreError};
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Row, Sqlite, SqliteConnection, SqlitePool};

pub(super) async fn suspend(
    pool: &SqlitePool,
    realm: &Realm,
    credential_id: &CredentialId,
    reason: &str,
    now: UnixTime,
) -> Result<bool, StoreError> {
    let to = (SUSPENDED, Some(reason), Some(millis(now)));
    set_status(pool, realm, credential_id, to, ACTIVE).await
}

pub(super) async fn reactivate(
    pool: &SqlitePool,
    realm: &Realm,
    credential_id: &CredentialId,
) -> Result<bool, StoreError> {
    set_status(pool, realm, credential_id, (ACTIVE, None, None), SUSPENDED).await
}

async fn set_status(
    pool: &SqlitePool,
    realm: &Realm,
    credential_id: &CredentialId,
    (status, reason, since): (i64, Option<&str>, Option<i64>),
    expected: i64,
) -> Result<bool, StoreError> {
    let query = sqlx::query(sql::SET_STATUS)
        .bind(status)
        .bind(reason)
        .bind(since)
        .bind(realm.tenant.as_str())
        .bind(realm.rp_id.as_str())
        .bind(credential_id.as_bytes())
        .bind(expected);
    Ok(query.execute(pool).await.map_err(unavailable)?.rows_affected() == 1)
}

pub(super) async fn revoke(
    pool: &SqlitePool,
    realm: &Realm,
    owner: &UserHandle,
    id: RowId,
    reason: &str,
    guard: RemovalGuard,
    now: UnixTime,
) -> Result<Removed, StoreError> {
    let mut transaction = pool.begin_with(BEGIN).await.map_err(unavailable)?;
    if guard == RemovalGuard::NotLast && is_last(&mut transaction, realm, owner, id).await.map_err(unavailable)? {
        transaction.rollback().await.map_err(unavailable)?;
        return Ok(Removed::IsLast);
    }
    let query = sqlx::query(sql::REVOKE)
        .bind(REVOKED)
        .bind(reason)
        .bind(millis(now))
        .bind(realm.tenant.as_str())
        .bind(realm.rp_id.as_str())
        .bind(owner.as_bytes())
        .bind(&id.as_bytes()[..])
        .bind(REVOKED);
    let rows = query.fetch_all(&mut *transaction).await.map_err(unavailable)?;
    let revoked = rows.first().map(read).transpose()?;
    transaction.commit().await.map_err(unavailable)?;
    Ok(revoked.map_or(Removed::NotFound, |stored| Removed::Revoked(Box::new(stored))))
}

/// Whether the row is the one active record that the user has.
async fn is_last(
    connection: &mut SqliteConnection,
    realm: &Realm,
    owner: &UserHandle,
    id: RowId,
) -> Result<bool, sqlx::Error> {
    let status = within(sql::STATUS, realm).bind(owner.as_bytes()).bind(id.as_bytes().to_vec());
    let Some(row) = status.fetch_optional(&mut *connection).await? else { return Ok(false) };
    let active: i64 = sqlx::query_scalar(sql::COUNT_ACTIVE)
        .bind(realm.tenant.as_str())
        .bind(realm.rp_id.as_str())
        .bind(owner.as_bytes())
        .bind(ACTIVE)
        .fetch_one(&mut *connection)
        .await?;
    Ok(row.try_get::<i64, _>("status")? == ACTIVE && active < 2)
}

pub(super) async fn revoke_all(
    pool: &SqlitePool,
    realm: &Realm,
    owner: &UserHandle,
    reason: &str,
    now: UnixTime,
) -> Result<u64, StoreError> {
    let query = sqlx::query(sql::REVOKE_ALL)
        .bind(REVOKED)
        .bind(reason)
        .bind(millis(now))
        .bind(realm.tenant.as_str())
        .bind(realm.rp_id.as_str())
        .bind(owner.as_bytes())
        .bind(REVOKED);
    Ok(query.execute(pool).await.map_err(unavailable)?.rows_affected())
}

/// Runs a deletion that returns credential ids, and buries each.
pub(super) async fn erase(
    pool: &SqlitePool,
    realm: &Realm,
    delete: Query<'_, Sqlite, SqliteArguments>,
    tombstone_until: UnixTime,
) -> Result<u64, StoreError> {
    let mut transaction = pool.begin_with(BEGIN).await.map_err(unavailable)?;
    let rows = delete.fetch_all(&mut *transaction).await.map_err(unavailable)?;
    let mut erased = 0;
    for row in &rows {
        let bytes: Vec<u8> = row.try_get("credential_id").map_err(unavailable)?;
        let id = CredentialId::new(bytes).map_err(|_| StoreError::Corrupt("credential id"))?;
        let hash = tombstone_hash(&id);
        let bury = within(sql::BURY, realm).bind(&hash[..]).bind(millis(tombstone_until));
        bury.execute(&mut *transaction).await.map_err(unavailable)?;
        erased += 1;
    }
    transaction.commit().await.map_err(unavailable)?;
    Ok(erased)
}
