//! Witnesses: values that only a check can make, so that no path to a success can skip it.

use crate::cose::KeyMaterial;
use crate::verifier::{SignatureInvalid, SignatureScheme, SignatureVerifier};

/// A signature verified. There is no other way to make one than [`verify_signature`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SignatureVerified(());

/// Verifies a signature with the backend and gives the witness.
pub(crate) fn verify_signature(
    verifier: &dyn SignatureVerifier,
    scheme: SignatureScheme,
    key: KeyMaterial<'_>,
    message: &[&[u8]],
    signature: &[u8],
) -> Result<SignatureVerified, SignatureInvalid> {
    verifier.verify(scheme, key, message, signature).map(|()| SignatureVerified(()))
}
