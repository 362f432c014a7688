//! HMAC with SHA-256 for `jsonwebtoken`, and nothing else: its own backends bring RSA and three curves along.

use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, EncodingKey};
use sha2::Sha256;
use signature::{Signer, Verifier};

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| {
        let bytes = only(algorithm, key.family() == AlgorithmFamily::Hmac).map(|()| EncodingKey::as_bytes(key))?;
        Ok(Box::new(Hs256::new(bytes)?))
    },
    verifier_factory: |algorithm, key| {
        only(algorithm, key.family() == AlgorithmFamily::Hmac)?;
        Ok(Box::new(Hs256::new(DecodingKey::try_get_as_bytes(key)?)?))
    },
    key_utils: KeyUtils::new_unimplemented(),
};

/// Makes it the one backend of the process.
pub(super) fn install() {
    // The second call of a process finds the first one's.
    let _ = PROVIDER.install_default();
}

fn only(algorithm: &Algorithm, is_secret: bool) -> Result<(), Error> {
    match algorithm {
        Algorithm::HS256 if is_secret => Ok(()),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

struct Hs256(Hmac<Sha256>);

impl Hs256 {
    fn new(key: &[u8]) -> Result<Self, Error> {
        Hmac::new_from_slice(key).map(Self).map_err(|_| ErrorKind::InvalidKeyFormat.into())
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(self.0.clone().chain_update(message).finalize().into_bytes().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        self.0.clone().chain_update(message).verify_slice(signature).map_err(|_| signature::Error::new())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}
