//! What has to be kept, and the rules for keeping it: the traits that a database implements.
//!
//! All traits are object safe and are held as `Arc<dyn ..>`. Time is an argument, so that a store is judged by the
//! caller's clock alone. The [`contract`](crate::contract) suite tells whether an implementation keeps the rules.

mod ceremonies;
mod credentials;
mod error;
mod names;
mod sign_ups;
mod users;

pub use ceremonies::{CeremonyKey, CeremonyKind, CeremonyStore, Handle, MAX_HANDLE, SpendList, Taken};
pub use credentials::{Applied, CredentialStore, Inserted, Page, RemovalGuard, Removed, RowId, StoredCredential};
pub use error::StoreError;
pub(crate) use names::key_bytes;
pub use sign_ups::PendingSignUps;
pub use users::{UserHandles, UserId};

use ceremony::{RpId, Tenant};
use std::future::Future;
use std::pin::Pin;

/// A boxed future, so that stores can be held as trait objects.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The space that credentials are unique in: one RP ID of one tenant. It is part of every key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Realm {
    /// The tenant, empty where there is only one.
    pub tenant: Tenant,
    /// The RP ID.
    pub rp_id: RpId,
}
