//! Why a store did not answer.

use std::error::Error as StdError;
use std::fmt;

/// A store could not do what was asked. Nothing was changed, as far as the store knows.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// The store holds as much as it may; nothing that is still valid was dropped to make room.
    Full,
    /// The database can't be reached or answered with an error. The next call may work.
    Unavailable(Box<dyn StdError + Send + Sync>),
    /// What the database holds can't be read.
    Corrupt(&'static str),
}

impl StoreError {
    /// Wraps a database's own error.
    pub fn unavailable(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Unavailable(error.into())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("store is full"),
            Self::Unavailable(_) => f.write_str("store is unavailable"),
            Self::Corrupt(what) => write!(f, "stored {what} can't be read"),
        }
    }
}

impl StdError for StoreError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Unavailable(error) => Some(&**error),
            Self::Full | Self::Corrupt(_) => None,
        }
    }
}
