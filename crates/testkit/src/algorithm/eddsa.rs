//! EdDSA with Ed25519.

use ed25519_dalek::{Signer as _, SigningKey};

use super::PrivateKey;
use crate::{cbor::Cbor, stream::Stream};

/// SubjectPublicKeyInfo up to the key: id-Ed25519, then a BIT STRING of 32 bytes.
const SPKI_PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

pub(super) struct Ed25519 {
    key: SigningKey,
    algorithm: i64,
}

impl Ed25519 {
    pub(super) fn generate(stream: &Stream, index: usize, algorithm: i64) -> Self {
        let mut secret = [0; 32];
        secret.copy_from_slice(&stream.draw(&format!("ed25519 key {index}"), 32));
        Self { key: SigningKey::from_bytes(&secret), algorithm }
    }
}

impl PrivateKey for Ed25519 {
    fn cose(&self) -> Cbor {
        Cbor::Map(vec![
            (Cbor::Int(1), Cbor::Int(1)),
            (Cbor::Int(3), Cbor::Int(self.algorithm)),
            (Cbor::Int(-1), Cbor::Int(6)),
            (Cbor::Int(-2), Cbor::from(self.key.verifying_key().as_bytes().as_slice())),
        ])
    }

    fn spki(&self) -> Vec<u8> {
        [SPKI_PREFIX.as_slice(), self.key.verifying_key().as_bytes()].concat()
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.key.sign(message).to_bytes().to_vec()
    }
}
