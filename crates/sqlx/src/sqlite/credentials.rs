//! Credential records.

mod insert;
mod removal;
pub(super) mod sql;

use super::row::{ACTIVE, read};
use super::{clean, millis, unavailable};
use ceremony::{CredentialId, CredentialRecord, RecordUpdate, UnixTime, UserHandle};
use ceremony_service::store::{
    Applied, BoxFuture, CredentialStore, Inserted, Page, Realm, RemovalGuard, Removed, RowId, StoreError,
    StoredCredential,
};
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Sqlite, SqlitePool};

/// Keeps credential records in SQLite.
#[derive(Clone, Debug)]
pub struct SqliteCredentials {
    pool: SqlitePool,
}

/// A statement whose first two parameters are the realm.
fn within<'q>(sql: &'static str, realm: &'q Realm) -> Query<'q, Sqlite, SqliteArguments> {
    sqlx::query(sql).bind(realm.tenant.as_str()).bind(realm.rp_id.as_str())
}

impl SqliteCredentials {
    /// Takes a pool of a migrated database.
    #[must_use]
    pub const fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    async fn find_row(
        &self,
        realm: &Realm,
        credential_id: &CredentialId,
    ) -> Result<Option<StoredCredential>, StoreError> {
        let query = within(sql::FIND, realm).bind(credential_id.as_bytes());
        query.fetch_optional(&self.pool).await.map_err(unavailable)?.as_ref().map(read).transpose()
    }

    async fn list_rows(
        &self,
        realm: &Realm,
        owner: &UserHandle,
        page: Page,
    ) -> Result<Vec<StoredCredential>, StoreError> {
        let mut after = None;
        if let Some(id) = page.after {
            let place = sqlx::query_as::<_, (i64, i64)>(sql::PLACE)
                .bind(realm.tenant.as_str())
                .bind(realm.rp_id.as_str())
                .bind(owner.as_bytes())
                .bind(&id.as_bytes()[..]);
            after = place.fetch_optional(&self.pool).await.map_err(unavailable)?;
        }
        let query = match after {
            None => within(sql::LIST, realm).bind(owner.as_bytes()),
            Some((created_at, seq)) => within(sql::LIST_AFTER, realm).bind(owner.as_bytes()).bind(created_at).bind(seq),
        };
        let rows = query.bind(page.limit).fetch_all(&self.pool).await.map_err(unavailable)?;
        rows.iter().map(read).collect()
    }

    async fn apply_update(&self, update: &RecordUpdate) -> Result<Applied, StoreError> {
        let realm = Realm { tenant: update.tenant.clone(), rp_id: update.rp_id.clone() };
        let query = sqlx::query(sql::APPLY)
            .bind(update.new_sign_count)
            .bind(update.backup_eligible)
            .bind(update.backup_state)
            .bind(update.uv_initialized)
            .bind(millis(update.last_used_at))
            .bind(realm.tenant.as_str())
            .bind(realm.rp_id.as_str())
            .bind(update.credential_id.as_bytes())
            .bind(update.user_handle.as_bytes())
            .bind(update.expected_sign_count)
            .bind(ACTIVE);
        if query.execute(&self.pool).await.map_err(unavailable)?.rows_affected() == 1 {
            return Ok(Applied::Applied);
        }
        // Nothing was written; what is there now says why, or is at least what the caller has to judge next.
        Ok(match self.find_row(&realm, &update.credential_id).await? {
            Some(stored) if stored.record.user_handle != update.user_handle => Applied::Gone,
            Some(stored) if !stored.record.status.is_active() => Applied::Inactive,
            Some(stored) => Applied::Lost(Box::new(stored.record)),
            None => Applied::Gone,
        })
    }
}

impl CredentialStore for SqliteCredentials {
    fn insert<'a>(
        &'a self,
        record: &'a CredentialRecord,
        max_per_user: u32,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<Inserted, StoreError>> {
        Box::pin(insert::insert(&self.pool, record, max_per_user, now))
    }

    fn find<'a>(
        &'a self,
        realm: &'a Realm,
        credential_id: &'a CredentialId,
    ) -> BoxFuture<'a, Result<Option<StoredCredential>, StoreError>> {
        Box::pin(self.find_row(realm, credential_id))
    }

    fn get<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        id: RowId,
    ) -> BoxFuture<'a, Result<Option<StoredCredential>, StoreError>> {
        Box::pin(async move {
            let query = within(sql::GET, realm).bind(owner.as_bytes()).bind(id.as_bytes().to_vec());
            query.fetch_optional(&self.pool).await.map_err(unavailable)?.as_ref().map(read).transpose()
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
            let query = sqlx::query_scalar::<_, i64>(sql::COUNT_ACTIVE)
                .bind(realm.tenant.as_str())
                .bind(realm.rp_id.as_str())
                .bind(owner.as_bytes())
                .bind(ACTIVE);
            let count = query.fetch_one(&self.pool).await.map_err(unavailable)?;
            u64::try_from(count).map_err(|_| StoreError::Corrupt("count"))
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
            let query = sqlx::query(sql::RENAME)
                .bind(name)
                .bind(realm.tenant.as_str())
                .bind(realm.rp_id.as_str())
                .bind(owner.as_bytes())
                .bind(id.as_bytes().to_vec())
                .bind(super::row::REVOKED);
            let rows = query.fetch_all(&self.pool).await.map_err(unavailable)?;
            rows.first().map(read).transpose()
        })
    }

    fn suspend<'a>(
        &'a self,
        realm: &'a Realm,
        credential_id: &'a CredentialId,
        reason: &'a str,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(removal::suspend(&self.pool, realm, credential_id, reason, now))
    }

    fn reactivate<'a>(
        &'a self,
        realm: &'a Realm,
        credential_id: &'a CredentialId,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(removal::reactivate(&self.pool, realm, credential_id))
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
        Box::pin(removal::revoke(&self.pool, realm, owner, id, reason, guard, now))
    }

    fn revoke_all<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        reason: &'a str,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(removal::revoke_all(&self.pool, realm, owner, reason, now))
    }

    fn erase<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        id: RowId,
        tombstone_until: UnixTime,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            let delete = within(sql::ERASE, realm).bind(owner.as_bytes()).bind(id.as_bytes().to_vec());
            Ok(removal::erase(&self.pool, realm, delete, tombstone_until).await? > 0)
        })
    }

    fn erase_user<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        tombstone_until: UnixTime,
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(async move {
            let delete = within(sql::ERASE_USER, realm).bind(owner.as_bytes());
            removal::erase(&self.pool, realm, delete, tombstone_until).await
        })
    }

    fn cleanup(&self, now: UnixTime) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(clean(&self.pool, sql::CLEANUP, now))
    }
}
