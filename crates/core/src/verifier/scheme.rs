//! What a signature is made with: curve, padding and hash, whatever a registry calls them.
//!
//! A credential key names a COSE [`Algorithm`](crate::Algorithm), a certificate an X.509 one; both come down to these.

use core::fmt;

/// A signature scheme that a [`SignatureVerifier`](crate::SignatureVerifier) may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureScheme {
    /// ECDSA on a curve, over a hash of the message. Signatures are DER `ECDSA-Sig-Value`.
    Ecdsa(Curve, Hash),
    /// RSASSA-PKCS1-v1_5 over a hash of the message.
    RsaPkcs1(Hash),
    /// RSASSA-PSS over a hash of the message: MGF1 with the same hash, and a salt as long as it.
    RsaPss(Hash),
    /// Ed25519 (RFC 8032), pure.
    Ed25519,
    /// Ed448 (RFC 8032), pure, with an empty context.
    Ed448,
    /// ML-DSA (FIPS 204), pure, with an empty context.
    MlDsa(MlDsa),
}

/// An elliptic curve of ECDSA.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the curves' own names")]
pub enum Curve {
    P256,
    P384,
    P521,
    Secp256k1,
}

impl Curve {
    /// The length of a coordinate and of a scalar, in bytes.
    #[must_use]
    pub const fn field_len(self) -> usize {
        match self {
            Self::P256 | Self::Secp256k1 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }
}

/// A hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Hash {
    /// Broken for collisions; for legacy statements only, where a policy allows it.
    Sha1,
    /// 32 bytes.
    Sha256,
    /// 48 bytes.
    Sha384,
    /// 64 bytes.
    Sha512,
}

/// A parameter set of ML-DSA.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MlDsa {
    /// Public keys of 1312 bytes, signatures of 2420.
    MlDsa44,
    /// Public keys of 1952 bytes, signatures of 3309.
    MlDsa65,
    /// Public keys of 2592 bytes, signatures of 4627.
    MlDsa87,
}

impl MlDsa {
    /// The length of a public key, in bytes.
    #[must_use]
    pub const fn public_key_len(self) -> usize {
        match self {
            Self::MlDsa44 => 1312,
            Self::MlDsa65 => 1952,
            Self::MlDsa87 => 2592,
        }
    }

    /// The length of a signature, in bytes.
    #[must_use]
    pub const fn signature_len(self) -> usize {
        match self {
            Self::MlDsa44 => 2420,
            Self::MlDsa65 => 3309,
            Self::MlDsa87 => 4627,
        }
    }
}

impl fmt::Display for SignatureScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ecdsa(curve, hash) => write!(f, "ECDSA on {curve:?} with {hash:?}"),
            Self::RsaPkcs1(hash) => write!(f, "RSASSA-PKCS1-v1_5 with {hash:?}"),
            Self::RsaPss(hash) => write!(f, "RSASSA-PSS with {hash:?}"),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::Ed448 => f.write_str("Ed448"),
            Self::MlDsa(set) => write!(f, "{set:?}"),
        }
    }
}
