//! What a gateway is told of an error, and nothing more.

use ceremony_service::ServiceError;
use std::fmt;

/// A refusal: one of the codes of `docs/errors.md`. The reason behind it is in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The message can't be read, or a member of it has no sense. Nothing was used up.
    InvalidRequest,
    /// Nobody is signed in.
    NotSignedIn,
    /// The sign-in is too long ago for what was asked.
    StepUpRequired,
    /// What the service said.
    Service(&'static str),
}

impl Refusal {
    /// The stable name in `snake_case`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::NotSignedIn => "not_signed_in",
            Self::StepUpRequired => "step_up_required",
            Self::Service(code) => code,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for Refusal {}

impl From<ServiceError> for Refusal {
    fn from(error: ServiceError) -> Self {
        match error.code() {
            // The routes over HTTP have one word for what a form can get wrong, and one for a passkey that stays.
            "invalid_name" | "invalid_reason" => Self::InvalidRequest,
            "last_credential" => Self::Service("removal_refused"),
            code => Self::Service(code),
        }
    }
}
