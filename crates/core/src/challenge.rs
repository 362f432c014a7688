//! The random value that ties a response to one begun ceremony.

use crate::error::Misuse;
use alloc::vec::Vec;
use core::fmt;
use zeroize::Zeroizing;

/// A challenge: random bytes that the caller drew for one ceremony (WebAuthn §13.4.3).
///
/// The library draws no randomness itself: take 32 bytes from the operating system. `Debug` does not show it, and its
/// memory is wiped when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Challenge(Zeroizing<Vec<u8>>);

impl Challenge {
    /// Takes 32 random bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes.to_vec()))
    }

    /// Takes a challenge of another length, such as one from a recorded ceremony.
    ///
    /// # Errors
    ///
    /// [`Misuse::ChallengeLength`] unless there are 16 to 1024 bytes.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Misuse> {
        if !(16..=1024).contains(&bytes.len()) {
            return Err(Misuse::ChallengeLength);
        }
        Ok(Self(Zeroizing::new(bytes.to_vec())))
    }

    /// The challenge's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Challenge(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_challenge_is_refused() {
        assert_eq!(Challenge::from_slice(&[1; 15]), Err(Misuse::ChallengeLength));
        assert!(Challenge::from_slice(&[1; 16]).is_ok());
        assert_eq!(Challenge::from_slice(&[1; 1025]), Err(Misuse::ChallengeLength));
    }

    #[test]
    fn debug_shows_nothing_of_it() {
        assert_eq!(alloc::format!("{:?}", Challenge::new([7; 32])), "Challenge(..)");
    }
}
