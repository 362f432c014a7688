//! What went wrong while a browser was driven.

use std::fmt;

/// A result of anything done in a browser.
pub(crate) type Result<T> = std::result::Result<T, Failure>;

/// A message for whoever reads the test's output: `Debug` is as readable as `Display`, since `unwrap` prints that.
pub(crate) struct Failure {
    message: String,
    retryable: bool,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), retryable: false }
    }

    /// A failure that a page passes through while it loads.
    pub(crate) fn passing(message: impl Into<String>) -> Self {
        Self { message: message.into(), retryable: true }
    }

    /// Whether another attempt may succeed because the page was only on its way to another document.
    pub(crate) fn is_passing(&self) -> bool {
        self.retryable
    }

    /// Adds what the page wrote to its console.
    pub(crate) fn with_console(mut self, console: &[String]) -> Self {
        if console.is_empty() {
            self.message.push_str("\n(the page wrote nothing to its console)");
        } else {
            self.message.push_str(&format!("\nconsole of the page:\n  {}", console.join("\n  ")));
        }
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Failure {}
