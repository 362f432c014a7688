//! Suspension, revocation and erasure.

use super::insert::tombstone_hash;
use super::{count, sql, status_of, within};
use crate::backend::{Backend, Cells, Session, Value, Work};
use crate::lock::lock;
use crate::millis;
use crate::row::{ACTIVE, REVOKED, SUSPENDED, read};
use ceremony::{CredentialId, UnixTime, UserHandle};
use ceremony_service::store::{Realm, RemovalGuard, Removed, RowId, StoreError};

pub(super) async fn suspend<B: Backend>(
    session: &Session<B>,
    realm: &Realm,
    credential_id: &CredentialId,
    reason: &str,
    now: UnixTime,
) -> Result<bool, StoreError> {
    let to = (SUSPENDED, Some(reason), Some(millis(now)));
    set_status(session, realm, credential_id, ACTIVE, to).await
}

pub(super) async fn reactivate<B: Backend>(
    session: &Session<B>,
    realm: &Realm,
    credential_id: &CredentialId,
) -> Result<bool, StoreError> {
    set_status(session, realm, credential_id, SUSPENDED, (ACTIVE, None, None)).await
}

async fn set_status<B: Backend>(
    session: &Session<B>,
    realm: &Realm,
    credential_id: &CredentialId,
    expected: i16,
    (status, reason, since): (i16, Option<&str>, Option<i64>),
) -> Result<bool, StoreError> {
    let values = within(
        realm,
        [
            Value::Bytes(credential_id.as_bytes()),
            status_of(expected),
            status_of(status),
            Value::MaybeText(reason),
            Value::MaybeInteger(since),
        ],
    );
    Ok(session.execute(sql::SET_STATUS, &values).await? == 1)
}

/// A user's record that is to be revoked.
#[derive(Clone, Copy)]
pub(super) struct Revocation<'a> {
    pub(super) realm: &'a Realm,
    pub(super) owner: &'a UserHandle,
    pub(super) id: RowId,
    pub(super) reason: &'a str,
    pub(super) now: UnixTime,
}

pub(super) async fn revoke<B: Backend>(
    session: &Session<B>,
    revocation: Revocation<'_>,
    guard: RemovalGuard,
) -> Result<Removed, StoreError> {
    session.retry(|| attempt_to_revoke(session, revocation, guard)).await
}

async fn attempt_to_revoke<B: Backend>(
    session: &Session<B>,
    revocation: Revocation<'_>,
    guard: RemovalGuard,
) -> Result<Removed, StoreError> {
    let Revocation { realm, owner, id, reason, now } = revocation;
    let mut work = session.begin(lock(realm, owner)).await?;
    if guard == RemovalGuard::NotLast && is_last(&mut work, realm, owner, id).await? {
        work.rollback().await?;
        return Ok(Removed::IsLast);
    }
    let values = within(
        realm,
        [
            Value::Bytes(owner.as_bytes()),
            Value::Bytes(id.as_bytes()),
            status_of(REVOKED),
            Value::Text(reason),
            Value::Integer(millis(now)),
        ],
    );
    let rows = work.fetch(sql::REVOKE, &values).await?;
    let revoked = rows.first().map(read).transpose()?;
    work.commit().await?;
    Ok(revoked.map_or(Removed::NotFound, |stored| Removed::Revoked(Box::new(stored))))
}

/// Whether the row is the one active record that the user has.
async fn is_last<B: Backend>(
    work: &mut Work<B>,
    realm: &Realm,
    owner: &UserHandle,
    id: RowId,
) -> Result<bool, StoreError> {
    let owner = Value::Bytes(owner.as_bytes());
    let rows = work.fetch(sql::STATUS, &within(realm, [owner, Value::Bytes(id.as_bytes())])).await?;
    let Some(row) = rows.first() else { return Ok(false) };
    let status = row.small("status").map_err(|_| StoreError::Corrupt("credential record"))?;
    let active = count(&work.fetch(sql::COUNT_ACTIVE, &within(realm, [owner, status_of(ACTIVE)])).await?)?;
    Ok(status == ACTIVE && active < 2)
}

pub(super) async fn revoke_all<B: Backend>(
    session: &Session<B>,
    realm: &Realm,
    owner: &UserHandle,
    reason: &str,
    now: UnixTime,
) -> Result<u64, StoreError> {
    let values = within(
        realm,
        [Value::Bytes(owner.as_bytes()), status_of(REVOKED), Value::Text(reason), Value::Integer(millis(now))],
    );
    let values = &values;
    let attempt = || async move {
        // Under the lock, for two that write several rows might each wait for the other's.
        let mut work = session.begin(lock(realm, owner)).await?;
        let revoked = work.execute(sql::REVOKE_ALL, values).await?;
        work.commit().await?;
        Ok(revoked)
    };
    session.retry(attempt).await
}

/// Erases one of a user's records, or all, and buries each.
pub(super) async fn erase<B: Backend>(
    session: &Session<B>,
    realm: &Realm,
    owner: &UserHandle,
    id: Option<RowId>,
    tombstone_until: UnixTime,
) -> Result<u64, StoreError> {
    session.retry(|| attempt_to_erase(session, realm, owner, id, tombstone_until)).await
}

async fn attempt_to_erase<B: Backend>(
    session: &Session<B>,
    realm: &Realm,
    owner: &UserHandle,
    id: Option<RowId>,
    tombstone_until: UnixTime,
) -> Result<u64, StoreError> {
    let mut work = session.begin(lock(realm, owner)).await?;
    let owner = Value::Bytes(owner.as_bytes());
    let rows = match id {
        Some(id) => work.fetch(sql::ERASE, &within(realm, [owner, Value::Bytes(id.as_bytes())])).await?,
        None => work.fetch(sql::ERASE_USER, &within(realm, [owner])).await?,
    };
    let mut erased = 0_u64;
    for row in &rows {
        let corrupt = |_| StoreError::Corrupt("credential id");
        let id = row.bytes("credential_id").map_err(|_| StoreError::Corrupt("credential id"))?;
        let hash = tombstone_hash(&CredentialId::new(id).map_err(corrupt)?);
        let values = within(realm, [Value::Bytes(&hash), Value::Integer(millis(tombstone_until))]);
        work.execute(sql::BURY, &values).await?;
        erased = erased.saturating_add(1);
    }
    work.commit().await?;
    Ok(erased)
}
