//! The names that stores draw and look up by.

use super::{CeremonyKey, CeremonyKind, Handle, RowId, StoreError};
use crate::draw::draw;
use sha2::{Digest, Sha256};

impl CeremonyKey {
    /// What a store that keeps states looks them up by: SHA-256 over the handle and everything in the key, so that
    /// neither a reader of the database can finish a ceremony nor another browser can find or burn one.
    #[must_use]
    pub fn digest(&self, handle: &Handle) -> [u8; 32] {
        let mut input = key_bytes(b"ceremony: key of a kept state, v1", self);
        framed(&mut input, handle.as_str().as_bytes());
        Sha256::digest(&input).into()
    }
}

impl Handle {
    /// Draws a handle of 32 random bytes from the operating system, 43 characters long.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the operating system gives no randomness.
    pub fn random() -> Result<Self, StoreError> {
        let text = crate::base64url::encode(&draw::<32>()?);
        Self::parse(&text).ok_or(StoreError::Corrupt("handle"))
    }
}

impl RowId {
    /// Draws a public name from the operating system.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the operating system gives no randomness.
    pub fn random() -> Result<Self, StoreError> {
        draw().map(Self::new)
    }
}

/// Everything in a ceremony's key as bytes: no two keys have the same, for each part stands behind its length.
pub(crate) fn key_bytes(domain: &[u8], key: &CeremonyKey) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256);
    framed(&mut bytes, domain);
    let kind = match key.kind {
        CeremonyKind::Registration => 1,
        CeremonyKind::Authentication => 2,
    };
    bytes.push(kind);
    framed(&mut bytes, key.realm.tenant.as_str().as_bytes());
    framed(&mut bytes, key.realm.rp_id.as_str().as_bytes());
    bytes.push(u8::from(key.binding.is_some()));
    framed(&mut bytes, key.binding.as_ref().map_or(&[][..], |binding| binding));
    bytes
}

/// Appends a byte string behind its 64-bit length.
pub(crate) fn framed(to: &mut Vec<u8>, bytes: &[u8]) {
    to.extend_from_slice(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
    to.extend_from_slice(bytes);
}
