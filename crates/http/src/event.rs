//! What the application's hooks are told.

use crate::wire::ListedCredential;
use ceremony::UnixTime;
use ceremony_service::store::{Realm, StoredCredential, UserId};

/// A passkey was verified. For a sign-in and for a sign-up, the application opens its session; for a step-up, it sets the
/// session's `authenticated_at` to [`at`](Self::at) and opens none.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignedIn {
    /// The account.
    pub user: UserId,
    /// The passkey, as its owner sees it.
    pub credential: ListedCredential,
    /// When.
    pub at: UnixTime,
    /// The relying party, and the tenant that the session is opened at.
    pub realm: Realm,
    /// Everything else: the record, the observations, whether the user was verified.
    pub proof: Proof,
}

/// How a passkey was verified.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Proof {
    /// It signed in, or confirmed an action.
    Authentication(Box<ceremony_service::SignedIn>),
    /// It was just made: the account begins with it.
    Registration(Box<ceremony_service::Registered>),
}

/// A passkey was added.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Registered {
    /// The account.
    pub user: UserId,
    /// The passkey, as its owner sees it.
    pub credential: ListedCredential,
    /// Everything else.
    pub details: ceremony_service::Registered,
}

/// The application's word on a removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MayRemove {
    /// It may go.
    Yes,
    /// It may go unless it is the account's last active one, as the account has no other way in. Looked up and removed at
    /// once: two removals at the same moment leave one.
    UnlessLast,
    /// It has to stay.
    No,
}

/// A passkey is about to be removed: [`PasskeyHttp::remove`](crate::PasskeyHttp::remove) does it.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[must_use = "nothing is removed yet"]
pub struct Removal {
    /// The account.
    pub user: UserId,
    /// The passkey.
    pub stored: StoredCredential,
}

/// A passkey was removed: it stays in the database as revoked and never signs in again.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Revoked {
    /// The account.
    pub user: UserId,
    /// The passkey, as its owner sees it.
    pub credential: ListedCredential,
    /// The stored credential.
    pub stored: StoredCredential,
}
