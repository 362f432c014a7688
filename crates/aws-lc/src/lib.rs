#![doc = include_str!("../README.md")]

mod ecdsa;
mod rsa;

use aws_lc_rs::signature::{self, UnparsedPublicKey};
use ceremony::error::KeyFault;
use ceremony::{
    KeyMaterial, MlDsa, RustCrypto, SignatureInvalid, SignatureScheme, SignatureVerifier, is_sound_ed25519_key,
};

/// Signature verification on AWS-LC, and on [`RustCrypto`] for what AWS-LC does not have.
///
/// Verdicts are those of [`RustCrypto`]: DER in its one form, no Ed25519 keys of small order or in another than the
/// canonical form, RSA from 2048 to 8192 bits. Keys are checked by [`RustCrypto`] itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AwsLc;

impl SignatureVerifier for AwsLc {
    fn supports(&self, scheme: SignatureScheme) -> bool {
        matches!(scheme, SignatureScheme::MlDsa(_)) || RustCrypto.supports(scheme)
    }

    fn check_key(&self, scheme: SignatureScheme, key: KeyMaterial<'_>) -> Result<(), KeyFault> {
        match scheme {
            // Any bytes of the right length are a key.
            SignatureScheme::MlDsa(_) => key.check_shape(scheme),
            _ => RustCrypto.check_key(scheme, key),
        }
    }

    fn verify(
        &self,
        scheme: SignatureScheme,
        key: KeyMaterial<'_>,
        message: &[&[u8]],
        signature: &[u8],
    ) -> Result<(), SignatureInvalid> {
        use SignatureScheme as S;
        let verdict = match (scheme, key) {
            (S::Ecdsa(curve, hash), KeyMaterial::Ec2 { x, y }) => ecdsa::verify(curve, hash, x, y, message, signature),
            (S::RsaPkcs1(_) | S::RsaPss(_), KeyMaterial::Rsa { n, e }) => rsa::verify(scheme, n, e, message, signature),
            (S::Ed25519, KeyMaterial::Okp { x }) => Verdict::of(ed25519(x, message, signature)),
            (S::MlDsa(set), KeyMaterial::Akp { public }) => Verdict::of(ml_dsa(set, public, message, signature)),
            _ => Verdict::NotOurs,
        };
        match verdict {
            Verdict::Valid => Ok(()),
            Verdict::Invalid => Err(SignatureInvalid),
            Verdict::NotOurs => RustCrypto.verify(scheme, key, message, signature),
        }
    }
}

/// What AWS-LC says.
enum Verdict {
    Valid,
    Invalid,
    /// It has no such scheme.
    NotOurs,
}

impl Verdict {
    const fn of(valid: Option<()>) -> Self {
        if valid.is_some() { Self::Valid } else { Self::Invalid }
    }
}

fn ed25519(x: &[u8], message: &[&[u8]], signature: &[u8]) -> Option<()> {
    // AWS-LC takes keys of small order, for which one signature can hold for any message.
    if !is_sound_ed25519_key(x) {
        return None;
    }
    // Wants the message in one piece.
    UnparsedPublicKey::new(&signature::ED25519, x).verify(&message.concat(), signature).ok()
}

fn ml_dsa(set: MlDsa, public: &[u8], message: &[&[u8]], signature: &[u8]) -> Option<()> {
    // Of another length, the bytes might be read as a key in DER.
    KeyMaterial::Akp { public }.check_shape(SignatureScheme::MlDsa(set)).ok()?;
    let algorithm = match set {
        MlDsa::MlDsa44 => &signature::ML_DSA_44,
        MlDsa::MlDsa65 => &signature::ML_DSA_65,
        MlDsa::MlDsa87 => &signature::ML_DSA_87,
        _ => return None,
    };
    UnparsedPublicKey::new(algorithm, public).verify(&message.concat(), signature).ok()
}
