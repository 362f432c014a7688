//! From the service's errors to what a client may know, and to the log.

use crate::body::invalid;
use crate::config::PasskeyHttp;
use crate::problem::{Code, Problem};
use ceremony::error::Error;
use ceremony_service::ServiceError;
use std::error::Error as StdError;
use std::fmt::Write;

const UNUSABLE_HINT: &str =
    "a begun ceremony is finished once, in time, by the same browser and user: send cookies with both requests";

pub(super) fn invalid_name() -> Problem {
    invalid("the name is longer than 256 bytes or holds control characters")
}

impl PasskeyHttp {
    /// Sorts an error of the service, and logs it. Within one code every body is the same, whatever the cause, unless
    /// the relying party is on localhost alone.
    pub(super) fn failure(&self, error: &ServiceError) -> Problem {
        let code = Code::of(error);
        if matches!(error, ServiceError::InvalidName) {
            return invalid_name();
        }
        if code == Code::Unavailable {
            tracing::error!(error = chain(error), "passkey request failed");
            return Problem::new(code);
        }
        let problem = Problem::new(code);
        match error {
            ServiceError::RegistrationFailed(cause) | ServiceError::AuthenticationFailed(cause) => {
                self.explain(problem, cause)
            }
            ServiceError::UnknownCredential => self.explain(problem, &Error::UnknownCredential),
            ServiceError::CeremonyUnusable => {
                tracing::info!(code = code.as_str(), hint = UNUSABLE_HINT, "passkey request refused");
                if self.relying_party().is_local() { problem.with_help(None, Some(UNUSABLE_HINT)) } else { problem }
            }
            _ => {
                tracing::info!(code = code.as_str(), "passkey request refused");
                problem
            }
        }
    }

    /// A credential that can't be read: no ceremony was touched.
    pub(super) fn malformed(&self, error: &Error) -> Problem {
        self.explain(invalid("the credential can't be read"), error)
    }

    fn explain(&self, problem: Problem, error: &Error) -> Problem {
        let step = error.step().map(ceremony::error::Step::as_str);
        let detail = chain(error);
        tracing::info!(
            code = problem.code().as_str(),
            reason = error.code(),
            step,
            detail,
            hint = error.hint(),
            "passkey request refused"
        );
        if self.relying_party().is_local() {
            problem.with_detail(detail).with_help(step, Some(error.hint()))
        } else {
            problem
        }
    }
}

/// An error and its causes on one line.
fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Writing to a string can't fail.
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}
