//! RSASSA-PKCS1-v1_5 and RSASSA-PSS, over a hash of the message's slices.

use crate::Verdict;
use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::signature::{self, RsaParameters, RsaPublicKeyComponents};
use ceremony::{Hash, KeyMaterial, SignatureScheme};

/// Exponents of more bytes are left to the other backend, which has its own bound.
const MAX_EXPONENT: usize = 4;

pub(crate) fn verify(scheme: SignatureScheme, n: &[u8], e: &[u8], message: &[&[u8]], signature: &[u8]) -> Verdict {
    let Some((parameters, digest)) = parameters(scheme) else { return Verdict::NotOurs };
    let key = KeyMaterial::Rsa { n, e };
    if key.check_shape(scheme).is_err() {
        return Verdict::Invalid;
    }
    if e.len() > MAX_EXPONENT {
        return Verdict::NotOurs;
    }
    let key = RsaPublicKeyComponents { n, e }.to_parsed_public_key(parameters).ok();
    Verdict::of(key.and_then(|key| key.verify_digest_sig(&hashed(digest, message), signature).ok()))
}

fn parameters(scheme: SignatureScheme) -> Option<(&'static RsaParameters, &'static digest::Algorithm)> {
    use SignatureScheme as S;
    let (parameters, hash) = match scheme {
        S::RsaPkcs1(Hash::Sha1) => (&signature::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, Hash::Sha1),
        S::RsaPkcs1(Hash::Sha256) => (&signature::RSA_PKCS1_2048_8192_SHA256, Hash::Sha256),
        S::RsaPkcs1(Hash::Sha384) => (&signature::RSA_PKCS1_2048_8192_SHA384, Hash::Sha384),
        S::RsaPkcs1(Hash::Sha512) => (&signature::RSA_PKCS1_2048_8192_SHA512, Hash::Sha512),
        S::RsaPss(Hash::Sha256) => (&signature::RSA_PSS_2048_8192_SHA256, Hash::Sha256),
        S::RsaPss(Hash::Sha384) => (&signature::RSA_PSS_2048_8192_SHA384, Hash::Sha384),
        S::RsaPss(Hash::Sha512) => (&signature::RSA_PSS_2048_8192_SHA512, Hash::Sha512),
        _ => return None,
    };
    Some((parameters, digest(hash)?))
}

pub(crate) const fn digest(hash: Hash) -> Option<&'static digest::Algorithm> {
    match hash {
        Hash::Sha1 => Some(&digest::SHA1_FOR_LEGACY_USE_ONLY),
        Hash::Sha256 => Some(&digest::SHA256),
        Hash::Sha384 => Some(&digest::SHA384),
        Hash::Sha512 => Some(&digest::SHA512),
        _ => None,
    }
}

pub(crate) fn hashed(algorithm: &'static digest::Algorithm, message: &[&[u8]]) -> Digest {
    let mut context = digest::Context::new(algorithm);
    message.iter().for_each(|slice| context.update(slice));
    context.finish()
}
