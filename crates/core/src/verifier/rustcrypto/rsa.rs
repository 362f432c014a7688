//! RSASSA-PKCS1-v1_5 and RSASSA-PSS (RFC 8017).

use super::hash::MessageHash;
use crate::cose::{KeyMaterial, RSA_MAX_BITS, RSA_MIN_BITS};
use crate::verifier::{Hash, SignatureScheme};
use rsa::{BoxedUint, Pkcs1v15Sign, Pss, RsaPublicKey};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

pub(super) fn key(n: &[u8], e: &[u8]) -> Option<RsaPublicKey> {
    // Lengths first: numbers are allocated.
    KeyMaterial::Rsa { n, e }.check_shape(SignatureScheme::RsaPkcs1(Hash::Sha256)).ok()?;
    let (n, e) = (BoxedUint::from_be_slice_vartime(n), BoxedUint::from_be_slice_vartime(e));
    // Refuses e above 33 bits.
    RsaPublicKey::new_with_size_limits(n, e, RSA_MIN_BITS..=RSA_MAX_BITS).ok()
}

/// Whether [`key`] takes it: the same rules, without the numbers that a verification needs, which take longer than all
/// the rest of a registration.
pub(super) fn check_key(n: &[u8], e: &[u8]) -> Option<()> {
    KeyMaterial::Rsa { n, e }.check_shape(SignatureScheme::RsaPkcs1(Hash::Sha256)).ok()?;
    // The shape has eight bytes at most.
    let exponent = e.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    (exponent <= RsaPublicKey::MAX_PUB_EXPONENT).then_some(())
}

pub(super) fn verify_pkcs1(hash: Hash, n: &[u8], e: &[u8], message: &[&[u8]], signature: &[u8]) -> Option<()> {
    let key = key(n, e)?;
    let padding = match hash {
        Hash::Sha1 => Pkcs1v15Sign::new::<Sha1>(),
        Hash::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
        Hash::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
        Hash::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
    };
    // Compares the whole encoded message, and refuses a signature that is not as long as the modulus or not below it.
    key.verify(padding, MessageHash::new(hash, message).as_bytes(), signature).ok()
}

pub(super) fn verify_pss(hash: Hash, n: &[u8], e: &[u8], message: &[&[u8]], signature: &[u8]) -> Option<()> {
    let key = key(n, e)?;
    let digest = MessageHash::new(hash, message);
    // MGF1 with the same hash, and a salt of exactly its length.
    match hash {
        Hash::Sha1 => return None,
        Hash::Sha256 => key.verify(Pss::<Sha256>::new(), digest.as_bytes(), signature),
        Hash::Sha384 => key.verify(Pss::<Sha384>::new(), digest.as_bytes(), signature),
        Hash::Sha512 => key.verify(Pss::<Sha512>::new(), digest.as_bytes(), signature),
    }
    .ok()
}
