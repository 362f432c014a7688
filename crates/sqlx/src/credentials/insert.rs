//! Insertion.

use super::{sql, status_of, within};
use crate::backend::{Backend, Session, Value, Work};
use crate::lock::lock;
use crate::millis;
use crate::row::{REVOKED, frozen, status_columns};
use ceremony::{CredentialId, CredentialRecord, UnixTime};
use ceremony_service::store::{Inserted, Realm, RowId, StoreError};
use sha2::{Digest, Sha256};

pub(super) async fn insert<B: Backend>(
    session: &Session<B>,
    record: &CredentialRecord,
    max_per_user: u32,
    now: UnixTime,
) -> Result<Inserted, StoreError> {
    let id = RowId::random()?;
    let realm = Realm { tenant: record.tenant.clone(), rp_id: record.rp_id.clone() };
    let realm = &realm;
    session.retry(|| attempt(session, realm, id, record, max_per_user, now)).await
}

async fn attempt<B: Backend>(
    session: &Session<B>,
    realm: &Realm,
    id: RowId,
    record: &CredentialRecord,
    max_per_user: u32,
    now: UnixTime,
) -> Result<Inserted, StoreError> {
    let mut work = session.begin(lock(realm, &record.user_handle)).await?;
    // The row goes in before anything is judged. From here on nobody else can store or erase this credential id until the
    // transaction ends, so that no tombstone comes into being between the look and the insertion.
    let refused = if write(&mut work, id, record).await? {
        refusal(&mut work, realm, id, record, max_per_user, now).await?
    } else {
        Some(Inserted::Exists)
    };
    if let Some(refused) = refused {
        work.rollback().await?;
        return Ok(refused);
    }
    work.commit().await?;
    Ok(Inserted::Stored(id))
}

async fn refusal<B: Backend>(
    work: &mut Work<B>,
    realm: &Realm,
    id: RowId,
    record: &CredentialRecord,
    max_per_user: u32,
    now: UnixTime,
) -> Result<Option<Inserted>, StoreError> {
    let hash = tombstone_hash(&record.credential_id);
    let erased = within(realm, [Value::Bytes(&hash), Value::Integer(millis(now))]);
    if !work.fetch(sql::TOMBSTONE, &erased).await?.is_empty() {
        return Ok(Some(Inserted::Exists));
    }
    let owner = Value::Bytes(record.user_handle.as_bytes());
    let others = within(realm, [owner, Value::Bytes(id.as_bytes()), status_of(REVOKED)]);
    let others = super::count(&work.fetch(sql::COUNT_OTHERS, &others).await?)?;
    Ok((others >= u64::from(max_per_user)).then_some(Inserted::LimitReached))
}

/// Stores the row; false if the credential id is taken.
async fn write<B: Backend>(work: &mut Work<B>, id: RowId, record: &CredentialRecord) -> Result<bool, StoreError> {
    let (status, reason, since) = status_columns(&record.status);
    let frozen = frozen(record);
    let values = [
        Value::Text(record.tenant.as_str()),
        Value::Text(record.rp_id.as_str()),
        Value::Bytes(id.as_bytes()),
        Value::Bytes(record.credential_id.as_bytes()),
        Value::Bytes(record.user_handle.as_bytes()),
        Value::Integer(millis(record.created_at)),
        Value::Integer(record.sign_count.into()),
        Value::Flag(record.uv_initialized),
        Value::MaybeFlag(record.backup_eligible),
        Value::Flag(record.backup_state),
        status_of(status),
        Value::MaybeText(reason),
        Value::MaybeInteger(since),
        Value::Text(&record.name),
        Value::MaybeInteger(record.last_used_at.map(millis)),
        Value::Bytes(&frozen),
    ];
    Ok(work.execute(sql::INSERT, &values).await? == 1)
}

/// What is left of an erased credential id.
pub(super) fn tombstone_hash(credential_id: &CredentialId) -> [u8; 32] {
    Sha256::digest(credential_id.as_bytes()).into()
}
