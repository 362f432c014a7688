//! ECDSA, over a hash of the message's slices.

use crate::Verdict;
use aws_lc_rs::digest;
use aws_lc_rs::signature::{self, EcdsaVerificationAlgorithm, UnparsedPublicKey};
use ceremony::{Curve, EcdsaSigValue, Hash, KeyMaterial, SignatureScheme};

type Algorithms = (&'static EcdsaVerificationAlgorithm, &'static digest::Algorithm);

pub(crate) fn verify(curve: Curve, hash: Hash, x: &[u8], y: &[u8], message: &[&[u8]], signature: &[u8]) -> Verdict {
    let Some((algorithm, digest)) = algorithms(curve, hash) else { return Verdict::NotOurs };
    // AWS-LC takes some signatures that are no DER, and other forms of a point.
    let has_shape = KeyMaterial::Ec2 { x, y }.check_shape(SignatureScheme::Ecdsa(curve, hash)).is_ok();
    if !has_shape || EcdsaSigValue::from_der(signature).is_none() {
        return Verdict::Invalid;
    }
    let mut point = [0x04; MAX_POINT];
    let bytes = [&[0x04], x, y];
    point.iter_mut().zip(bytes.into_iter().flatten()).for_each(|(to, from)| *to = *from);
    let Some(point) = point.get(..1 + x.len() + y.len()) else { return Verdict::Invalid };
    let key = UnparsedPublicKey::new(algorithm, point);
    Verdict::of(key.verify_digest(&crate::rsa::hashed(digest, message), signature).ok())
}

/// The uncompressed form of a point of P-521, in bytes.
const MAX_POINT: usize = 1 + 2 * 66;

fn algorithms(curve: Curve, hash: Hash) -> Option<Algorithms> {
    let algorithm = match (curve, hash) {
        (Curve::P256, Hash::Sha1) => &signature::ECDSA_P256_SHA1_ASN1,
        (Curve::P256, Hash::Sha256) => &signature::ECDSA_P256_SHA256_ASN1,
        (Curve::P256, Hash::Sha384) => &signature::ECDSA_P256_SHA384_ASN1,
        (Curve::P256, Hash::Sha512) => &signature::ECDSA_P256_SHA512_ASN1,
        (Curve::P384, Hash::Sha256) => &signature::ECDSA_P384_SHA256_ASN1,
        (Curve::P384, Hash::Sha384) => &signature::ECDSA_P384_SHA384_ASN1,
        (Curve::P384, Hash::Sha512) => &signature::ECDSA_P384_SHA512_ASN1,
        (Curve::P521, Hash::Sha1) => &signature::ECDSA_P521_SHA1_ASN1,
        (Curve::P521, Hash::Sha256) => &signature::ECDSA_P521_SHA256_ASN1,
        (Curve::P521, Hash::Sha384) => &signature::ECDSA_P521_SHA384_ASN1,
        (Curve::P521, Hash::Sha512) => &signature::ECDSA_P521_SHA512_ASN1,
        (Curve::Secp256k1, Hash::Sha256) => &signature::ECDSA_P256K1_SHA256_ASN1,
        _ => return None,
    };
    Some((algorithm, crate::rsa::digest(hash)?))
}
