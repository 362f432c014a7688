//! Signature algorithms, one file for each family.

mod ecdsa;
mod ed448;
mod eddsa;
mod ml_dsa;
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
    /// ECDSA on P-384 with SHA-384, COSE -35.
    Es384,
    /// ECDSA on P-521 with SHA-512, COSE -36.
    Es512,
    /// ECDSA on secp256k1 with SHA-256, COSE -47.
    Es256K,
    /// ECDSA on P-256 with SHA-256, fully specified, COSE -9.
    Esp256,
    /// ECDSA on P-384 with SHA-384, fully specified, COSE -51.
    Esp384,
    /// ECDSA on P-521 with SHA-512, fully specified, COSE -52.
    Esp512,
    /// Ed25519, fully specified, COSE -19.
    Ed25519,
    /// Ed448, COSE -53.
    Ed448,
    /// RSASSA-PKCS1-v1_5 with SHA-384, COSE -258.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512, COSE -259.
    Rs512,
    /// RSASSA-PSS with SHA-256, COSE -37.
    Ps256,
    /// RSASSA-PSS with SHA-384, COSE -38.
    Ps384,
    /// RSASSA-PSS with SHA-512, COSE -39.
    Ps512,
    /// RSASSA-PKCS1-v1_5 with SHA-1, COSE -65535.
    Rs1,
    /// ML-DSA-44, COSE -48.
    MlDsa44,
    /// ML-DSA-65, COSE -49.
    MlDsa65,
    /// ML-DSA-87, COSE -50.
    MlDsa87,
}

impl Algorithm {
    /// Every algorithm that the authenticator speaks.
    #[must_use]
    pub const fn all() -> &'static [Self] {
        &[
            Self::Es256,
            Self::EdDsa,
            Self::Rs256,
            Self::Es384,
            Self::Es512,
            Self::Es256K,
            Self::Esp256,
            Self::Esp384,
            Self::Esp512,
            Self::Ed25519,
            Self::Ed448,
            Self::Rs384,
            Self::Rs512,
            Self::Ps256,
            Self::Ps384,
            Self::Ps512,
            Self::Rs1,
            Self::MlDsa44,
            Self::MlDsa65,
            Self::MlDsa87,
        ]
    }

    /// The three that nearly every authenticator speaks: enough for a test that is not about algorithms.
    #[must_use]
    pub const fn common() -> &'static [Self] {
        &[Self::Es256, Self::EdDsa, Self::Rs256]
    }

    /// The COSE algorithm identifier.
    #[must_use]
    pub const fn cose_id(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::EdDsa => -8,
            Self::Rs256 => -257,
            Self::Es384 => -35,
            Self::Es512 => -36,
            Self::Es256K => -47,
            Self::Esp256 => -9,
            Self::Esp384 => -51,
            Self::Esp512 => -52,
            Self::Ed25519 => -19,
            Self::Ed448 => -53,
            Self::Rs384 => -258,
            Self::Rs512 => -259,
            Self::Ps256 => -37,
            Self::Ps384 => -38,
            Self::Ps512 => -39,
            Self::Rs1 => -65_535,
            Self::MlDsa44 => -48,
            Self::MlDsa65 => -49,
            Self::MlDsa87 => -50,
        }
    }

    /// The private key number `index` of a seed.
    pub(crate) fn key(self, stream: &Stream, index: usize) -> Arc<dyn PrivateKey> {
        match self {
            Self::Es256 | Self::Esp256 => Arc::new(ecdsa::P256::generate(stream, index, self.cose_id())),
            Self::Es384 | Self::Esp384 => Arc::new(ecdsa::P384::generate(stream, index, self.cose_id())),
            Self::Es512 | Self::Esp512 => Arc::new(ecdsa::P521::generate(stream, index, self.cose_id())),
            Self::Es256K => Arc::new(ecdsa::Secp256k1::generate(stream, index, self.cose_id())),
            Self::EdDsa | Self::Ed25519 => Arc::new(eddsa::Ed25519::generate(stream, index, self.cose_id())),
            Self::Ed448 => Arc::new(ed448::Ed448::generate(stream, index)),
            Self::Rs256 | Self::Rs384 | Self::Rs512 | Self::Ps256 | Self::Ps384 | Self::Ps512 | Self::Rs1 => {
                Arc::new(rsa::Rsa::fixed(index, self))
            }
            Self::MlDsa44 => Arc::new(ml_dsa::Key::<::ml_dsa::MlDsa44>::generate(stream, index, self.cose_id())),
            Self::MlDsa65 => Arc::new(ml_dsa::Key::<::ml_dsa::MlDsa65>::generate(stream, index, self.cose_id())),
            Self::MlDsa87 => Arc::new(ml_dsa::Key::<::ml_dsa::MlDsa87>::generate(stream, index, self.cose_id())),
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
    /// PSS with a salt that is not as long as the hash.
    WrongSaltLength,
}
