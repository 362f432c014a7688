//! Credential records.

mod insert;
mod removal;
pub(crate) mod sql;

use crate::backend::{Backend, Cells, Value, store};
use crate::millis;
use crate::row::{ACTIVE, REVOKED, read};
use ceremony::{CredentialId, CredentialRecord, RecordUpdate, UnixTime, UserHandle};
use ceremony_service::store::{
    Applied, BoxFuture, CredentialStore, Inserted, Page, Realm, RemovalGuard, Removed, RowId, StoreError,
    StoredCredential,
};
use removal::Revocation;

store! {
    /// Keeps credential records.
    Credentials
}

/// The parameters of a statement within a realm.
fn within<'a, const N: usize>(realm: &'a Realm, others: [Value<'a>; N]) -> Vec<Value<'a>> {
    let mut values = vec![Value::Text(realm.tenant.as_str()), Value::Text(realm.rp_id.as_str())];
    values.extend(others);
    values
}

fn status_of(status: i16) -> Value<'static> {
    Value::Integer(status.into())
}

/// What a statement has counted.
fn count(rows: &[impl Cells]) -> Result<u64, StoreError> {
    let count = rows.first().and_then(|row| row.integer("rows").ok());
    count.and_then(|count| u64::try_from(count).ok()).ok_or(StoreError::Corrupt("count"))
}

impl<B: Backend> Credentials<B> {
    /// The first row of a statement within a realm, put together.
    async fn one<const N: usize>(
        &self,
        sql: &'static str,
        realm: &Realm,
        others: [Value<'_>; N],
    ) -> Result<Option<StoredCredential>, StoreError> {
        let rows = self.session.fetch(sql, &within(realm, others)).await?;
        rows.first().map(read).transpose()
    }

    async fn list_rows(
        &self,
        realm: &Realm,
        owner: &UserHandle,
        page: Page,
    ) -> Result<Vec<StoredCredential>, StoreError> {
        let owner = Value::Bytes(owner.as_bytes());
        let limit = Value::Integer(page.limit.into());
        let mut place = None;
        if let Some(id) = page.after {
            place = self.session.fetch(sql::PLACE, &within(realm, [owner, Value::Bytes(id.as_bytes())])).await?.pop();
        }
        let rows = match place {
            None => self.session.fetch(sql::LIST, &within(realm, [owner, limit])).await?,
            Some(place) => {
                let [created_at, seq] = ["created_at", "seq"].map(|column| place.integer(column));
                let corrupt = |_| StoreError::Corrupt("credential record");
                let created_at = Value::Integer(created_at.map_err(corrupt)?);
                let seq = Value::Integer(seq.map_err(corrupt)?);
                self.session.fetch(sql::LIST_AFTER, &within(realm, [owner, created_at, seq, limit])).await?
            }
        };
        rows.iter().map(read).collect()
    }

    async fn apply_update(&self, update: &RecordUpdate) -> Result<Applied, StoreError> {
        let realm = Realm { tenant: update.tenant.clone(), rp_id: update.rp_id.clone() };
        let values = within(
            &realm,
            [
                Value::Bytes(update.credential_id.as_bytes()),
                Value::Bytes(update.user_handle.as_bytes()),
                Value::Integer(update.expected_sign_count.into()),
                status_of(ACTIVE),
                Value::Integer(update.new_sign_count.into()),
                Value::Flag(update.backup_eligible),
                Value::Flag(update.backup_state),
                Value::Flag(update.uv_initialized),
                Value::Integer(millis(update.last_used_at)),
            ],
        );
        if self.session.execute(sql::APPLY, &values).await? == 1 {
            return Ok(Applied::Applied);
        }
        // Nothing was written; what is there now says why, or is at least what the caller has to judge next.
        let found = self.one(sql::FIND, &realm, [Value::Bytes(update.credential_id.as_bytes())]).await?;
        Ok(match found {
            Some(stored) if stored.record.user_handle != update.user_handle => Applied::Gone,
            Some(stored) if !stored.record.status.is_active() => Applied::Inactive,
            Some(stored) => Applied::Lost(Box::new(stored.record)),
            None => Applied::Gone,
        })
    }
}

impl<B: Backend> CredentialStore for Credentials<B> {
    fn insert<'a>(
        &'a self,
        record: &'a CredentialRecord,
        max_per_user: u32,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<Inserted, StoreError>> {
        Box::pin(insert::insert(&self.session, record, max_per_user, now))
    }

    fn find<'a>(
        &'a self,
        realm: &'a Realm,
        credential_id: &'a CredentialId,
    ) -> BoxFuture<'a, Result<Option<StoredCredential>, StoreError>> {
        Box::pin(self.one(sql::FIND, realm, [Value::Bytes(credential_id.as_bytes())]))
    }

    fn get<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        id: RowId,
    ) -> BoxFuture<'a, Result<Option<StoredCredential>, StoreError>> {
        Box::pin(async move {
            self.one(sql::GET, realm, [Value::Bytes(owner.as_bytes()), Value::Bytes(id.as_bytes())]).await
        })
    }

    fn list<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        page: Page,
    ) -> BoxFuture<'a, Result<Vec<StoredCredential>, StoreError>> {
        Box::pin(self.list_rows(realm, owner, page))
    }

    fn count<'a>(&'a self, realm: &'a Realm, owner: &'a UserHandle) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(async move {
            let values = within(realm, [Value::Bytes(owner.as_bytes()), status_of(ACTIVE)]);
            count(&self.session.fetch(sql::COUNT_ACTIVE, &values).await?)
        })
    }

    fn apply<'a>(&'a self, update: &'a RecordUpdate) -> BoxFuture<'a, Result<Applied, StoreError>> {
        Box::pin(self.apply_update(update))
    }

    fn rename<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        id: RowId,
        name: &'a str,
    ) -> BoxFuture<'a, Result<Option<StoredCredential>, StoreError>> {
        Box::pin(async move {
            let (owner, id) = (Value::Bytes(owner.as_bytes()), Value::Bytes(id.as_bytes()));
            self.one(sql::RENAME, realm, [owner, id, status_of(REVOKED), Value::Text(name)]).await
        })
    }

    fn suspend<'a>(
        &'a self,
        realm: &'a Realm,
        credential_id: &'a CredentialId,
        reason: &'a str,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(removal::suspend(&self.session, realm, credential_id, reason, now))
    }

    fn reactivate<'a>(
        &'a self,
        realm: &'a Realm,
        credential_id: &'a CredentialId,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(removal::reactivate(&self.session, realm, credential_id))
    }

    fn revoke<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        id: RowId,
        reason: &'a str,
        guard: RemovalGuard,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<Removed, StoreError>> {
        Box::pin(removal::revoke(&self.session, Revocation { realm, owner, id, reason, now }, guard))
    }

    fn revoke_all<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        reason: &'a str,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(removal::revoke_all(&self.session, realm, owner, reason, now))
    }

    fn erase<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        id: RowId,
        tombstone_until: UnixTime,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move { Ok(removal::erase(&self.session, realm, owner, Some(id), tombstone_until).await? > 0) })
    }

    fn erase_user<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        tombstone_until: UnixTime,
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(removal::erase(&self.session, realm, owner, None, tombstone_until))
    }

    fn cleanup(&self, now: UnixTime) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(self.session.clean(B::CLEAN_TOMBSTONES, now))
    }
}
