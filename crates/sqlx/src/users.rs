//! User handles.

use crate::backend::{Backend, Cells, Value, store};
use ceremony::{Tenant, UserHandle};
use ceremony_service::store::{BoxFuture, StoreError, UserHandles, UserId};

pub(crate) const FIND: &str = "SELECT user_handle FROM ceremony_users WHERE tenant = $1 AND user_id = $2";
pub(crate) const RESOLVE: &str = "SELECT user_id FROM ceremony_users WHERE tenant = $1 AND user_handle = $2";
pub(crate) const INSERT: &str =
    "INSERT INTO ceremony_users (tenant, user_id, user_handle) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
pub(crate) const FORGET: &str = "DELETE FROM ceremony_users WHERE tenant = $1 AND user_id = $2";

/// How often a handle is made for an account that somebody else forgets at once.
const ATTEMPTS: u32 = 5;

store! {
    /// Keeps user handles.
    Users
}

impl<B: Backend> Users<B> {
    async fn handle(&self, tenant: &Tenant, user: &UserId) -> Result<Option<UserHandle>, StoreError> {
        let rows = self.session.fetch(FIND, &[Value::Text(tenant.as_str()), Value::Text(user.as_str())]).await?;
        rows.first().map(read_handle).transpose()
    }

    async fn insert(&self, tenant: &Tenant, user: &UserId, handle: &[u8]) -> Result<bool, StoreError> {
        let values = [Value::Text(tenant.as_str()), Value::Text(user.as_str()), Value::Bytes(handle)];
        Ok(self.session.execute(INSERT, &values).await? == 1)
    }
}

pub(crate) fn read_handle(row: &impl Cells) -> Result<UserHandle, StoreError> {
    let corrupt = || StoreError::Corrupt("user handle");
    let bytes = row.bytes("user_handle").map_err(|_| corrupt())?;
    UserHandle::new(bytes).map_err(|_| corrupt())
}

impl<B: Backend> UserHandles for Users<B> {
    fn get_or_create<'a>(
        &'a self,
        tenant: &'a Tenant,
        user: &'a UserId,
    ) -> BoxFuture<'a, Result<UserHandle, StoreError>> {
        Box::pin(async move {
            for _ in 0..ATTEMPTS {
                // Whoever came first: its handle is the account's.
                if let Some(handle) = self.handle(tenant, user).await? {
                    return Ok(handle);
                }
                let mut drawn = [0; 64];
                getrandom::fill(&mut drawn)
                    .map_err(|_| StoreError::unavailable("the operating system gives no randomness"))?;
                if self.insert(tenant, user, &drawn).await? {
                    return UserHandle::new(drawn).map_err(|_| StoreError::Corrupt("user handle"));
                }
            }
            Err(StoreError::unavailable("the account is made and forgotten over and over"))
        })
    }

    fn find<'a>(
        &'a self,
        tenant: &'a Tenant,
        user: &'a UserId,
    ) -> BoxFuture<'a, Result<Option<UserHandle>, StoreError>> {
        Box::pin(self.handle(tenant, user))
    }

    fn resolve<'a>(
        &'a self,
        tenant: &'a Tenant,
        handle: &'a UserHandle,
    ) -> BoxFuture<'a, Result<Option<UserId>, StoreError>> {
        Box::pin(async move {
            let corrupt = || StoreError::Corrupt("user id");
            let values = [Value::Text(tenant.as_str()), Value::Bytes(handle.as_bytes())];
            let rows = self.session.fetch(RESOLVE, &values).await?;
            let Some(row) = rows.first() else { return Ok(None) };
            let id = UserId::new(row.text("user_id").map_err(|_| corrupt())?);
            id.map(Some).ok_or_else(corrupt)
        })
    }

    fn import<'a>(
        &'a self,
        tenant: &'a Tenant,
        user: &'a UserId,
        handle: &'a UserHandle,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(self.insert(tenant, user, handle.as_bytes()))
    }

    fn forget<'a>(&'a self, tenant: &'a Tenant, user: &'a UserId) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            let values = [Value::Text(tenant.as_str()), Value::Text(user.as_str())];
            Ok(self.session.execute(FORGET, &values).await? == 1)
        })
    }
}
