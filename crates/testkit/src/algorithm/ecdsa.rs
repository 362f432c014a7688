//! ES256.

use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};

use super::PrivateKey;
use crate::{cbor::Cbor, stream::Stream};

/// SubjectPublicKeyInfo up to the point: id-ecPublicKey on prime256v1, then a BIT STRING of 65 bytes.
const SPKI_PREFIX: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

pub(super) struct Es256(SigningKey);

impl Es256 {
    pub(super) fn generate(stream: &Stream, index: usize) -> Self {
        // A draw is no scalar about once in 2^32 times: then the next one is taken.
        let key = (0_u32..)
            .find_map(|attempt| SigningKey::from_slice(&stream.draw(&format!("es256 key {index} {attempt}"), 32)).ok())
            .expect("some draw is a scalar");
        Self(key)
    }

    /// The uncompressed point: 04, x, y.
    fn point(&self) -> Vec<u8> {
        self.0.verifying_key().to_sec1_point(false).as_bytes().to_vec()
    }
}

impl PrivateKey for Es256 {
    fn cose(&self) -> Cbor {
        let point = self.point();
        Cbor::Map(vec![
            (Cbor::Int(1), Cbor::Int(2)),
            (Cbor::Int(3), Cbor::Int(-7)),
            (Cbor::Int(-1), Cbor::Int(1)),
            (Cbor::Int(-2), Cbor::from(&point[1..33])),
            (Cbor::Int(-3), Cbor::from(&point[33..65])),
        ])
    }

    fn spki(&self) -> Vec<u8> {
        [SPKI_PREFIX.as_slice(), &self.point()].concat()
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signature: Signature = self.0.sign(message);
        signature.to_der().as_bytes().to_vec()
    }
}
