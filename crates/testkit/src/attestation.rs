//! Attestation statement formats, one file each.

mod none;
mod packed;

use crate::{algorithm::PrivateKey, cbor::Cbor};

/// The attestation statement that the authenticator makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Attestation {
    /// Format `none`: an empty statement.
    None,
    /// Format `packed`, self attestation: signed with the credential's own key, no certificate.
    PackedSelf,
}

impl Attestation {
    /// Every attestation that the authenticator can make.
    #[must_use]
    pub const fn all() -> &'static [Self] {
        &[Self::None, Self::PackedSelf]
    }

    /// The attestation statement format identifier.
    #[must_use]
    pub const fn format(self) -> &'static str {
        match self {
            Self::None => none::FORMAT,
            Self::PackedSelf => packed::FORMAT,
        }
    }

    /// The signature of the statement over authenticatorData ‖ clientDataHash, if the format has one.
    pub(crate) fn sign(self, key: &dyn PrivateKey, message: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::None => None,
            Self::PackedSelf => Some(key.sign(message)),
        }
    }

    /// The statement; `signature` is what [`Attestation::sign`] made, perhaps changed since.
    pub(crate) fn statement(self, algorithm: i64, signature: Option<Vec<u8>>) -> Cbor {
        match self {
            Self::None => none::statement(),
            Self::PackedSelf => packed::self_statement(algorithm, signature.unwrap_or_default()),
        }
    }
}
