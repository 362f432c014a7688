//! Credential public keys: COSE_Key in its WebAuthn profile (WebAuthn §5.8.5, §6.5.1).

mod algorithm;
mod layout;
mod parse;
mod shape;
mod usual;

use crate::error::KeyFault;
use crate::verifier::SignatureScheme;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use layout::Layout;

/// The smallest accepted RSA modulus, in bits.
pub(crate) const RSA_MIN_BITS: usize = 2048;

/// The largest accepted RSA modulus, in bits: beyond it one verification takes long enough to be a weapon.
pub(crate) const RSA_MAX_BITS: usize = 8192;

/// The length of [`CredentialPublicKey::quick`], in bytes.
pub(crate) const QUICK_LEN: usize = 13;

pub use algorithm::Algorithm;
pub(crate) use usual::len as usual_len;

/// The numbers of a public key, big-endian unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyMaterial<'a> {
    /// A point on the algorithm's curve.
    Ec2 {
        /// As long as the curve's field: 32 bytes for P-256.
        x: &'a [u8],
        /// As long as `x`.
        y: &'a [u8],
    },
    /// A compressed Edwards point.
    Okp {
        /// 32 bytes for Ed25519, 57 for Ed448, little-endian with the sign bit.
        x: &'a [u8],
    },
    /// An RSA public key.
    Rsa {
        /// The modulus, without leading zeros.
        n: &'a [u8],
        /// The exponent, without leading zeros, at most 8 bytes.
        e: &'a [u8],
    },
    /// A public key of the key type AKP (RFC 9964): ML-DSA.
    Akp {
        /// The key in the form of its own standard.
        public: &'a [u8],
    },
}

/// A credential public key: the COSE_Key exactly as the authenticator sent it, and where its parameters stand in it.
///
/// Cheap to clone. Its shape is right; whether the numbers make a usable key is for
/// [`SignatureVerifier::check_key`](crate::SignatureVerifier::check_key).
#[derive(Clone, PartialEq, Eq)]
pub struct CredentialPublicKey {
    cose: Arc<[u8]>,
    algorithm: Algorithm,
    layout: Layout,
}

impl fmt::Debug for CredentialPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialPublicKey").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

impl CredentialPublicKey {
    /// Reads a COSE_Key. `strict` refuses parameters that the algorithm does not name, such as `kid`.
    ///
    /// Key order and head lengths are not judged here; they are observed where the key is received.
    ///
    /// # Errors
    ///
    /// Any [`KeyFault`] but `InvalidPoint`.
    pub fn from_cose(cose: &[u8], strict: bool) -> Result<Self, KeyFault> {
        let (algorithm, layout) = parse::parse(cose, strict)?;
        let key = Self { cose: cose.into(), algorithm, layout };
        key.material().check_shape(algorithm.scheme())?;
        Ok(key)
    }

    /// Joins a COSE_Key with its [`quick`](Self::quick) form, without parsing CBOR.
    ///
    /// Bounds and lengths are checked anew, so that damaged bytes give an error and never a panic; that both forms
    /// belong together is not checked.
    ///
    /// # Errors
    ///
    /// [`KeyFault::NotCoseKey`] if `quick` is no such form, or does not fit `cose`; [`KeyFault::BadParameter`] or
    /// [`KeyFault::WeakRsa`] as [`from_cose`](Self::from_cose).
    pub fn from_quick(cose: Vec<u8>, quick: &[u8]) -> Result<Self, KeyFault> {
        let (algorithm, layout) = Layout::from_quick(quick)?;
        if !layout.fits(&cose) {
            return Err(KeyFault::NotCoseKey);
        }
        let key = Self { cose: cose.into(), algorithm, layout };
        key.material().check_shape(algorithm.scheme())?;
        Ok(key)
    }

    /// The COSE_Key as received.
    #[must_use]
    pub fn as_cose(&self) -> &[u8] {
        &self.cose
    }

    /// The algorithm that signatures of this key use.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key's numbers.
    #[must_use]
    pub fn material(&self) -> KeyMaterial<'_> {
        let first = self.layout.first.of(&self.cose);
        let second = self.layout.second.of(&self.cose);
        match self.algorithm.scheme() {
            SignatureScheme::Ecdsa(..) => KeyMaterial::Ec2 { x: first, y: second },
            SignatureScheme::Ed25519 | SignatureScheme::Ed448 => KeyMaterial::Okp { x: first },
            SignatureScheme::RsaPkcs1(_) | SignatureScheme::RsaPss(_) => KeyMaterial::Rsa { n: first, e: second },
            SignatureScheme::MlDsa(_) => KeyMaterial::Akp { public: first },
        }
    }

    /// The form in which a store keeps the key's layout beside its COSE_Key, for [`from_quick`](Self::from_quick).
    ///
    /// Thirteen bytes, integers big-endian: the form's version (1); the COSE algorithm as `i32`; offset and length,
    /// two bytes each, of the first parameter (x, n or pub) in the COSE_Key; the same of the second (y, or e), zero
    /// where there is none.
    #[must_use]
    pub fn quick(&self) -> [u8; QUICK_LEN] {
        self.layout.to_quick(self.algorithm)
    }
}

#[cfg(test)]
mod tests;
