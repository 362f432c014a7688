//! Signature algorithms of the IANA COSE registry, as WebAuthn uses them.

use crate::verifier::{Curve, Hash, MlDsa, SignatureScheme};
use core::fmt;

/// A signature algorithm of the IANA COSE registry.
///
/// Two identifiers can stand for one scheme, such as ES256 (-7), which WebAuthn ties to P-256, and the fully specified
/// ESP256 (-9). They are never taken for each other: what was offered is what is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256 (-7). WebAuthn ties it to that curve.
    Es256,
    /// EdDSA (-8). WebAuthn ties it to Ed25519.
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256 (-257).
    Rs256,
    /// ECDSA on P-384 with SHA-384 (-35). WebAuthn ties it to that curve.
    Es384,
    /// ECDSA on P-521 with SHA-512 (-36). WebAuthn ties it to that curve.
    Es512,
    /// ECDSA on secp256k1 with SHA-256 (-47).
    Es256K,
    /// RSASSA-PKCS1-v1_5 with SHA-384 (-258).
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512 (-259).
    Rs512,
    /// RSASSA-PSS with SHA-256 (-37).
    Ps256,
    /// RSASSA-PSS with SHA-384 (-38).
    Ps384,
    /// RSASSA-PSS with SHA-512 (-39).
    Ps512,
    /// ECDSA on P-256 with SHA-256, fully specified (-9). To be offered: [`Es256`](Self::Es256), which more clients know.
    Esp256,
    /// ECDSA on P-384 with SHA-384, fully specified (-51). To be offered: [`Es384`](Self::Es384), which more clients know.
    Esp384,
    /// ECDSA on P-521 with SHA-512, fully specified (-52). To be offered: [`Es512`](Self::Es512), which more clients know.
    Esp512,
    /// EdDSA on Ed25519, fully specified (-19). To be offered: [`EdDsa`](Self::EdDsa), which more clients know.
    Ed25519,
    /// EdDSA on Ed448, fully specified (-53).
    Ed448,
    /// ML-DSA-44 (-48, RFC 9964).
    MlDsa44,
    /// ML-DSA-65 (-49, RFC 9964).
    MlDsa65,
    /// ML-DSA-87 (-50, RFC 9964).
    MlDsa87,
    /// RSASSA-PKCS1-v1_5 with SHA-1 (-65535): for legacy authenticators, where a policy allows it.
    Rs1,
}

/// One row of the table: identifier, name, scheme.
type Row = (i64, &'static str, SignatureScheme);

impl Algorithm {
    /// Every algorithm that has a name here; which of them can be verified is for the backend to say.
    pub const ALL: [Self; 20] = [
        Self::Es256,
        Self::EdDsa,
        Self::Rs256,
        Self::Es384,
        Self::Es512,
        Self::Es256K,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Esp256,
        Self::Esp384,
        Self::Esp512,
        Self::Ed25519,
        Self::Ed448,
        Self::MlDsa44,
        Self::MlDsa65,
        Self::MlDsa87,
        Self::Rs1,
    ];

    const fn row(self) -> Row {
        use SignatureScheme as S;
        match self {
            Self::Es256 => (-7, "ES256", S::Ecdsa(Curve::P256, Hash::Sha256)),
            Self::EdDsa => (-8, "EdDSA", S::Ed25519),
            Self::Rs256 => (-257, "RS256", S::RsaPkcs1(Hash::Sha256)),
            Self::Es384 => (-35, "ES384", S::Ecdsa(Curve::P384, Hash::Sha384)),
            Self::Es512 => (-36, "ES512", S::Ecdsa(Curve::P521, Hash::Sha512)),
            Self::Es256K => (-47, "ES256K", S::Ecdsa(Curve::Secp256k1, Hash::Sha256)),
            Self::Rs384 => (-258, "RS384", S::RsaPkcs1(Hash::Sha384)),
            Self::Rs512 => (-259, "RS512", S::RsaPkcs1(Hash::Sha512)),
            Self::Ps256 => (-37, "PS256", S::RsaPss(Hash::Sha256)),
            Self::Ps384 => (-38, "PS384", S::RsaPss(Hash::Sha384)),
            Self::Ps512 => (-39, "PS512", S::RsaPss(Hash::Sha512)),
            Self::Esp256 => (-9, "ESP256", S::Ecdsa(Curve::P256, Hash::Sha256)),
            Self::Esp384 => (-51, "ESP384", S::Ecdsa(Curve::P384, Hash::Sha384)),
            Self::Esp512 => (-52, "ESP512", S::Ecdsa(Curve::P521, Hash::Sha512)),
            Self::Ed25519 => (-19, "Ed25519", S::Ed25519),
            Self::Ed448 => (-53, "Ed448", S::Ed448),
            Self::MlDsa44 => (-48, "ML-DSA-44", S::MlDsa(MlDsa::MlDsa44)),
            Self::MlDsa65 => (-49, "ML-DSA-65", S::MlDsa(MlDsa::MlDsa65)),
            Self::MlDsa87 => (-50, "ML-DSA-87", S::MlDsa(MlDsa::MlDsa87)),
            Self::Rs1 => (-65535, "RS1", S::RsaPkcs1(Hash::Sha1)),
        }
    }

    /// The COSE identifier.
    #[must_use]
    pub const fn id(self) -> i64 {
        self.row().0
    }

    /// The algorithm of a COSE identifier, if this library knows it.
    #[must_use]
    pub fn from_id(id: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.id() == id)
    }

    /// The name in the IANA registry.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().1
    }

    /// What a signature of this algorithm is made with.
    #[must_use]
    pub const fn scheme(self) -> SignatureScheme {
        self.row().2
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
