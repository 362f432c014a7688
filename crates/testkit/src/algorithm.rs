//! Signature algorithms, one file each.

mod ecdsa;
mod eddsa;
pub(crate) mod rsa;

use std::sync::Arc;

use crate::{cbor::Cbor, stream::Stream};

/// A signature algorithm of the authenticator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256, COSE -7.
    Es256,
    /// Ed25519, COSE -8.
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256 and one of two fixed 2048-bit test keys, COSE -257.
    Rs256,
}

impl Algorithm {
    /// Every algorithm that the authenticator speaks.
    #[must_use]
    pub const fn all() -> &'static [Self] {
        &[Self::Es256, Self::EdDsa, Self::Rs256]
    }

    /// The COSE algorithm identifier.
    #[must_use]
    pub const fn cose_id(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::EdDsa => -8,
            Self::Rs256 => -257,
        }
    }

    /// The private key number `index` of a seed.
    pub(crate) fn key(self, stream: &Stream, index: usize) -> Arc<dyn PrivateKey> {
        match self {
            Self::Es256 => Arc::new(ecdsa::Es256::generate(stream, index)),
            Self::EdDsa => Arc::new(eddsa::Ed25519::generate(stream, index)),
            Self::Rs256 => Arc::new(rsa::Rs256::fixed(index)),
        }
    }
}

/// A key pair on the authenticator.
pub(crate) trait PrivateKey: Send + Sync {
    /// The public key as a COSE_Key map in canonical order.
    fn cose(&self) -> Cbor;
    /// The public key as a DER SubjectPublicKeyInfo.
    fn spki(&self) -> Vec<u8>;
    /// The signature in the form that WebAuthn carries (DER for ECDSA, raw otherwise).
    fn sign(&self, message: &[u8]) -> Vec<u8>;
    /// A signature in a named form that no honest authenticator makes; `None` if the algorithm has no such form.
    fn sign_oddly(&self, message: &[u8], form: OddForm) -> Option<Vec<u8>> {
        let _ = (message, form);
        None
    }
}

/// Signature forms that need the private key to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OddForm {
    /// PKCS#1 v1.5 with the DigestInfo of another hash around the right digest.
    WrongDigestInfo,
}
