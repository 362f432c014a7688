//! Ed448 (RFC 8032).

use ed448_goldilocks::{Signature, VerifyingKey};

/// The field's prime, 2^448 - 2^224 - 1, little-endian.
const PRIME: [u8; 56] = {
    let mut bytes = [0xff; 56];
    bytes[28] = 0xfe;
    bytes
};

/// Whether a compressed point has y below the prime, and in its last byte the sign bit only. The decompression here
/// takes both otherwise.
fn is_canonical(point: &[u8; 57]) -> bool {
    let [y @ .., last] = point;
    y.iter().rev().lt(PRIME.iter().rev()) && last & 0x7f == 0
}

pub(super) fn key(x: &[u8]) -> Option<VerifyingKey> {
    let x: &[u8; 57] = x.try_into().ok()?;
    // Decompression refuses points with a part of small order, among them those that are nothing else.
    if is_canonical(x) { VerifyingKey::from_bytes(x).ok() } else { None }
}

pub(super) fn verify(x: &[u8], message: &[&[u8]], signature: &[u8]) -> Option<()> {
    let key = key(x)?;
    let signature = Signature::from_slice(signature).ok()?;
    if !is_canonical(signature.r_bytes()) {
        return None;
    }
    // The only scheme whose crate wants the message in one piece.
    key.verify_raw(&signature, &message.concat()).ok()
}
