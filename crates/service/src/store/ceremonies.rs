//! Begun ceremonies, between begin and finish.

use super::{BoxFuture, Realm, StoreError};
use ceremony::UnixTime;
use std::fmt;

/// The longest handle, in bytes: a sealed state fits.
pub const MAX_HANDLE: usize = 4096;

/// Which of the two ceremonies was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CeremonyKind {
    /// A registration.
    Registration,
    /// An authentication.
    Authentication,
}

/// Everything that must be equal at begin and at finish for a state to be found.
///
/// A request with another key finds nothing and burns nothing.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CeremonyKey {
    /// The ceremony.
    pub kind: CeremonyKind,
    /// The tenant and RP ID.
    pub realm: Realm,
    /// The hash of the browser's secret; `None` for a native app.
    pub binding: Option<[u8; 32]>,
}

impl fmt::Debug for CeremonyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CeremonyKey")
            .field("kind", &self.kind)
            .field("realm", &self.realm)
            .field("bound", &self.binding.is_some())
            .finish()
    }
}

/// What the client carries from begin to finish: opaque, URL-safe text of at most [`MAX_HANDLE`] bytes.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Handle(String);

impl Handle {
    /// Takes a handle as it came from a client; `None` if it can't be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        has_shape(text).then(|| Self(text.to_owned()))
    }

    /// As [`parse`](Self::parse), for text that is to be kept.
    pub(crate) fn of(text: String) -> Option<Self> {
        has_shape(&text).then_some(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Looks at every byte: without an early end the compiler can look at many at once.
fn has_shape(text: &str) -> bool {
    let is_url_safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=MAX_HANDLE).contains(&text.len()) && text.bytes().fold(true, |all, byte| all & is_url_safe(byte))
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handle(..)")
    }
}

/// What came of a take.
#[derive(Clone, PartialEq, Eq)]
pub enum Taken {
    /// The state's bytes, for the first call alone.
    State(Vec<u8>),
    /// The ceremony is over.
    Expired,
    /// The state was given out before. Said by a store that can tell; one that forgets what it gave out says
    /// [`Unknown`](Self::Unknown).
    Used,
    /// There is no such state: never put, put under another key, or forgotten.
    Unknown,
}

impl Taken {
    /// The state's bytes, if they are given out.
    #[must_use]
    pub fn state(self) -> Option<Vec<u8>> {
        match self {
            Self::State(bytes) => Some(bytes),
            Self::Expired | Self::Used | Self::Unknown => None,
        }
    }
}

impl fmt::Debug for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::State(_) => "State(..)",
            Self::Expired => "Expired",
            Self::Used => "Used",
            Self::Unknown => "Unknown",
        })
    }
}

/// Keeps begun ceremonies and gives each out once.
pub trait CeremonyStore: Send + Sync + fmt::Debug {
    /// Keeps a state's bytes until `expires_at` and draws a handle for them, with at least 128 bits of entropy. The
    /// bytes are secret: they hold the challenge.
    fn put<'a>(
        &'a self,
        key: &'a CeremonyKey,
        bytes: Vec<u8>,
        expires_at: UnixTime,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<Handle, StoreError>>;

    /// Takes the bytes out. For one handle exactly one call ever gets them, however many run at once. What the others are
    /// told goes to the audit log alone.
    fn take<'a>(
        &'a self,
        key: &'a CeremonyKey,
        handle: &'a Handle,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<Taken, StoreError>>;

    /// Drops what has expired, and tells how many.
    fn cleanup(&self, now: UnixTime) -> BoxFuture<'_, Result<u64, StoreError>>;
}

/// Remembers which sealed states were used.
pub trait SpendList: Send + Sync + fmt::Debug {
    /// Marks an id as spent until `expires_at`: true for the first call alone, however many run at once.
    fn spend(&self, id: [u8; 16], expires_at: UnixTime, now: UnixTime) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// Drops what has expired, and tells how many.
    fn cleanup(&self, now: UnixTime) -> BoxFuture<'_, Result<u64, StoreError>>;
}
