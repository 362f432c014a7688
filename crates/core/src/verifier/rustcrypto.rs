//! The verifier on the RustCrypto crates and ed25519-dalek: pure Rust, no C compiler, any target.

mod der;

use super::{Curve, Hash, SignatureInvalid, SignatureScheme, SignatureVerifier};
use crate::cose::{KeyMaterial, RSA_MAX_BITS, RSA_MIN_BITS};
use crate::error::KeyFault;
use ed25519_dalek::ed25519::signature::MultipartVerifier;
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::{BoxedUint, Pkcs1v15Sign, RsaPublicKey};
use sha2::{Digest, Sha256};

/// ES256, EdDSA (Ed25519) and RS256 on the RustCrypto crates.
///
/// Ed25519 is verified without cofactor and with S below the group order; keys of small order are refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RustCrypto;

const ES256: SignatureScheme = SignatureScheme::Ecdsa(Curve::P256, Hash::Sha256);
const RS256: SignatureScheme = SignatureScheme::RsaPkcs1(Hash::Sha256);

impl SignatureVerifier for RustCrypto {
    fn supports(&self, scheme: SignatureScheme) -> bool {
        matches!(scheme, ES256 | SignatureScheme::Ed25519 | RS256)
    }

    fn check_key(&self, scheme: SignatureScheme, key: KeyMaterial<'_>) -> Result<(), KeyFault> {
        match (scheme, key) {
            (ES256, KeyMaterial::Ec2 { x, y }) => p256_key(x, y).map(drop).ok_or(KeyFault::InvalidPoint),
            (SignatureScheme::Ed25519, KeyMaterial::Okp { x }) => {
                let key = ed25519_key(x).ok_or(KeyFault::InvalidPoint)?;
                // Decompression also takes y at or above the field's prime, and a sign bit on x = 0.
                let is_canonical = key.to_edwards().compress().as_bytes() == x;
                if is_canonical { Ok(()) } else { Err(KeyFault::InvalidPoint) }
            }
            (RS256, KeyMaterial::Rsa { n, e }) => rsa_key(n, e).map(drop).ok_or(KeyFault::WeakRsa),
            _ => Err(KeyFault::WrongType),
        }
    }

    fn verify(
        &self,
        scheme: SignatureScheme,
        key: KeyMaterial<'_>,
        message: &[&[u8]],
        signature: &[u8],
    ) -> Result<(), SignatureInvalid> {
        let valid = match (scheme, key) {
            (ES256, KeyMaterial::Ec2 { x, y }) => es256(x, y, message, signature),
            (SignatureScheme::Ed25519, KeyMaterial::Okp { x }) => eddsa(x, message, signature),
            (RS256, KeyMaterial::Rsa { n, e }) => rs256(n, e, message, signature),
            _ => None,
        };
        valid.ok_or(SignatureInvalid)
    }
}

fn sha256(message: &[&[u8]]) -> [u8; 32] {
    let mut digest = Sha256::new();
    message.iter().for_each(|slice| digest.update(slice));
    digest.finalize().into()
}

fn p256_key(x: &[u8], y: &[u8]) -> Option<p256::ecdsa::VerifyingKey> {
    let (x, y): (&[u8; 32], &[u8; 32]) = (x.try_into().ok()?, y.try_into().ok()?);
    // Refuses coordinates at or above the prime and points that are not on the curve; infinity has no such form.
    let point = p256::Sec1Point::from_affine_coordinates(x.into(), y.into(), false);
    p256::ecdsa::VerifyingKey::from_sec1_point(&point).ok()
}

fn es256(x: &[u8], y: &[u8], message: &[&[u8]], signature: &[u8]) -> Option<()> {
    let key = p256_key(x, y)?;
    let (r, s) = der::ecdsa_sig_value::<32>(signature)?;
    // Refuses r and s of zero and of n or above.
    let signature = p256::ecdsa::Signature::from_scalars(r, s).ok()?;
    key.verify_prehash(&sha256(message), &signature).ok()
}

fn ed25519_key(x: &[u8]) -> Option<ed25519_dalek::VerifyingKey> {
    let key = ed25519_dalek::VerifyingKey::from_bytes(x.try_into().ok()?).ok()?;
    // For such a key there are signatures that hold for any message.
    if key.is_weak() { None } else { Some(key) }
}

fn eddsa(x: &[u8], message: &[&[u8]], signature: &[u8]) -> Option<()> {
    let key = ed25519_key(x)?;
    let signature = ed25519_dalek::Signature::from_slice(signature).ok()?;
    key.multipart_verify(message, &signature).ok()
}

fn rsa_key(n: &[u8], e: &[u8]) -> Option<RsaPublicKey> {
    // Lengths first: numbers are allocated.
    if n.len() > RSA_MAX_BITS / 8 || e.len() > 8 {
        return None;
    }
    let (n, e) = (BoxedUint::from_be_slice_vartime(n), BoxedUint::from_be_slice_vartime(e));
    RsaPublicKey::new_with_size_limits(n, e, RSA_MIN_BITS..=RSA_MAX_BITS).ok()
}

fn rs256(n: &[u8], e: &[u8], message: &[&[u8]], signature: &[u8]) -> Option<()> {
    let key = rsa_key(n, e)?;
    // Compares the whole encoded message, and refuses a signature that is not as long as the modulus or not below it.
    key.verify(Pkcs1v15Sign::new::<Sha256>(), &sha256(message), signature).ok()
}

#[cfg(test)]
mod tests;
