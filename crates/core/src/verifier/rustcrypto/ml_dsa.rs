//! ML-DSA (FIPS 204), pure, with an empty context.

use crate::verifier::MlDsa;
use ml_dsa::signature::MultipartVerifier;
use ml_dsa::{EncodedVerifyingKey, MlDsa44, MlDsa65, MlDsa87, MlDsaParams, Signature, VerifyingKey};

pub(super) fn verify(set: MlDsa, public: &[u8], message: &[&[u8]], signature: &[u8]) -> Option<()> {
    match set {
        MlDsa::MlDsa44 => verify_with::<MlDsa44>(public, message, signature),
        MlDsa::MlDsa65 => verify_with::<MlDsa65>(public, message, signature),
        MlDsa::MlDsa87 => verify_with::<MlDsa87>(public, message, signature),
    }
}

fn verify_with<P: MlDsaParams>(public: &[u8], message: &[&[u8]], signature: &[u8]) -> Option<()> {
    // The signature first: it is cheap to refuse, while a key's matrix is not cheap to expand.
    let signature = Signature::<P>::try_from(signature).ok()?;
    let public: &EncodedVerifyingKey<P> = public.try_into().ok()?;
    VerifyingKey::<P>::decode(public).multipart_verify(message, &signature).ok()
}
