//! Ed25519 (RFC 8032).

use crate::verifier::is_sound_ed25519_key;
use ed25519_dalek::ed25519::signature::MultipartVerifier;
use ed25519_dalek::{Signature, VerifyingKey};

pub(super) fn key(x: &[u8]) -> Option<VerifyingKey> {
    // Decompression also takes y at or above the field's prime, a sign bit on x = 0, and keys of small order.
    if !is_sound_ed25519_key(x) {
        return None;
    }
    VerifyingKey::from_bytes(x.try_into().ok()?).ok()
}

pub(super) fn verify(x: &[u8], message: &[&[u8]], signature: &[u8]) -> Option<()> {
    let key = key(x)?;
    let signature = Signature::from_slice(signature).ok()?;
    key.multipart_verify(message, &signature).ok()
}
