//! ML-DSA (FIPS 204) in its deterministic variant, with an empty context.

use ml_dsa::{MlDsaParams, SigningKey, signature::Keypair as _};

use super::{Algorithm, PrivateKey};
use crate::{cbor::Cbor, der, stream::Stream};

pub(super) struct MlDsa<P: MlDsaParams> {
    key: SigningKey<P>,
    algorithm: Algorithm,
}

impl<P: MlDsaParams> MlDsa<P> {
    pub(super) fn generate(algorithm: Algorithm, stream: &Stream, index: usize) -> Self {
        let mut seed = ml_dsa::Seed::default();
        seed.copy_from_slice(&stream.draw(&format!("{algorithm:?} key {index}").to_lowercase(), 32));
        Self { key: SigningKey::from_seed(&seed), algorithm }
    }

    fn public_key(&self) -> Vec<u8> {
        self.key.verifying_key().encode().to_vec()
    }
}

impl<P: MlDsaParams + Send + Sync> PrivateKey for MlDsa<P> {
    fn cose(&self) -> Cbor {
        Cbor::Map(vec![
            (Cbor::Int(1), Cbor::Int(7)),
            (Cbor::Int(3), Cbor::Int(self.algorithm.cose_id())),
            (Cbor::Int(-1), Cbor::Bytes(self.public_key())),
        ])
    }

    fn spki(&self) -> Vec<u8> {
        der::sequence(&[self.algorithm.certificate_identifier(), der::bit_string(&self.public_key())])
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signature = self.key.expanded_key().sign_deterministic(message, &[]);
        signature.expect("the empty context is short enough").encode().to_vec()
    }
}
