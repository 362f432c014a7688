//! User handles.

use super::{BEGIN, unavailable};
use ceremony::{Tenant, UserHandle};
use ceremony_service::store::{BoxFuture, StoreError, UserHandles, UserId};
use sqlx::SqlitePool;

pub(super) const FIND: &str = "SELECT user_handle FROM ceremony_users WHERE tenant = ? AND user_id = ?";
pub(super) const RESOLVE: &str = "SELECT user_id FROM ceremony_users WHERE tenant = ? AND user_handle = ?";
pub(super) const INSERT: &str =
    "INSERT INTO ceremony_users (tenant, user_id, user_handle) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
pub(super) const FORGET: &str = "DELETE FROM ceremony_users WHERE tenant = ? AND user_id = ?";

/// Keeps user handles in SQLite.
#[derive(Clone, Debug)]
pub struct SqliteUsers {
    pool: SqlitePool,
}

impl SqliteUsers {
    /// Takes a pool of a migrated database.
    #[must_use]
    pub const fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    async fn create(&self, tenant: &Tenant, user: &UserId) -> Result<UserHandle, StoreError> {
        let mut drawn = [0; 64];
        getrandom::fill(&mut drawn).map_err(|_| StoreError::unavailable("the operating system gives no randomness"))?;
        let mut transaction = self.pool.begin_with(BEGIN).await.map_err(unavailable)?;
        let insert = sqlx::query(INSERT).bind(tenant.as_str()).bind(user.as_str()).bind(&drawn[..]);
        insert.execute(&mut *transaction).await.map_err(unavailable)?;
        // Whoever came first: its handle is the account's.
        let find = sqlx::query_scalar::<_, Vec<u8>>(FIND).bind(tenant.as_str()).bind(user.as_str());
        let handle = find.fetch_one(&mut *transaction).await.map_err(unavailable)?;
        transaction.commit().await.map_err(unavailable)?;
        read_handle(handle)
    }
}

fn read_handle(bytes: Vec<u8>) -> Result<UserHandle, StoreError> {
    UserHandle::new(bytes).map_err(|_| StoreError::Corrupt("user handle"))
}

impl UserHandles for SqliteUsers {
    fn get_or_create<'a>(
        &'a self,
        tenant: &'a Tenant,
        user: &'a UserId,
    ) -> BoxFuture<'a, Result<UserHandle, StoreError>> {
        Box::pin(async move {
            match self.find(tenant, user).await? {
                Some(handle) => Ok(handle),
                None => self.create(tenant, user).await,
            }
        })
    }

    fn find<'a>(
        &'a self,
        tenant: &'a Tenant,
        user: &'a UserId,
    ) -> BoxFuture<'a, Result<Option<UserHandle>, StoreError>> {
        Box::pin(async move {
            let query = sqlx::query_scalar::<_, Vec<u8>>(FIND).bind(tenant.as_str()).bind(user.as_str());
            query.fetch_optional(&self.pool).await.map_err(unavailable)?.map(read_handle).transpose()
        })
    }

    fn resolve<'a>(
        &'a self,
        tenant: &'a Tenant,
        handle: &'a UserHandle,
    ) -> BoxFuture<'a, Result<Option<UserId>, StoreError>> {
        Box::pin(async move {
            let query = sqlx::query_scalar::<_, String>(RESOLVE).bind(tenant.as_str()).bind(handle.as_bytes());
            let found = query.fetch_optional(&self.pool).await.map_err(unavailable)?;
            found.map(|id| UserId::new(id).ok_or(StoreError::Corrupt("user id"))).transpose()
        })
    }

    fn import<'a>(
        &'a self,
        tenant: &'a Tenant,
        user: &'a UserId,
        handle: &'a UserHandle,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            let query = sqlx::query(INSERT).bind(tenant.as_str()).bind(user.as_str()).bind(handle.as_bytes());
            Ok(query.execute(&self.pool).await.map_err(unavailable)?.rows_affected() == 1)
        })
    }

    fn forget<'a>(&'a self, tenant: &'a Tenant, user: &'a UserId) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            let query = sqlx::query(FORGET).bind(tenant.as_str()).bind(user.as_str());
            Ok(query.execute(&self.pool).await.map_err(unavailable)?.rows_affected() == 1)
        })
    }
}
