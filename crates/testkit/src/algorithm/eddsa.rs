//! EdDSA: Ed25519 under both of its identifiers, and Ed448.

use ed25519_dalek::Signer as _;

use super::{Algorithm, PrivateKey};
use crate::{cbor::Cbor, der, stream::Stream};

pub(super) struct Ed25519 {
    key: ed25519_dalek::SigningKey,
    algorithm: Algorithm,
}

impl Ed25519 {
    pub(super) fn generate(algorithm: Algorithm, stream: &Stream, index: usize) -> Self {
        let mut secret = [0; 32];
        secret.copy_from_slice(&stream.draw(&format!("ed25519 key {index}"), 32));
        Self { key: ed25519_dalek::SigningKey::from_bytes(&secret), algorithm }
    }
}

impl PrivateKey for Ed25519 {
    fn cose(&self) -> Cbor {
        octet_key_pair(self.algorithm, 6, self.key.verifying_key().as_bytes())
    }

    fn spki(&self) -> Vec<u8> {
        spki("1.3.101.112", self.key.verifying_key().as_bytes())
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.key.sign(message).to_bytes().to_vec()
    }
}

pub(super) struct Ed448(ed448_goldilocks::SigningKey);

impl Ed448 {
    pub(super) fn generate(stream: &Stream, index: usize) -> Self {
        let secret = stream.draw(&format!("ed448 key {index}"), 57);
        Self(ed448_goldilocks::SigningKey::try_from(secret.as_slice()).expect("57 bytes are a key"))
    }
}

impl PrivateKey for Ed448 {
    fn cose(&self) -> Cbor {
        octet_key_pair(Algorithm::Ed448, 7, self.0.verifying_key().as_bytes())
    }

    fn spki(&self) -> Vec<u8> {
        spki("1.3.101.113", self.0.verifying_key().as_bytes())
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign_raw(message).to_bytes().to_vec()
    }
}

fn octet_key_pair(algorithm: Algorithm, curve: i64, x: &[u8]) -> Cbor {
    Cbor::Map(vec![
        (Cbor::Int(1), Cbor::Int(1)),
        (Cbor::Int(3), Cbor::Int(algorithm.cose_id())),
        (Cbor::Int(-1), Cbor::Int(curve)),
        (Cbor::Int(-2), Cbor::from(x)),
    ])
}

fn spki(oid: &str, key: &[u8]) -> Vec<u8> {
    der::sequence(&[der::sequence(&[der::oid(oid)]), der::bit_string(key)])
}
