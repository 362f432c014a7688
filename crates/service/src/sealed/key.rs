//! The secret that states are sealed with.

use crate::draw::draw;
use crate::store::StoreError;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use sha2::{Digest, Sha256};
use std::error::Error as StdError;
use std::fmt;
use zeroize::Zeroizing;

/// A secret of 32 random bytes; wiped from memory when dropped.
pub struct SealingKey {
    bytes: Zeroizing<[u8; 32]>,
    id: [u8; 4],
}

impl SealingKey {
    /// Takes a key from where secrets are kept: 32 bytes of a random generator, not a password.
    ///
    /// # Errors
    ///
    /// [`WeakKey`] if all bytes are equal: a buffer that was never filled.
    pub fn new(bytes: [u8; 32]) -> Result<Self, WeakKey> {
        let bytes = Zeroizing::new(bytes);
        let [first, rest @ ..] = &*bytes;
        if rest.iter().all(|byte| byte == first) {
            return Err(WeakKey);
        }
        let mut hash = Sha256::new();
        hash.update(b"ceremony: name of a sealing key, v1");
        hash.update(*bytes);
        let [a, b, c, d, ..] = <[u8; 32]>::from(hash.finalize());
        Ok(Self { bytes, id: [a, b, c, d] })
    }

    /// Draws a key that lives as long as the process: what is begun before a restart can't be finished after it, and
    /// no other process can finish it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the operating system gives no randomness.
    pub fn random() -> Result<Self, StoreError> {
        Self::new(draw()?).map_err(StoreError::unavailable)
    }

    /// The first four bytes of a hash of the key: tells which key opens a state, and nothing else.
    pub(super) const fn id(&self) -> [u8; 4] {
        self.id
    }

    pub(super) fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.bytes).into())
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey(..)")
    }
}

/// The bytes of a sealing key are all equal, so they were never drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeakKey;

impl fmt::Display for WeakKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sealing key is not random: all its bytes are equal")
    }
}

impl StdError for WeakKey {}
