//! Signature verification as a trait, so that the cryptography can be chosen.

mod der;
mod ed25519_key;
#[cfg(feature = "rustcrypto")]
mod rustcrypto;
mod scheme;

pub use der::EcdsaSigValue;
pub use ed25519_key::is_sound_ed25519_key;
#[cfg(feature = "rustcrypto")]
pub use rustcrypto::RustCrypto;
pub use scheme::{Curve, Hash, MlDsa, SignatureScheme};

use crate::cose::KeyMaterial;
use crate::error::KeyFault;
use core::fmt;

/// The signature is not one of this key over this message. No reason is given, on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignatureInvalid;

impl fmt::Display for SignatureInvalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("signature is not valid")
    }
}

impl core::error::Error for SignatureInvalid {}

/// Verifies signatures in the form that WebAuthn gives them (§6.5.5).
///
/// ECDSA signatures are DER `ECDSA-Sig-Value`, in its one distinguished form, with r and s from 1 to n - 1; a high s
/// is valid. EdDSA, RSA and ML-DSA signatures are raw. An implementation must be deterministic and must not panic, whatever
/// key and signature it is given: both come from outside.
pub trait SignatureVerifier: fmt::Debug + Send + Sync {
    /// Whether this implementation knows `scheme`.
    fn supports(&self, scheme: SignatureScheme) -> bool;

    /// Checks that `key` can be used: a point on its curve that is not of small order and is encoded as it must be,
    /// an RSA modulus and exponent of an accepted size. Run once, at registration.
    ///
    /// # Errors
    ///
    /// [`KeyFault::InvalidPoint`] or [`KeyFault::WeakRsa`]; [`KeyFault::BadParameter`] for an ML-DSA key of another
    /// length; [`KeyFault::WrongType`] if the key is not one of `scheme`; [`KeyFault::UnknownAlgorithm`] if the scheme
    /// is not supported.
    fn check_key(&self, scheme: SignatureScheme, key: KeyMaterial<'_>) -> Result<(), KeyFault>;

    /// Checks `signature` over the concatenation of `message`'s slices.
    ///
    /// # Errors
    ///
    /// [`SignatureInvalid`], for an unusable key and a scheme that is not supported as well.
    fn verify(
        &self,
        scheme: SignatureScheme,
        key: KeyMaterial<'_>,
        message: &[&[u8]],
        signature: &[u8],
    ) -> Result<(), SignatureInvalid>;
}

/// The key that stands in where there is none, so that an unknown credential takes the time of a known one.
///
/// A point of P-256 whose private key nobody knows: x is the SHA-256 of the ASCII text "ceremony dummy key 3" (0 to 2
/// give no point of the curve), y the even one of the two.
pub(crate) const fn dummy_key() -> (SignatureScheme, KeyMaterial<'static>) {
    const X: &[u8; 32] = &[
        0x6b, 0x39, 0x07, 0x1d, 0x03, 0x2d, 0xa6, 0x37, 0xcd, 0x9f, 0xab, 0xa5, 0xc8, 0x77, 0x5b, 0x9c, 0x1d, 0x77,
        0xa2, 0x63, 0x27, 0x55, 0x0e, 0x00, 0x34, 0xdd, 0x74, 0xbd, 0xd2, 0x34, 0x8a, 0xdd,
    ];
    const Y: &[u8; 32] = &[
        0x32, 0xc4, 0x4b, 0x9d, 0xb3, 0x20, 0xc2, 0xd2, 0xc1, 0x19, 0xd9, 0xe1, 0xdc, 0xb4, 0xd5, 0xab, 0x69, 0xb5,
        0x90, 0xf1, 0xbd, 0xd9, 0x2d, 0xa4, 0x7b, 0xb4, 0x6f, 0x00, 0x3b, 0x1a, 0x8f, 0xce,
    ];
    (SignatureScheme::Ecdsa(Curve::P256, Hash::Sha256), KeyMaterial::Ec2 { x: X, y: Y })
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn dummy_key_is_where_it_says_it_comes_from() {
        let (scheme, KeyMaterial::Ec2 { x, y }) = dummy_key() else { panic!("not an EC2 key") };
        assert_eq!(scheme, SignatureScheme::Ecdsa(Curve::P256, Hash::Sha256));
        assert_eq!(x, &Sha256::digest("ceremony dummy key 3")[..]);
        assert_eq!(y[31] % 2, 0);
    }

    #[cfg(feature = "rustcrypto")]
    #[test]
    fn dummy_key_is_a_point_of_the_curve() {
        let (scheme, key) = dummy_key();
        assert_eq!(RustCrypto.check_key(scheme, key), Ok(()));
    }
}
