//! What is frozen between begin and finish of an authentication.

use crate::extensions::AskedAtRequest;
use crate::ids::UserHandle;
use crate::state::Frozen;
use crate::time::UnixTime;
use alloc::vec::Vec;
use core::fmt;

/// A begun authentication. It is consumed by
/// [`finish_authentication`](crate::Ceremony::finish_authentication), so that it can't be used twice:
///
/// ```compile_fail
/// fn twice(c: &ceremony::Ceremony, s: ceremony::AuthenticationState, r: &ceremony::AuthenticationResponse, now: ceremony::UnixTime) {
///     let _ = c.finish_authentication(s, r, None, now);
///     let _ = c.finish_authentication(s, r, None, now);
/// }
/// ```
///
/// Once compiles:
///
/// ```
/// fn once(c: &ceremony::Ceremony, s: ceremony::AuthenticationState, r: &ceremony::AuthenticationResponse, now: ceremony::UnixTime) {
///     let _ = c.finish_authentication(s, r, None, now);
/// }
/// ```
///
/// Between two requests keep it on the server as bytes, and take them out atomically before finishing; whoever can
/// alter the bytes decides what is accepted.
pub struct AuthenticationState {
    pub(crate) frozen: Frozen,
    pub(crate) user: Option<UserHandle>,
    pub(crate) extensions: AskedAtRequest,
    /// Short hashes of the allowed credential ids; empty means any.
    pub(crate) allow: Vec<[u8; 16]>,
}

impl AuthenticationState {
    /// When the ceremony expires.
    #[must_use]
    pub const fn expires_at(&self) -> UnixTime {
        self.frozen.expires_at
    }

    /// The user that the ceremony is bound to, if it is.
    #[must_use]
    pub const fn user_handle(&self) -> Option<&UserHandle> {
        self.user.as_ref()
    }

    /// The application's own bytes from the request.
    #[must_use]
    pub fn context(&self) -> &[u8] {
        self.frozen.context.as_bytes()
    }

    /// The browser that the ceremony is bound to, if it is.
    #[must_use]
    pub const fn browser_binding(&self) -> Option<&[u8; 32]> {
        self.frozen.browser_binding.as_ref()
    }
}

impl fmt::Debug for AuthenticationState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticationState")
            .field("frozen", &self.frozen)
            .field("user_bound", &self.user.is_some())
            .field("extensions", &self.extensions)
            .field("allowed", &self.allow.len())
            .finish()
    }
}
