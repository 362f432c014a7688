//! Why the client or the authenticator would not answer.

use std::fmt;

/// A ceremony that ended without a response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A member of the options is missing or has the wrong type.
    Options {
        /// The member's path in the options.
        member: &'static str,
    },
    /// The page's origin may not use this RP ID (`SecurityError`).
    Security,
    /// None of the offered algorithms is the configured one (`NotSupportedError`).
    NotSupported,
    /// An excluded credential is on this authenticator (`InvalidStateError`).
    InvalidState,
    /// The authenticator can't do the user verification or the discoverable credential that the options require
    /// (`ConstraintError`).
    Constraint,
    /// The authenticator has no credential to answer with (`NotAllowedError`).
    NotAllowed,
    /// The fault or variation does not exist for this ceremony, algorithm or attestation, or the response holds
    /// nothing that it could change.
    NotApplicable {
        /// Its catalogue id.
        id: &'static str,
    },
}

impl Error {
    /// The name of the `DOMException` that a browser rejects with; `None` where the testkit itself refused.
    #[must_use]
    pub const fn dom_exception(&self) -> Option<&'static str> {
        Some(match self {
            Self::Options { .. } => "TypeError",
            Self::Security => "SecurityError",
            Self::NotSupported => "NotSupportedError",
            Self::InvalidState => "InvalidStateError",
            Self::Constraint => "ConstraintError",
            Self::NotAllowed => "NotAllowedError",
            Self::NotApplicable { .. } => return None,
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Options { member } => write!(f, "the options' member `{member}` is missing or malformed"),
            Self::Security => f.write_str("the origin may not use this rp id"),
            Self::NotSupported => f.write_str("the authenticator's algorithm was not offered"),
            Self::InvalidState => f.write_str("an excluded credential is on this authenticator"),
            Self::Constraint => f.write_str("the authenticator can't do what the options require"),
            Self::NotAllowed => f.write_str("no credential answers these options"),
            Self::NotApplicable { id } => write!(f, "{id} changes nothing in this ceremony"),
        }
    }
}

impl std::error::Error for Error {}
