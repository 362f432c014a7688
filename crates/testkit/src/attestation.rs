//! Attestation statement formats, one file each.

pub(crate) mod android_key;
pub(crate) mod android_safetynet;
pub(crate) mod apple;
pub(crate) mod compound;
mod fido_u2f;
mod maker;
mod none;
mod packed;
pub(crate) mod tpm;

pub use android_key::KeyDescription;
pub use tpm::CertInfo;

pub(crate) use maker::{Made, Maker};

/// The attestation statement that the authenticator makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Attestation {
    /// Format `none`: an empty statement.
    None,
    /// Format `packed`, self attestation: signed with the credential's own key, no certificate.
    PackedSelf,
    /// Format `packed`, with a certificate of the authenticator's make.
    Packed,
    /// Format `tpm`; for ES256, ES384, ES512 and RSA credentials.
    Tpm,
    /// Format `android-key`; for ES256 credentials.
    AndroidKey,
    /// Format `apple`; for ES256 credentials.
    Apple,
    /// Format `fido-u2f`; for ES256 credentials.
    FidoU2f,
    /// Format `compound`: a packed statement with certificates, and a self attestation.
    Compound,
    /// Format `android-safetynet`, which is no longer made by any device.
    AndroidSafetynet,
}

impl Attestation {
    /// Every attestation that the authenticator can make.
    #[must_use]
    pub const fn all() -> &'static [Self] {
        &[
            Self::None,
            Self::PackedSelf,
            Self::Packed,
            Self::Tpm,
            Self::AndroidKey,
            Self::Apple,
            Self::FidoU2f,
            Self::Compound,
            Self::AndroidSafetynet,
        ]
    }

    /// The attestation statement format identifier.
    #[must_use]
    pub const fn format(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::PackedSelf | Self::Packed => "packed",
            Self::Tpm => "tpm",
            Self::AndroidKey => "android-key",
            Self::Apple => "apple",
            Self::FidoU2f => "fido-u2f",
            Self::Compound => "compound",
            Self::AndroidSafetynet => "android-safetynet",
        }
    }

    /// Whether the format exists for credentials of this COSE algorithm.
    #[must_use]
    pub const fn suits(self, algorithm: i64) -> bool {
        match self {
            Self::None | Self::PackedSelf | Self::Packed | Self::Compound | Self::AndroidSafetynet => true,
            Self::Tpm => matches!(algorithm, -7 | -35 | -36 | -257 | -258 | -259 | -37 | -38 | -39),
            Self::AndroidKey | Self::Apple | Self::FidoU2f => algorithm == -7,
        }
    }

    /// Whether a certificate stands in the statement.
    #[must_use]
    pub const fn has_certificates(self) -> bool {
        !matches!(self, Self::None | Self::PackedSelf)
    }

    /// Whether a signature covers authenticator data and client data.
    #[must_use]
    pub const fn is_signed(self) -> bool {
        !matches!(self, Self::None | Self::Apple)
    }
}
