//! ECDSA on P-256, P-384, P-521 and secp256k1, with any hash.

use super::hash::MessageHash;
use crate::verifier::{Curve, EcdsaSigValue, Hash};

/// The functions for one curve: its crate and the length of its field in bytes.
macro_rules! curve {
    ($curve:ident, $len:literal) => {
        mod $curve {
            use super::{EcdsaSigValue, MessageHash};
            use $curve::ecdsa::{Signature, VerifyingKey, signature::hazmat::PrehashVerifier};

            pub(super) fn key(x: &[u8], y: &[u8]) -> Option<VerifyingKey> {
                let (x, y): (&[u8; $len], &[u8; $len]) = (x.try_into().ok()?, y.try_into().ok()?);
                // Refuses coordinates at or above the prime and points that are not on the curve; infinity has no
                // such form.
                let point = $curve::Sec1Point::from_affine_coordinates(x.into(), y.into(), false);
                VerifyingKey::from_sec1_point(&point).ok()
            }

            pub(super) fn verify(x: &[u8], y: &[u8], hash: &MessageHash, value: EcdsaSigValue<'_>) -> Option<()> {
                let key = key(x, y)?;
                let (r, s) = value.padded::<$len>()?;
                // Refuses r and s of zero and of n or above.
                let signature = Signature::from_scalars(r, s).ok()?;
                // s and n - s verify alike, but one of these crates refuses the higher one.
                let signature = signature.normalize_s();
                // Takes the hash's leftmost bits, as many as the order has, or all of a shorter one (FIPS 186-5 §6.4.2).
                key.verify_prehash(hash.as_bytes(), &signature).ok()
            }
        }
    };
}

curve!(p256, 32);
curve!(p384, 48);
curve!(p521, 66);
curve!(k256, 32);

pub(super) fn check_key(curve: Curve, x: &[u8], y: &[u8]) -> Option<()> {
    match curve {
        Curve::P256 => p256::key(x, y).map(drop),
        Curve::P384 => p384::key(x, y).map(drop),
        Curve::P521 => p521::key(x, y).map(drop),
        Curve::Secp256k1 => k256::key(x, y).map(drop),
    }
}

pub(super) fn verify(curve: Curve, hash: Hash, x: &[u8], y: &[u8], message: &[&[u8]], signature: &[u8]) -> Option<()> {
    let value = EcdsaSigValue::from_der(signature)?;
    let hash = MessageHash::new(hash, message);
    match curve {
        Curve::P256 => p256::verify(x, y, &hash, value),
        Curve::P384 => p384::verify(x, y, &hash, value),
        Curve::P521 => p521::verify(x, y, &hash, value),
        Curve::Secp256k1 => k256::verify(x, y, &hash, value),
    }
}
