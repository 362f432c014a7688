//! Signatures of certificates (RFC 3279, RFC 4055, RFC 5758, RFC 8410).

use super::super::certificate::Certificate;
use super::super::der::{Der, explicit};
use super::super::key::SubjectPublicKey;
use super::PathRules;
use crate::cose::{RSA_MAX_BITS, RSA_MIN_BITS};
use crate::error::{CertificateFault, ChainFault};
use crate::proof::verify_signature;
use crate::verifier::{Curve, Hash, SignatureScheme, SignatureVerifier};

/// How many signatures may still be verified; hostile input must not buy more work than honest input needs.
#[derive(Debug)]
pub(crate) struct Budget(pub(crate) u8);

impl Default for Budget {
    /// A long genuine chain needs 4, and some roots have several keys under one name.
    fn default() -> Self {
        Self(16)
    }
}

impl Budget {
    fn spend(&mut self) -> Result<(), ChainFault> {
        self.0 = self.0.checked_sub(1).ok_or(ChainFault::Budget)?;
        Ok(())
    }
}

/// Verifies a certificate's signature with its issuer's key, over the bytes received.
pub(super) fn verify_issued(
    certificate: &Certificate<'_>,
    issuer: &SubjectPublicKey<'_>,
    rules: &PathRules,
    verifier: &dyn SignatureVerifier,
    budget: &mut Budget,
) -> Result<(), ChainFault> {
    let scheme = scheme(certificate.signature_algorithm(), issuer)?;
    // SHA-1 collides: who signs over it can be made to sign something else.
    let over_sha1 = matches!(scheme, SignatureScheme::Ecdsa(_, Hash::Sha1) | SignatureScheme::RsaPkcs1(Hash::Sha1));
    if (over_sha1 && !rules.allow_sha1) || !verifier.supports(scheme) {
        return Err(ChainFault::Algorithm);
    }
    budget.spend()?;
    verify_signature(verifier, scheme, issuer.material(), &[certificate.tbs()], certificate.signature())
        .map(drop)
        .map_err(|_| ChainFault::Signature)
}

/// ecdsa-with-SHA1, -SHA256, -SHA384, -SHA512: 1.2.840.10045.4.1, 1.2.840.10045.4.3.2 to .4
const ECDSA: [(&[u8], Hash); 4] = [
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01], Hash::Sha1),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02], Hash::Sha256),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03], Hash::Sha384),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04], Hash::Sha512),
];
/// sha1-, sha256-, sha384-, sha512WithRSAEncryption: 1.2.840.113549.1.1.5, .11 to .13
const RSA_PKCS1: [(&[u8], Hash); 4] = [
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05], Hash::Sha1),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b], Hash::Sha256),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0c], Hash::Sha384),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0d], Hash::Sha512),
];
/// id-RSASSA-PSS, 1.2.840.113549.1.1.10
const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];
/// id-mgf1, 1.2.840.113549.1.1.8
const MGF1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08];
/// id-Ed25519, 1.3.101.112
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
/// id-sha256, -384, -512: 2.16.840.1.101.3.4.2.1 to .3; with the length of a hash
const SHA2: [(&[u8], Hash, i64); 3] = [
    (&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01], Hash::Sha256, 32),
    (&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02], Hash::Sha384, 48),
    (&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03], Hash::Sha512, 64),
];

/// The scheme that an AlgorithmIdentifier, given by its contents, means with the issuer's key. The two must suit each
/// other: an algorithm never reinterprets a key of another type.
fn scheme(algorithm: &[u8], issuer: &SubjectPublicKey<'_>) -> Result<SignatureScheme, ChainFault> {
    let mut algorithm = Der::new(algorithm);
    let oid = algorithm.oid()?;
    match issuer {
        SubjectPublicKey::Ec { curve: curve @ (Curve::P256 | Curve::P384 | Curve::P521), .. } => {
            let hash = hash_of(&ECDSA, oid)?;
            // "the encoding MUST omit the parameters field" (RFC 5758 §3.2); genuine roots have NULL.
            absent_or_null(algorithm)?;
            Ok(SignatureScheme::Ecdsa(*curve, hash))
        }
        SubjectPublicKey::Rsa { n, .. } => {
            if !(RSA_MIN_BITS..=RSA_MAX_BITS).contains(&bits(n)) {
                return Err(ChainFault::Algorithm);
            }
            if oid == RSA_PSS {
                return pss(algorithm).map(SignatureScheme::RsaPss);
            }
            let hash = hash_of(&RSA_PKCS1, oid)?;
            // "the parameters field MUST be present and MUST contain NULL" (RFC 4055 §5); genuine leaves lack it.
            absent_or_null(algorithm)?;
            Ok(SignatureScheme::RsaPkcs1(hash))
        }
        SubjectPublicKey::Ed25519(_) if oid == ED25519 => {
            // "the parameters MUST be absent" (RFC 8410 §3)
            algorithm.end()?;
            Ok(SignatureScheme::Ed25519)
        }
        _ => Err(ChainFault::Algorithm),
    }
}

fn hash_of(known: &[(&[u8], Hash)], oid: &[u8]) -> Result<Hash, ChainFault> {
    known.iter().find(|(of, _)| *of == oid).map(|(_, hash)| *hash).ok_or(ChainFault::Algorithm)
}

fn absent_or_null(mut parameters: Der<'_>) -> Result<(), CertificateFault> {
    if !parameters.is_empty() {
        parameters.null()?;
    }
    parameters.end()
}

/// How many bits a number without leading zero bytes has.
fn bits(number: &[u8]) -> usize {
    let unused = number.first().map_or(0, |high| usize::try_from(high.leading_zeros()).unwrap_or(0));
    number.len().saturating_mul(8).saturating_sub(unused)
}

/// `RSASSA-PSS-params` (RFC 4055 §3.1). Their defaults mean SHA-1, so that all three must be there; and only where hash,
/// mask hash and salt length agree, the scheme is one that verifiers know. The trailer field has its default.
fn pss(mut algorithm: Der<'_>) -> Result<Hash, ChainFault> {
    if algorithm.is_empty() {
        return Err(ChainFault::Algorithm);
    }
    let mut parameters = algorithm.sequence()?;
    algorithm.end()?;
    let [hash, mask, salt] =
        [0, 1, 2].map(|number| parameters.optional(explicit(number)).map(|found| found.map(Der::new)));
    let (Some(hash), Some(mut mask), Some(mut salt)) = (hash?, mask?, salt?) else {
        return Err(ChainFault::Algorithm);
    };
    if !parameters.is_empty() {
        return Err(ChainFault::Algorithm);
    }
    let (hash, len) = sha2(hash)?;
    let mut generator = mask.sequence()?;
    mask.end()?;
    if generator.oid()? != MGF1 || sha2(generator)? != (hash, len) {
        return Err(ChainFault::Algorithm);
    }
    let salt_len = salt.small_integer()?;
    salt.end()?;
    if salt_len == len { Ok(hash) } else { Err(ChainFault::Algorithm) }
}

/// The hash that an AlgorithmIdentifier names, which is all that is left, and its length.
fn sha2(mut from: Der<'_>) -> Result<(Hash, i64), ChainFault> {
    let mut algorithm = from.sequence()?;
    from.end()?;
    let oid = algorithm.oid()?;
    absent_or_null(algorithm)?;
    SHA2.iter().find(|(of, ..)| *of == oid).map(|(_, hash, len)| (*hash, *len)).ok_or(ChainFault::Algorithm)
}
