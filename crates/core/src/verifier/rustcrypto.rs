//! The verifier on the RustCrypto crates and ed25519-dalek: pure Rust, no C compiler, any target.

mod ecdsa;
mod ed25519;
#[cfg(feature = "ed448")]
mod ed448;
mod hash;
#[cfg(feature = "ml-dsa")]
mod ml_dsa;
mod rsa;

use super::{Hash, SignatureInvalid, SignatureScheme, SignatureVerifier};
use crate::cose::KeyMaterial;
use crate::error::KeyFault;

/// Every scheme on the RustCrypto crates: ECDSA, RSA and Ed25519 always, Ed448 with the feature `ed448`, ML-DSA with
/// `ml-dsa`.
///
/// EdDSA is verified without cofactor and with S below the group order; keys that are of small order or not encoded
/// canonically are refused. RSA moduli have 2048 to 8192 bits. RSASSA-PSS with SHA-1 is not supported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RustCrypto;

impl SignatureVerifier for RustCrypto {
    fn supports(&self, scheme: SignatureScheme) -> bool {
        use SignatureScheme as S;
        match scheme {
            S::RsaPss(Hash::Sha1) => false,
            S::Ecdsa(..) | S::RsaPkcs1(_) | S::RsaPss(_) | S::Ed25519 => true,
            S::Ed448 => cfg!(feature = "ed448"),
            S::MlDsa(_) => cfg!(feature = "ml-dsa"),
        }
    }

    fn check_key(&self, scheme: SignatureScheme, key: KeyMaterial<'_>) -> Result<(), KeyFault> {
        use SignatureScheme as S;
        if !self.supports(scheme) {
            return Err(KeyFault::UnknownAlgorithm);
        }
        let (usable, fault) = match (scheme, key) {
            (S::Ecdsa(curve, _), KeyMaterial::Ec2 { x, y }) => (ecdsa::check_key(curve, x, y), KeyFault::InvalidPoint),
            (S::Ed25519, KeyMaterial::Okp { x }) => (ed25519::key(x).map(drop), KeyFault::InvalidPoint),
            #[cfg(feature = "ed448")]
            (S::Ed448, KeyMaterial::Okp { x }) => (ed448::key(x).map(drop), KeyFault::InvalidPoint),
            (S::RsaPkcs1(_) | S::RsaPss(_), KeyMaterial::Rsa { n, e }) => (rsa::check_key(n, e), KeyFault::WeakRsa),
            // Any bytes of the right length are a key.
            (S::MlDsa(_), KeyMaterial::Akp { .. }) => return key.check_shape(scheme),
            _ => return Err(KeyFault::WrongType),
        };
        usable.ok_or(fault)
    }

    fn verify(
        &self,
        scheme: SignatureScheme,
        key: KeyMaterial<'_>,
        message: &[&[u8]],
        signature: &[u8],
    ) -> Result<(), SignatureInvalid> {
        use SignatureScheme as S;
        let valid = match (scheme, key) {
            (S::Ecdsa(curve, hash), KeyMaterial::Ec2 { x, y }) => ecdsa::verify(curve, hash, x, y, message, signature),
            (S::Ed25519, KeyMaterial::Okp { x }) => ed25519::verify(x, message, signature),
            #[cfg(feature = "ed448")]
            (S::Ed448, KeyMaterial::Okp { x }) => ed448::verify(x, message, signature),
            (S::RsaPkcs1(hash), KeyMaterial::Rsa { n, e }) => rsa::verify_pkcs1(hash, n, e, message, signature),
            (S::RsaPss(hash), KeyMaterial::Rsa { n, e }) => rsa::verify_pss(hash, n, e, message, signature),
            #[cfg(feature = "ml-dsa")]
            (S::MlDsa(set), KeyMaterial::Akp { public }) => ml_dsa::verify(set, public, message, signature),
            _ => None,
        };
        valid.ok_or(SignatureInvalid)
    }
}

#[cfg(test)]
mod tests;
