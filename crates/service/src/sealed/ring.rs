//! The keys that are in use at one time.

use super::SealingKey;

/// One key that seals, and older ones that still open.
///
/// To change the key without failing anybody: give every process the new key as an old one first, then make it the
/// sealing one and keep the former as an old one for as long as a ceremony may take.
///
/// ```
/// use ceremony_service::sealed::{KeyRing, SealingKey};
///
/// let former = SealingKey::random()?;
/// let current = SealingKey::random()?;
/// let ring = KeyRing::new(current).with_old(former);
/// # let _ = ring;
/// # Ok::<(), ceremony_service::store::StoreError>(())
/// ```
#[derive(Debug)]
pub struct KeyRing {
    current: SealingKey,
    old: Vec<SealingKey>,
}

impl KeyRing {
    /// A ring of one key, which seals and opens.
    #[must_use]
    pub const fn new(current: SealingKey) -> Self {
        Self { current, old: Vec::new() }
    }

    /// Adds a key that opens and does not seal.
    #[must_use]
    pub fn with_old(mut self, key: SealingKey) -> Self {
        self.old.push(key);
        self
    }

    pub(super) const fn current(&self) -> &SealingKey {
        &self.current
    }

    /// The keys of this name, almost always one or none.
    pub(super) fn named(&self, id: [u8; 4]) -> impl Iterator<Item = &SealingKey> {
        std::iter::once(&self.current).chain(&self.old).filter(move |key| key.id() == id)
    }
}
