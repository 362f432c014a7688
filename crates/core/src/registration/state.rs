//! What is frozen between begin and finish of a registration.

use crate::cose::Algorithm;
use crate::extensions::AskedAtCreation;
use crate::ids::UserHandle;
use crate::policy::AttestationConveyance;
use crate::state::Frozen;
use crate::time::UnixTime;
use alloc::vec::Vec;
use core::fmt;

/// A begun registration. It is consumed by [`finish_registration`](crate::Ceremony::finish_registration), so that it
/// can't be used twice:
///
/// ```compile_fail
/// fn twice(c: &ceremony::Ceremony, s: ceremony::RegistrationState, r: &ceremony::RegistrationResponse, now: ceremony::UnixTime) {
///     let _ = c.finish_registration(s, r, now);
///     let _ = c.finish_registration(s, r, now);
/// }
/// ```
///
/// Once compiles:
///
/// ```
/// fn once(c: &ceremony::Ceremony, s: ceremony::RegistrationState, r: &ceremony::RegistrationResponse, now: ceremony::UnixTime) {
///     let _ = c.finish_registration(s, r, now);
/// }
/// ```
///
/// Between two requests keep it on the server as bytes, and take them out atomically before finishing; whoever can
/// alter the bytes decides what is accepted.
pub struct RegistrationState {
    pub(crate) frozen: Frozen,
    pub(crate) user: UserHandle,
    pub(crate) conditional: bool,
    pub(crate) attestation: AttestationConveyance,
    pub(crate) extensions: AskedAtCreation,
    pub(crate) algorithms: Vec<Algorithm>,
}

impl RegistrationState {
    /// When the ceremony expires.
    #[must_use]
    pub const fn expires_at(&self) -> UnixTime {
        self.frozen.expires_at
    }

    /// The account that the credential is for.
    #[must_use]
    pub const fn user_handle(&self) -> &UserHandle {
        &self.user
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

impl fmt::Debug for RegistrationState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistrationState")
            .field("frozen", &self.frozen)
            .field("conditional", &self.conditional)
            .field("attestation", &self.attestation)
            .field("extensions", &self.extensions)
            .field("algorithms", &self.algorithms)
            .finish_non_exhaustive()
    }
}
