//! Insertion: uniqueness and cap are judged under the write lock.

use super::{sql, within};
use crate::sqlite::row::{REVOKED, frozen, status_columns};
use crate::sqlite::{BEGIN, millis, unavailable};
use ceremony::{CredentialId, CredentialRecord, UnixTime};
use ceremony_service::store::{Inserted, Realm, RowId, StoreError};
use sha2::{Digest, Sha256};
use sqlx::{SqliteConnection, SqlitePool};

pub(super) async fn insert(
    pool: &SqlitePool,
    record: &CredentialRecord,
    max_per_user: u32,
    now: UnixTime,
) -> Result<Inserted, StoreError> {
    let id = RowId::random()?;
    let realm = Realm { tenant: record.tenant.clone(), rp_id: record.rp_id.clone() };
    let mut transaction = pool.begin_with(BEGIN).await.map_err(unavailable)?;
    if let Some(refused) = refusal(&mut transaction, &realm, record, max_per_user, now).await.map_err(unavailable)? {
        transaction.rollback().await.map_err(unavailable)?;
        return Ok(refused);
    }
    write(&mut transaction, id, record).await.map_err(unavailable)?;
    transaction.commit().await.map_err(unavailable)?;
    Ok(Inserted::Stored(id))
}

async fn refusal(
    connection: &mut SqliteConnection,
    realm: &Realm,
    record: &CredentialRecord,
    max_per_user: u32,
    now: UnixTime,
) -> Result<Option<Inserted>, sqlx::Error> {
    let exists = within(sql::EXISTS, realm).bind(record.credential_id.as_bytes());
    if exists.fetch_optional(&mut *connection).await?.is_some() {
        return Ok(Some(Inserted::Exists));
    }
    let hash = tombstone_hash(&record.credential_id);
    let erased = within(sql::TOMBSTONE, realm).bind(&hash[..]).bind(millis(now));
    if erased.fetch_optional(&mut *connection).await?.is_some() {
        return Ok(Some(Inserted::Exists));
    }
    let kept: i64 = sqlx::query_scalar(sql::COUNT_KEPT)
        .bind(realm.tenant.as_str())
        .bind(realm.rp_id.as_str())
        .bind(record.user_handle.as_bytes())
        .bind(REVOKED)
        .fetch_one(&mut *connection)
        .await?;
    Ok((kept >= i64::from(max_per_user)).then_some(Inserted::LimitReached))
}

async fn write(connection: &mut SqliteConnection, id: RowId, record: &CredentialRecord) -> Result<(), sqlx::Error> {
    let (status, reason, since) = status_columns(&record.status);
    sqlx::query(sql::INSERT)
        .bind(&id.as_bytes()[..])
        .bind(record.tenant.as_str())
        .bind(record.rp_id.as_str())
        .bind(record.credential_id.as_bytes())
        .bind(record.user_handle.as_bytes())
        .bind(millis(record.created_at))
        .bind(record.sign_count)
        .bind(record.uv_initialized)
        .bind(record.backup_eligible)
        .bind(record.backup_state)
        .bind(status)
        .bind(reason)
        .bind(since)
        .bind(&record.name)
        .bind(record.last_used_at.map(millis))
        .bind(frozen(record))
        .execute(connection)
        .await?;
    Ok(())
}

/// What is left of an erased credential id.
pub(super) fn tombstone_hash(credential_id: &CredentialId) -> [u8; 32] {
    Sha256::digest(credential_id.as_bytes()).into()
}
