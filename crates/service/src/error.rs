//! Why a call of the service did not succeed.

use crate::entropy::EntropyError;
use crate::store::StoreError;
use ceremony::{Error, Misuse};
use std::error::Error as StdError;
use std::fmt;

/// Why a call of the service did not succeed, sorted by what a client may learn.
///
/// [`source`](StdError::source) gives the cause, for the log; a client gets [`code`](Self::code) at most.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServiceError {
    /// The ceremony is unknown, expired, used already, of another kind, or was begun by another browser or user.
    CeremonyUnusable,
    /// The response does not register a credential.
    RegistrationFailed(Error),
    /// The response does not sign anybody in: a wrong signature, an unknown, suspended or revoked credential, another
    /// user's, a counter that went back.
    AuthenticationFailed(Error),
    /// Nobody has this credential. Only where no user was named, so that the browser may be told to forget it.
    UnknownCredential,
    /// The credential is registered already, by whatever user.
    CredentialExists,
    /// The user has as many credentials as allowed.
    LimitReached,
    /// The user's last active passkey has to stay.
    LastCredential,
    /// The user has no such credential.
    NotFound,
    /// The name is longer than 256 bytes or holds control characters.
    InvalidName,
    /// The reason is longer than 128 bytes or holds control characters.
    InvalidReason,
    /// A store did not answer.
    Store(StoreError),
    /// There was no randomness.
    Entropy(EntropyError),
    /// The program asked for something that can't work.
    Misuse(Misuse),
}

impl ServiceError {
    /// A stable name in `snake_case` that a client may see.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::CeremonyUnusable => "ceremony_unusable",
            Self::RegistrationFailed(_) => "registration_failed",
            Self::AuthenticationFailed(_) => "authentication_failed",
            Self::UnknownCredential => "unknown_credential",
            Self::CredentialExists => "credential_exists",
            Self::LimitReached => "limit_reached",
            Self::LastCredential => "last_credential",
            Self::NotFound => "not_found",
            Self::InvalidName => "invalid_name",
            Self::InvalidReason => "invalid_reason",
            Self::Store(_) | Self::Entropy(_) => "unavailable",
            Self::Misuse(_) => "misuse",
        }
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CeremonyUnusable => "ceremony is unknown, over or not this client's",
            Self::RegistrationFailed(_) => "registration failed",
            Self::AuthenticationFailed(_) => "authentication failed",
            Self::UnknownCredential => "credential is not known",
            Self::CredentialExists => "credential is registered already",
            Self::LimitReached => "user has as many credentials as allowed",
            Self::LastCredential => "user's last passkey has to stay",
            Self::NotFound => "user has no such credential",
            Self::InvalidName => "name is longer than 256 bytes or holds control characters",
            Self::InvalidReason => "reason is longer than 128 bytes or holds control characters",
            Self::Store(_) => "store did not answer",
            Self::Entropy(_) => "challenge could not be drawn",
            Self::Misuse(_) => "service can't do what was asked",
        })
    }
}

impl StdError for ServiceError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::RegistrationFailed(error) | Self::AuthenticationFailed(error) => Some(error),
            Self::Store(error) => Some(error),
            Self::Entropy(error) => Some(error),
            Self::Misuse(error) => Some(error),
            _ => None,
        }
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<EntropyError> for ServiceError {
    fn from(error: EntropyError) -> Self {
        Self::Entropy(error)
    }
}

impl From<Misuse> for ServiceError {
    fn from(error: Misuse) -> Self {
        Self::Misuse(error)
    }
}
