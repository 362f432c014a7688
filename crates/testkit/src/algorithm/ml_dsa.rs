//! ML-DSA (FIPS 204), deterministic.

use ml_dsa::{Keypair as _, MlDsaParams, SigningKey, signature::Signer as _};

use super::PrivateKey;
use crate::{cbor::Cbor, der, stream::Stream};

pub(super) struct Key<P: MlDsaParams> {
    key: SigningKey<P>,
    public: Vec<u8>,
    algorithm: i64,
}

impl<P: MlDsaParams> Key<P> {
    pub(super) fn generate(stream: &Stream, index: usize, algorithm: i64) -> Self {
        let seed: [u8; 32] =
            stream.draw(&format!("ml-dsa key {algorithm} {index}"), 32).try_into().expect("32 bytes were drawn");
        let key = SigningKey::<P>::from_seed(&seed.into());
        let public = key.verifying_key().encode().to_vec();
        Self { key, public, algorithm }
    }
}

impl<P: MlDsaParams + Send + Sync> PrivateKey for Key<P> {
    fn cose(&self) -> Cbor {
        Cbor::Map(vec![
            (Cbor::Int(1), Cbor::Int(7)),
            (Cbor::Int(3), Cbor::Int(self.algorithm)),
            (Cbor::Int(-1), Cbor::Bytes(self.public.clone())),
        ])
    }

    fn spki(&self) -> Vec<u8> {
        // id-ml-dsa-44, -65, -87
        let last = match self.algorithm {
            -48 => 17,
            -49 => 18,
            _ => 19,
        };
        let algorithm = der::oid(&[2, 16, 840, 1, 101, 3, 4, 3, last]);
        der::sequence([der::sequence([algorithm]), der::bits(&self.public)])
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.key.sign(message).encode().to_vec()
    }
}
