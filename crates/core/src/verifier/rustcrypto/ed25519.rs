//! Ed25519 (RFC 8032).

use ed25519_dalek::ed25519::signature::MultipartVerifier;
use ed25519_dalek::{Signature, VerifyingKey};

pub(super) fn key(x: &[u8]) -> Option<VerifyingKey> {
    let x: &[u8; 32] = x.try_into().ok()?;
    let key = VerifyingKey::from_bytes(x).ok()?;
    // Decompression also takes y at or above the field's prime, and a sign bit on x = 0.
    let is_canonical = key.to_edwards().compress().as_bytes() == x;
    // For a key of small order there are signatures that hold for any message.
    if is_canonical && !key.is_weak() { Some(key) } else { None }
}

pub(super) fn verify(x: &[u8], message: &[&[u8]], signature: &[u8]) -> Option<()> {
    let key = key(x)?;
    let signature = Signature::from_slice(signature).ok()?;
    key.multipart_verify(message, &signature).ok()
}
