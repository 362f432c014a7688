//! What a relying party asks of a payment's confirmation.

use super::payment::Payment;
use crate::ids::UserHandle;
use crate::options::CredentialDescriptor;
use alloc::vec::Vec;
use core::time::Duration;

/// One payment to be confirmed by one user with one of their credentials.
#[derive(Clone, Debug)]
#[must_use]
pub struct PaymentRequest {
    pub(crate) user: UserHandle,
    pub(crate) credentials: Vec<CredentialDescriptor>,
    pub(crate) payment: Payment,
    pub(crate) timeout: Option<Duration>,
    pub(crate) show_opt_out: bool,
    pub(crate) context: Vec<u8>,
    pub(crate) browser_binding: Option<[u8; 32]>,
}

impl PaymentRequest {
    /// A payment by this user; the credentials are all of theirs that may confirm it, 1 to 256.
    pub fn new(
        user: UserHandle,
        credentials: impl IntoIterator<Item = CredentialDescriptor>,
        payment: Payment,
    ) -> Self {
        Self {
            user,
            credentials: credentials.into_iter().collect(),
            payment,
            timeout: None,
            show_opt_out: false,
            context: Vec::new(),
            browser_binding: None,
        }
    }

    /// Gives the ceremony another time than the relying party's default: 10 seconds to 1 hour.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Lets the user opt out of payments confirmed this way.
    pub const fn show_opt_out(mut self, show: bool) -> Self {
        self.show_opt_out = show;
        self
    }

    /// Up to 256 bytes of the application's own, given back at finish: an order number.
    pub fn context(mut self, context: impl Into<Vec<u8>>) -> Self {
        self.context = context.into();
        self
    }

    /// The hash of the secret that ties the ceremony to one browser; the transport compares it at finish.
    pub const fn browser_binding(mut self, binding: [u8; 32]) -> Self {
        self.browser_binding = Some(binding);
        self
    }
}
