//! What the formats' tests share: statements of the shape that genuine authenticators and the specification's test
//! vectors have, built by hand from fixed keys.

mod cbor;
mod certificate;
pub(super) mod der;
mod world;

pub(super) use cbor::{Members, Value};
pub(super) use certificate::Cert;
#[cfg(feature = "safetynet")]
pub(super) use world::NOW;
pub(super) use world::{RS256_COSE_MODULUS, Verdict, World, cose_ec, cose_rsa};

use alloc::vec::Vec;
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};

/// The credential's private key. TEST ONLY, as all keys here: they are numbers that anybody can read.
pub(super) fn credential_key() -> SigningKey {
    SigningKey::from_slice(&[0x11; 32]).unwrap()
}

/// The private key of an attestation certificate.
pub(super) fn attestation_key() -> SigningKey {
    SigningKey::from_slice(&[0x22; 32]).unwrap()
}

/// 04, x, y.
pub(super) fn point(key: &SigningKey) -> Vec<u8> {
    key.verifying_key().to_sec1_point(false).as_bytes().to_vec()
}

/// ECDSA with SHA-256, in DER.
pub(super) fn sign(key: &SigningKey, message: &[u8]) -> Vec<u8> {
    let signature: Signature = key.sign(message);
    signature.to_der().as_bytes().to_vec()
}
