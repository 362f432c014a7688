//! Why a request was refused.

use crate::text::chain;
use ceremony::error::{Error, Step};
use ceremony_http::Code;
use ceremony_service::ServiceError;
use serde::Serialize;

/// The member `error`: the codes are those of the HTTP routes. `reason`, `step`, `hint` and an exact message are for the
/// application and its log; browsers and users get the code at most.
#[derive(Debug, Serialize)]
pub(super) struct Refusal {
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'static str>,
}

impl Refusal {
    pub(super) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code: code.as_str(), message: message.into(), reason: None, step: None, hint: None }
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(Code::InvalidRequest, message)
    }

    pub(super) fn ceremony_unusable() -> Self {
        Self::new(Code::CeremonyUnusable, ServiceError::CeremonyUnusable.to_string())
    }

    /// A credential that can't be read; nothing was used up.
    pub(super) fn malformed(error: &Error) -> Self {
        Self::new(Code::InvalidRequest, "the credential can't be read").because(error)
    }

    fn because(self, error: &Error) -> Self {
        Self {
            message: format!("{}: {}", self.message, chain(error)),
            reason: Some(error.code()),
            step: error.step().map(Step::as_str),
            hint: Some(error.hint()),
            ..self
        }
    }
}

impl From<ServiceError> for Refusal {
    fn from(error: ServiceError) -> Self {
        // Here the application itself may have asked for what can't work.
        if let ServiceError::Misuse(misuse) = &error {
            return Self::invalid(misuse.to_string());
        }
        let code = Code::of(&error);
        if code == Code::Unavailable {
            // What a database says of itself is for the log alone.
            tracing::error!(error = chain(&error), "request failed");
        }
        let refusal = Self::new(code, error.to_string());
        match &error {
            ServiceError::RegistrationFailed(cause) | ServiceError::AuthenticationFailed(cause) => {
                refusal.because(cause)
            }
            _ => refusal,
        }
    }
}
