//! Bytes that nobody but their owner should see.

use alloc::vec::Vec;
use core::fmt;
use zeroize::Zeroizing;

/// The contents of a credBlob or largeBlob, or an input of a pseudo-random function.
///
/// `Debug` shows the length alone; the memory is cleared when the value is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Blob(Zeroizing<Vec<u8>>);

impl Blob {
    /// Takes the bytes.
    #[must_use]
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blob({} bytes)", self.0.len())
    }
}
