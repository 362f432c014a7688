//! Errors: whose fault first, then which check.

mod certificate;
mod config;
mod key_fault;
mod malformed;
mod misuse;
mod rejection;
mod rejection_reason;
mod step;

pub use crate::origin::{HostFault, OriginFault};
pub use certificate::{CertificateFault, ChainFault};
pub use config::ConfigError;
pub use key_fault::KeyFault;
pub use malformed::{Malformed, MalformedReason, Part};
pub use misuse::Misuse;
pub use rejection::Rejection;
pub use rejection_reason::RejectionReason;
pub use step::Step;

use core::fmt;

/// Why a ceremony did not succeed, sorted by whose fault it is.
///
/// The text is for developers and logs. It never holds a challenge, a user handle, a key or the client's own
/// bytes; the one thing quoted from the client is an origin, shortened. What a *client* may learn is less still:
/// see [`Error::is_authentication_failure`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The response does not have the shape that the specification gives it: a broken or hostile client.
    Malformed(Malformed),
    /// The response is well formed and a check of the ceremony refused it.
    Rejected(Rejection),
    /// The ceremony's time is over.
    Expired,
    /// There is no record for the credential (WebAuthn §7.2 step 6).
    ///
    /// The same work was done as for a wrong signature; to a client both must look alike.
    UnknownCredential,
    /// The calling program used the library in a way that can't work.
    Misuse(Misuse),
}

impl Error {
    /// The step of WebAuthn §7.1 (`R1`..`R29`) or §7.2 (`A1`..`A25`) that refused, where one did.
    #[must_use]
    pub fn step(&self) -> Option<Step> {
        match self {
            Self::Malformed(malformed) => Some(malformed.step()),
            Self::Rejected(rejection) => Some(rejection.step()),
            Self::UnknownCredential => Some(Step::A6),
            Self::Expired | Self::Misuse(_) => None,
        }
    }

    /// A stable name in `snake_case` for logs and for `ceremony verify`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(malformed) => malformed.reason().code(),
            Self::Rejected(rejection) => rejection.reason().code(),
            Self::Expired => "expired",
            Self::UnknownCredential => "unknown_credential",
            Self::Misuse(misuse) => misuse.code(),
        }
    }

    /// What a developer can do about it, one sentence.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Malformed(malformed) => malformed.reason().hint(),
            Self::Rejected(rejection) => rejection.reason().hint(),
            Self::Expired => "begin the ceremony again; if honest users meet this, give the ceremony more time",
            Self::UnknownCredential => {
                "the passkey is not in the database, or not under this user; the browser can be told with the Signal API"
            }
            Self::Misuse(misuse) => misuse.hint(),
        }
    }

    /// Whether a client may learn no more than "authentication failed": everything that was decided after the
    /// credential was looked up.
    #[must_use]
    pub const fn is_authentication_failure(&self) -> bool {
        matches!(self, Self::Rejected(_) | Self::UnknownCredential)
    }

    /// The rejection, if a check refused.
    #[must_use]
    pub const fn rejection(&self) -> Option<&Rejection> {
        match self {
            Self::Rejected(rejection) => Some(rejection),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed(_) => "malformed response",
            Self::Rejected(_) => "response rejected",
            Self::Expired => "ceremony expired",
            Self::UnknownCredential => "unknown credential",
            Self::Misuse(_) => "library misused",
        })
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Malformed(malformed) => Some(malformed),
            Self::Rejected(rejection) => Some(rejection),
            Self::Misuse(misuse) => Some(misuse),
            Self::Expired | Self::UnknownCredential => None,
        }
    }
}

impl From<Malformed> for Error {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<Misuse> for Error {
    fn from(misuse: Misuse) -> Self {
        Self::Misuse(misuse)
    }
}

impl From<ConfigError> for Error {
    fn from(config: ConfigError) -> Self {
        Self::Misuse(Misuse::Config(config))
    }
}
