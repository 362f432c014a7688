//! Accounts that are about to come into being with a passkey alone.

use super::{BoxFuture, Realm, StoreError};
use ceremony::{UnixTime, UserHandle};
use std::fmt;

/// Remembers the user handles of sign-ups whose passkey is stored and whose account is not known yet, so that what is
/// never completed can be found and removed. There is one entry for each sign-up that was verified: strangers can't fill it
/// with less than a passkey each.
pub trait PendingSignUps: Send + Sync + fmt::Debug {
    /// Notes a handle until it is removed; after `expires_at` it counts as abandoned. Noting it again does nothing.
    fn add<'a>(
        &'a self,
        realm: &'a Realm,
        handle: &'a UserHandle,
        expires_at: UnixTime,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Removes a handle; false if it is not noted.
    fn remove<'a>(&'a self, realm: &'a Realm, handle: &'a UserHandle) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Up to `limit` handles of the realm that are abandoned, those that expired first before the others. They stay noted.
    fn abandoned<'a>(
        &'a self,
        realm: &'a Realm,
        now: UnixTime,
        limit: u32,
    ) -> BoxFuture<'a, Result<Vec<UserHandle>, StoreError>>;
}
