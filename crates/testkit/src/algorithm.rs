//! Signature algorithms, one file for each family.

mod ecdsa;
mod eddsa;
mod ml_dsa;
pub(crate) mod rsa;

use std::sync::Arc;

use crate::{cbor::Cbor, der, stream::Stream};

/// A signature algorithm of the authenticator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256, COSE -7.
    Es256,
    /// EdDSA with Ed25519, COSE -8.
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256 and one of two fixed 2048-bit test keys, COSE -257.
    Rs256,
    /// ECDSA on P-384 with SHA-384, COSE -35.
    Es384,
    /// ECDSA on P-521 with SHA-512, COSE -36.
    Es512,
    /// ECDSA on secp256k1 with SHA-256, COSE -47.
    Es256k,
    /// [`Algorithm::Es256`] under its fully specified identifier, COSE -9.
    Esp256,
    /// [`Algorithm::Es384`] under its fully specified identifier, COSE -51.
    Esp384,
    /// [`Algorithm::Es512`] under its fully specified identifier, COSE -52.
    Esp512,
    /// Ed25519 under its fully specified identifier, COSE -19.
    Ed25519,
    /// Ed448, COSE -53.
    Ed448,
    /// RSASSA-PKCS1-v1_5 with SHA-384, COSE -258; the keys are those of [`Algorithm::Rs256`].
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512, COSE -259; the keys are those of [`Algorithm::Rs256`].
    Rs512,
    /// RSASSA-PSS with SHA-256 and a salt that follows from the message, COSE -37; the keys are those of
    /// [`Algorithm::Rs256`].
    Ps256,
    /// RSASSA-PSS with SHA-384, otherwise as [`Algorithm::Ps256`], COSE -38.
    Ps384,
    /// RSASSA-PSS with SHA-512, otherwise as [`Algorithm::Ps256`], COSE -39.
    Ps512,
    /// RSASSA-PKCS1-v1_5 with SHA-1, COSE -65535; the keys are those of [`Algorithm::Rs256`].
    Rs1,
    /// ML-DSA-44 (FIPS 204), deterministic, COSE -48.
    MlDsa44,
    /// ML-DSA-65 (FIPS 204), deterministic, COSE -49.
    MlDsa65,
    /// ML-DSA-87 (FIPS 204), deterministic, COSE -50.
    MlDsa87,
}

