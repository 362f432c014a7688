//! User handles in memory.

use super::lock;
use crate::draw::draw;
use crate::store::{BoxFuture, StoreError, UserHandles, UserId};
use crate::sync::Mutex;
use ceremony::{Tenant, UserHandle};
use std::collections::HashMap;
use std::fmt;

/// Keeps user handles in memory.
#[derive(Default)]
pub struct MemoryUsers {
    tenants: Mutex<HashMap<Tenant, Handles>>,
}

#[derive(Default)]
struct Handles {
    handles: HashMap<UserId, UserHandle>,
    users: HashMap<UserHandle, UserId>,
}

impl Handles {
    fn insert(&mut self, user: &UserId, handle: &UserHandle) -> bool {
        if self.handles.contains_key(user) || self.users.contains_key(handle) {
            return false;
        }
        self.handles.insert(user.clone(), handle.clone());
        self.users.insert(handle.clone(), user.clone());
        true
    }
}

impl MemoryUsers {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl fmt::Debug for MemoryUsers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let len: usize = lock(&self.tenants).values().map(|tenant| tenant.handles.len()).sum();
        f.debug_struct("MemoryUsers").field("len", &len).finish()
    }
}

impl UserHandles for MemoryUsers {
    fn get_or_create<'a>(
        &'a self,
        tenant: &'a Tenant,
        user: &'a UserId,
    ) -> BoxFuture<'a, Result<UserHandle, StoreError>> {
        Box::pin(async move {
            let drawn = UserHandle::new(draw::<64>()?).map_err(StoreError::unavailable)?;
            let mut tenants = lock(&self.tenants);
            let tenant = tenants.entry(tenant.clone()).or_default();
            if let Some(handle) = tenant.handles.get(user) {
                return Ok(handle.clone());
            }
            if tenant.insert(user, &drawn) {
                Ok(drawn)
            } else {
                Err(StoreError::unavailable("the operating system repeats its randomness"))
            }
        })
    }

    fn find<'a>(
        &'a self,
        tenant: &'a Tenant,
        user: &'a UserId,
    ) -> BoxFuture<'a, Result<Option<UserHandle>, StoreError>> {
        Box::pin(async move {
            let tenants = lock(&self.tenants);
            Ok(tenants.get(tenant).and_then(|tenant| tenant.handles.get(user)).cloned())
        })
    }

    fn resolve<'a>(
        &'a self,
        tenant: &'a Tenant,
        handle: &'a UserHandle,
    ) -> BoxFuture<'a, Result<Option<UserId>, StoreError>> {
        Box::pin(async move {
            let tenants = lock(&self.tenants);
            Ok(tenants.get(tenant).and_then(|tenant| tenant.users.get(handle)).cloned())
        })
    }

    fn import<'a>(
        &'a self,
        tenant: &'a Tenant,
        user: &'a UserId,
        handle: &'a UserHandle,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move { Ok(lock(&self.tenants).entry(tenant.clone()).or_default().insert(user, handle)) })
    }

    fn forget<'a>(&'a self, tenant: &'a Tenant, user: &'a UserId) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            let mut tenants = lock(&self.tenants);
            let Some(tenant) = tenants.get_mut(tenant) else { return Ok(false) };
            let Some(handle) = tenant.handles.remove(user) else { return Ok(false) };
            tenant.users.remove(&handle);
            Ok(true)
        })
    }
}
