//! Where randomness comes from.

use std::error::Error as StdError;
use std::fmt;

/// Draws random bytes that nobody can guess.
pub trait Entropy: Send + Sync + fmt::Debug {
    /// Fills `bytes`.
    ///
    /// # Errors
    ///
    /// [`EntropyError`] if there is no randomness; nothing of `bytes` may be used then.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError>;
}

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(bytes).map_err(EntropyError::new)
    }
}

/// There is no randomness.
#[derive(Debug)]
pub struct EntropyError(Box<dyn StdError + Send + Sync>);

impl EntropyError {
    /// Wraps a generator's own error.
    pub fn new(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(error.into())
    }
}

impl fmt::Display for EntropyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no randomness to be had")
    }
}

impl StdError for EntropyError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.0)
    }
}
