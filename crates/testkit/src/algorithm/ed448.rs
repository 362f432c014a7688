//! EdDSA with Ed448.

use ed448_goldilocks::{SigningKey, signature::Signer as _};

use super::PrivateKey;
use crate::{cbor::Cbor, der, stream::Stream};

/// id-Ed448
const ED448: &[u32] = &[1, 3, 101, 113];

pub(super) struct Ed448(SigningKey);

impl Ed448 {
    pub(super) fn generate(stream: &Stream, index: usize) -> Self {
        let secret: [u8; 57] = stream.draw(&format!("ed448 key {index}"), 57).try_into().expect("57 bytes were drawn");
        Self(SigningKey::from(ed448_goldilocks::SecretKey::from(secret)))
    }

    fn public(&self) -> Vec<u8> {
        self.0.verifying_key().to_bytes().to_vec()
    }
}

impl PrivateKey for Ed448 {
    fn cose(&self) -> Cbor {
        Cbor::Map(vec![
            (Cbor::Int(1), Cbor::Int(1)),
            (Cbor::Int(3), Cbor::Int(-53)),
            (Cbor::Int(-1), Cbor::Int(7)),
            (Cbor::Int(-2), Cbor::Bytes(self.public())),
        ])
    }

    fn spki(&self) -> Vec<u8> {
        der::sequence([der::sequence([der::oid(ED448)]), der::bits(&self.public())])
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).to_bytes().to_vec()
    }
}