impl Algorithm {
    /// Every algorithm that the authenticator speaks, the [classic](Algorithm::classic) ones first.
    #[must_use]
    pub const fn all() -> &'static [Self] {
        &[
            Self::Es256,
            Self::EdDsa,
            Self::Rs256,
            Self::Es384,
            Self::Es512,
            Self::Es256k,
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

    /// The three that nearly every passkey has: ES256, EdDSA, RS256. Loops over everything else stay affordable with
    /// them.
    #[must_use]
    pub const fn classic() -> &'static [Self] {
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
            Self::Es256k => -47,
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

    /// The hash that the algorithm's identifier names; `None` where it hashes inside (EdDSA, ML-DSA).
    pub(crate) const fn hash(self) -> Option<Hash> {
        Some(match self {
            Self::Es256 | Self::Es256k | Self::Esp256 | Self::Rs256 | Self::Ps256 => Hash::Sha256,
            Self::Es384 | Self::Esp384 | Self::Rs384 | Self::Ps384 => Hash::Sha384,
            Self::Es512 | Self::Esp512 | Self::Rs512 | Self::Ps512 => Hash::Sha512,
            Self::Rs1 => Hash::Sha1,
            Self::EdDsa | Self::Ed25519 | Self::Ed448 | Self::MlDsa44 | Self::MlDsa65 | Self::MlDsa87 => return None,
        })
    }

    /// The AlgorithmIdentifier of a certificate that this algorithm signs, in DER.
    pub(crate) fn certificate_identifier(self) -> Vec<u8> {
        let bare = |oid: &str| der::sequence(&[der::oid(oid)]);
        let pkcs1 = |oid: &str| der::sequence(&[der::oid(oid), der::null()]);
        match self {
            Self::Es256 | Self::Esp256 | Self::Es256k => bare("1.2.840.10045.4.3.2"),
            Self::Es384 | Self::Esp384 => bare("1.2.840.10045.4.3.3"),
            Self::Es512 | Self::Esp512 => bare("1.2.840.10045.4.3.4"),
            Self::EdDsa | Self::Ed25519 => bare("1.3.101.112"),
            Self::Ed448 => bare("1.3.101.113"),
            Self::Rs1 => pkcs1("1.2.840.113549.1.1.5"),
            Self::Rs256 => pkcs1("1.2.840.113549.1.1.11"),
            Self::Rs384 => pkcs1("1.2.840.113549.1.1.12"),
            Self::Rs512 => pkcs1("1.2.840.113549.1.1.13"),
            Self::Ps256 => rsa::pss_identifier(Hash::Sha256),
            Self::Ps384 => rsa::pss_identifier(Hash::Sha384),
            Self::Ps512 => rsa::pss_identifier(Hash::Sha512),
            Self::MlDsa44 => bare("2.16.840.1.101.3.4.3.17"),
            Self::MlDsa65 => bare("2.16.840.1.101.3.4.3.18"),
            Self::MlDsa87 => bare("2.16.840.1.101.3.4.3.19"),
        }
    }

    /// The private key number `index` of a seed.
    pub(crate) fn key(self, stream: &Stream, index: usize) -> Arc<dyn PrivateKey> {
        match self {
            Self::Es256 | Self::Esp256 => Arc::new(ecdsa::P256::generate(self, stream, index)),
            Self::Es384 | Self::Esp384 => Arc::new(ecdsa::P384::generate(self, stream, index)),
            Self::Es512 | Self::Esp512 => Arc::new(ecdsa::P521::generate(self, stream, index)),
            Self::Es256k => Arc::new(ecdsa::Secp256k1::generate(self, stream, index)),
            Self::EdDsa | Self::Ed25519 => Arc::new(eddsa::Ed25519::generate(self, stream, index)),
            Self::Ed448 => Arc::new(eddsa::Ed448::generate(stream, index)),
            Self::Rs256 | Self::Rs384 | Self::Rs512 | Self::Ps256 | Self::Ps384 | Self::Ps512 | Self::Rs1 => {
                Arc::new(rsa::Rsa::fixed(self, index))
            }
            Self::MlDsa44 => Arc::new(ml_dsa::MlDsa::<::ml_dsa::MlDsa44>::generate(self, stream, index)),
            Self::MlDsa65 => Arc::new(ml_dsa::MlDsa::<::ml_dsa::MlDsa65>::generate(self, stream, index)),
            Self::MlDsa87 => Arc::new(ml_dsa::MlDsa::<::ml_dsa::MlDsa87>::generate(self, stream, index)),
        }
    }
}

/// A key pair on the authenticator, or of a certificate.
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
    /// PSS without salt.
    EmptySalt,
    /// With SHA-1 in place of the algorithm's own hash; RSA and P-256 only.
    Sha1,
}

/// A hash function of the signature algorithms and of the TPM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub(crate) fn digest(self, message: &[u8]) -> Vec<u8> {
        use sha2::Digest as _;
        match self {
            Self::Sha1 => sha1::Sha1::digest(message).to_vec(),
            Self::Sha256 => sha2::Sha256::digest(message).to_vec(),
            Self::Sha384 => sha2::Sha384::digest(message).to_vec(),
            Self::Sha512 => sha2::Sha512::digest(message).to_vec(),
        }
    }

    pub(crate) const fn length(self) -> u8 {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The object identifier, dotted.
    pub(crate) const fn oid(self) -> &'static str {
        match self {
            Self::Sha1 => "1.3.14.3.2.26",
            Self::Sha256 => "2.16.840.1.101.3.4.2.1",
            Self::Sha384 => "2.16.840.1.101.3.4.2.2",
            Self::Sha512 => "2.16.840.1.101.3.4.2.3",
        }
    }
}
