//! A check of the ceremony refused a well-formed response.

use super::{RejectionReason, Step};
use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

/// A check of §7.1 or §7.2 that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    reason: RejectionReason,
    step: Step,
    detail: Option<Box<str>>,
    suspend: bool,
}

impl Rejection {
    pub(crate) const fn new(reason: RejectionReason, step: Step) -> Self {
        Self { reason, step, detail: None, suspend: false }
    }

    /// Adds text for the developer. Only configuration and origins may stand in it.
    pub(crate) fn with_detail(mut self, detail: String) -> Self {
        self.detail = Some(detail.into_boxed_str());
        self
    }

    pub(crate) const fn with_suspension(mut self) -> Self {
        self.suspend = true;
        self
    }

    /// Which check refused.
    #[must_use]
    pub const fn reason(&self) -> RejectionReason {
        self.reason
    }

    /// The step of the specification that the check belongs to.
    #[must_use]
    pub const fn step(&self) -> Step {
        self.step
    }

    /// What was seen and what was expected, for the log: origins and settings, never secrets.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// Whether the policy asks the caller to suspend the credential
    /// ([`SignCountPolicy::Suspend`](crate::SignCountPolicy::Suspend)): every other check, the signature included, held.
    #[must_use]
    pub const fn asks_for_suspension(&self) -> bool {
        self.suspend
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.reason, self.step)?;
        match &self.detail {
            Some(detail) => write!(f, ": {detail}"),
            None => Ok(()),
        }
    }
}

impl core::error::Error for Rejection {}
