//! Why Redis did not do what was asked.

use ceremony_service::store::StoreError;
use redis::{ErrorKind, RedisError};
use std::error::Error as StdError;
use std::fmt;

/// Why Redis did not do what was asked: the cause inside of a [`StoreError::Unavailable`] of this crate.
#[derive(Debug)]
#[non_exhaustive]
pub enum Failure {
    /// There is no connection, and none could be made in time. Nothing was sent.
    NotConnected(Cause),
    /// The connection broke before the answer came. Whether Redis acted is not known, and nothing is tried again.
    Lost(Cause),
    /// No answer came within [`CALL_TIMEOUT`](crate::CALL_TIMEOUT). Whether Redis acted, or is yet to act, is not known,
    /// and nothing is tried again.
    NoAnswer,
    /// Redis answered with an error. Nothing was changed.
    Refused(Cause),
    /// Redis answered with something that the command never gives.
    Nonsense,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotConnected(_) => "no connection to Redis",
            Self::Lost(_) => "connection to Redis lost before the answer",
            Self::NoAnswer => "no answer from Redis in time",
            Self::Refused(_) => "command refused by Redis",
            Self::Nonsense => "answer from Redis makes no sense",
        })
    }
}

impl StdError for Failure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::NotConnected(cause) | Self::Lost(cause) | Self::Refused(cause) => Some(cause),
            Self::NoAnswer | Self::Nonsense => None,
        }
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match &failure {
            // Under `noeviction`, a write that finds no room is refused: nothing that is valid made room for it.
            Failure::Refused(cause) if cause.code == "OOM" => Self::Full,
            _ => Self::unavailable(failure),
        }
    }
}

/// What the connection or the server said, without anything that was sent.
#[derive(Clone, Debug)]
pub struct Cause {
    code: String,
    text: String,
}

impl Cause {
    pub(crate) fn new(text: &str) -> Self {
        Self { code: String::new(), text: text.to_owned() }
    }

    /// The server's code of the error, such as `NOPERM`; empty if the error is not the server's.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }
}

impl From<&RedisError> for Cause {
    fn from(error: &RedisError) -> Self {
        if !is_answer(error) {
            return Self::new(&error.to_string());
        }
        let code = error.code().unwrap_or("ERR").to_owned();
        // To an unknown command Redis repeats the first of its arguments, and they may hold a challenge.
        let detail = error.detail().unwrap_or_default();
        let detail = detail.split_once(", with args").map_or(detail, |(head, _)| head).trim_end();
        let text = if detail.is_empty() { code.clone() } else { format!("{code} {detail}") };
        Self { code, text }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl StdError for Cause {}

/// Whether the error is the server's own answer, so that the connection is sound and the command did nothing.
pub(crate) fn is_answer(error: &RedisError) -> bool {
    matches!(error.kind(), ErrorKind::Server(_) | ErrorKind::Extension)
}
