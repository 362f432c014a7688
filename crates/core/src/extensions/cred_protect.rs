//! credProtect: when an authenticator may use, or even admit to, a credential (CTAP 2.3 §12.1). Registration only; the
//! authenticator's word.

use super::{Demand, Malformed};
use crate::cbor::Reader;

pub(super) const NAME: &str = "credProtect";

/// The levels of protection, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CredentialProtection {
    /// Level 1: the credential may be used without user verification.
    UserVerificationOptional,
    /// Level 2: without user verification it can be used only where `allowCredentials` names it.
    UserVerificationOptionalWithCredentialIdList,
    /// Level 3: it can't be used, or found, without user verification.
    UserVerificationRequired,
}

impl CredentialProtection {
    const ALL: [Self; 3] = [
        Self::UserVerificationOptional,
        Self::UserVerificationOptionalWithCredentialIdList,
        Self::UserVerificationRequired,
    ];

    /// The level as authenticators write it, 1 to 3.
    #[must_use]
    pub const fn level(self) -> u8 {
        match self {
            Self::UserVerificationOptional => 1,
            Self::UserVerificationOptionalWithCredentialIdList => 2,
            Self::UserVerificationRequired => 3,
        }
    }

    /// The protection of a level, `None` for one that CTAP does not know.
    #[must_use]
    pub fn from_level(level: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.level() == level)
    }

    /// The word in `credentialProtectionPolicy`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UserVerificationOptional => "userVerificationOptional",
            Self::UserVerificationOptionalWithCredentialIdList => "userVerificationOptionalWithCredentialIDList",
            Self::UserVerificationRequired => "userVerificationRequired",
        }
    }
}

/// The level, an unsigned integer from 1 to 3.
pub(super) fn read(from: &mut Reader<'_>) -> Result<CredentialProtection, Malformed> {
    let level = u8::try_from(from.int()?).map_err(|_| Malformed)?;
    CredentialProtection::from_level(level).ok_or(Malformed)
}

/// Whether the authenticator protects at least as much as was required of it.
pub(super) fn honoured(asked: Option<(CredentialProtection, Demand)>, got: Option<CredentialProtection>) -> bool {
    match asked {
        Some((least, Demand::Required)) => got.is_some_and(|level| level >= least),
        Some((_, Demand::Preferred)) | None => true,
    }
}
