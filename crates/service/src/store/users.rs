//! User handles: the one name of an account that authenticators get to see.

use super::{BoxFuture, StoreError};
use ceremony::{Tenant, UserHandle};
use std::fmt;

/// The application's own name for an account, such as a primary key. It never leaves the server.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(String);

impl UserId {
    /// Takes the application's key; `None` unless it is 1 to 255 bytes long, and where it holds a zero byte, which
    /// PostgreSQL has no place for.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Option<Self> {
        let id = id.into();
        ((1..=255).contains(&id.len()) && !id.contains('\0')).then_some(Self(id))
    }

    /// The application's key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserId(..)")
    }
}

/// Maps accounts to user handles: 64 random bytes each, made once, kept when the last passkey goes.
pub trait UserHandles: Send + Sync + fmt::Debug {
    /// The handle of an account, made at the first call; concurrent first calls agree on one.
    fn get_or_create<'a>(
        &'a self,
        tenant: &'a Tenant,
        user: &'a UserId,
    ) -> BoxFuture<'a, Result<UserHandle, StoreError>>;

    /// The handle of an account, if it has one.
    fn find<'a>(
        &'a self,
        tenant: &'a Tenant,
        user: &'a UserId,
    ) -> BoxFuture<'a, Result<Option<UserHandle>, StoreError>>;

    /// The account of a handle.
    fn resolve<'a>(
        &'a self,
        tenant: &'a Tenant,
        handle: &'a UserHandle,
    ) -> BoxFuture<'a, Result<Option<UserId>, StoreError>>;

    /// Keeps a handle of 1 to 64 bytes that another system made; false if the account has one or the handle is taken.
    fn import<'a>(
        &'a self,
        tenant: &'a Tenant,
        user: &'a UserId,
        handle: &'a UserHandle,
    ) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Forgets an account's handle; false if it had none.
    fn forget<'a>(&'a self, tenant: &'a Tenant, user: &'a UserId) -> BoxFuture<'a, Result<bool, StoreError>>;
}
