//! How a command can end other than well.

use std::io;
use std::path::Path;

/// Why a command did not succeed, and thereby its exit code.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A case did not come out as it names. What there is to say stands in the verdicts.
    Unexpected,
    /// The input can't be read as what it should be.
    Malformed(String),
    /// A file or a stream failed.
    Io(String),
    /// What was asked for is not in this build, or not on this machine.
    Unavailable(String),
    /// Whoever read the output has gone: there is nobody to tell.
    OutputClosed,
}

impl Failure {
    pub(crate) fn reading(path: &Path, error: &io::Error) -> Self {
        Self::Io(format!("can't read {path:?}: {error}"))
    }

    pub(crate) fn writing(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::OutputClosed,
            _ => Self::Io(format!("can't write: {error}")),
        }
    }

    pub(crate) fn message(&self) -> Option<&str> {
        match self {
            Self::Malformed(message) | Self::Io(message) | Self::Unavailable(message) => Some(message),
            Self::Unexpected | Self::OutputClosed => None,
        }
    }

    pub(crate) const fn code(&self) -> u8 {
        match self {
            Self::Unexpected | Self::Malformed(_) => 1,
            Self::Io(_) | Self::Unavailable(_) | Self::OutputClosed => 2,
        }
    }
}
