//! Step ids of the two verification procedures.

use core::fmt;

/// A step of WebAuthn §7.1 (registration, `R1`..`R29`) or §7.2 (authentication, `A1`..`A25`), with its sub-step
/// where the specification has one (`A6a`, `A19.1`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Step(&'static str);

impl Step {
    pub(crate) const A6: Self = Self("A6");

    pub(crate) const fn new(id: &'static str) -> Self {
        Self(id)
    }

    /// The id, such as `R14`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The section of WebAuthn Level 3 that the step belongs to.
    #[must_use]
    pub fn section(self) -> &'static str {
        if self.0.starts_with('R') { "§7.1" } else { "§7.2" }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
