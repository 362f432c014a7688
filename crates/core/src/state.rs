//! What both ceremonies freeze at begin. Decisions of the relying party that hold for every ceremony are not frozen;
//! they are read at finish.

use crate::challenge::Challenge;
use crate::error::Misuse;
use crate::ids::{RpId, Tenant};
use crate::policy::UserVerification;
use crate::relying_party::RelyingParty;
use crate::time::UnixTime;
use alloc::vec::Vec;
use core::fmt;

/// The longest application context, in bytes.
pub const MAX_CONTEXT: usize = 256;

/// The application's own bytes. They may name a person, and are not shown.
#[derive(Clone, Default)]
pub(crate) struct Context(Vec<u8>);

impl Context {
    pub(crate) fn check(&self) -> Result<(), Misuse> {
        if self.0.len() > MAX_CONTEXT { Err(Misuse::ContextTooLong) } else { Ok(()) }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Context {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Context({} bytes)", self.0.len())
    }
}

pub(crate) struct Frozen {
    pub(crate) tenant: Tenant,
    pub(crate) rp_id: RpId,
    pub(crate) challenge: Challenge,
    pub(crate) expires_at: UnixTime,
    pub(crate) user_verification: UserVerification,
    pub(crate) browser_binding: Option<[u8; 32]>,
    pub(crate) context: Context,
}

impl Frozen {
    /// Whether the state was begun for this relying party: a state of another one is the program's mistake.
    pub(crate) fn check_relying_party(&self, rp: &RelyingParty) -> Result<(), Misuse> {
        if self.tenant == *rp.tenant() && self.rp_id == *rp.id() {
            Ok(())
        } else {
            Err(Misuse::StateOfAnotherRelyingParty)
        }
    }

    pub(crate) fn is_expired(&self, now: UnixTime) -> bool {
        now >= self.expires_at
    }
}

impl fmt::Debug for Frozen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frozen")
            .field("tenant", &self.tenant)
            .field("rp_id", &self.rp_id)
            .field("challenge", &self.challenge)
            .field("expires_at", &self.expires_at)
            .field("user_verification", &self.user_verification)
            .field("browser_bound", &self.browser_binding.is_some())
            .field("context", &self.context)
            .finish()
    }
}
