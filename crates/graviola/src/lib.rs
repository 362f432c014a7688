#![doc = include_str!("../README.md")]

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod on_graviola;

use ceremony::error::KeyFault;
use ceremony::{KeyMaterial, RustCrypto, SignatureInvalid, SignatureScheme, SignatureVerifier};
use std::sync::Arc;

/// The verifier that a server takes: [`Graviola`] where the processor has what it needs, [`RustCrypto`] elsewhere. Both give
/// the same verdicts. To be called once, when the server starts; `Debug` shows which it is.
#[must_use]
pub fn verifier() -> Arc<dyn SignatureVerifier> {
    match Graviola::new() {
        Some(graviola) => Arc::new(graviola),
        None => Arc::new(RustCrypto),
    }
}

/// Signature verification on graviola, and on [`RustCrypto`] for what graviola does not have.
///
/// Verdicts are those of [`RustCrypto`]: DER in its one form, no Ed25519 keys of small order or in another than the
/// canonical form, RSA from 2048 to 8192 bits. Keys are checked by [`RustCrypto`] itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Graviola(());

impl Graviola {
    /// The verifier, or nothing where [`available`](Self::available) says no. To be called once, when a server starts.
    #[must_use]
    pub fn new() -> Option<Self> {
        Self::available().then_some(Self(()))
    }

    /// Whether this processor has the instructions that graviola is written in: on x86-64 those of 2014 and later
    /// (AES, SSSE3, AVX, AVX2, ADX, BMI2, PCLMULQDQ), on AArch64 AES, SHA-2, PMULL and NEON. Never on others.
    #[must_use]
    pub fn available() -> bool {
        #[cfg(target_arch = "x86_64")]
        return std::arch::is_x86_feature_detected!("aes")
            && std::arch::is_x86_feature_detected!("ssse3")
            && std::arch::is_x86_feature_detected!("avx")
            && std::arch::is_x86_feature_detected!("avx2")
            && std::arch::is_x86_feature_detected!("adx")
            && std::arch::is_x86_feature_detected!("bmi2")
            && std::arch::is_x86_feature_detected!("pclmulqdq");
        #[cfg(target_arch = "aarch64")]
        return std::arch::is_aarch64_feature_detected!("aes")
            && std::arch::is_aarch64_feature_detected!("sha2")
            && std::arch::is_aarch64_feature_detected!("pmull")
            && std::arch::is_aarch64_feature_detected!("neon");
        #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
        return false;
    }
}

impl SignatureVerifier for Graviola {
    fn supports(&self, scheme: SignatureScheme) -> bool {
        RustCrypto.supports(scheme)
    }

    fn check_key(&self, scheme: SignatureScheme, key: KeyMaterial<'_>) -> Result<(), KeyFault> {
        RustCrypto.check_key(scheme, key)
    }

    fn verify(
        &self,
        scheme: SignatureScheme,
        key: KeyMaterial<'_>,
        message: &[&[u8]],
        signature: &[u8],
    ) -> Result<(), SignatureInvalid> {
        #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
        if let Some(is_valid) = on_graviola::verify(scheme, key, message, signature) {
            return if is_valid { Ok(()) } else { Err(SignatureInvalid) };
        }
        RustCrypto.verify(scheme, key, message, signature)
    }
}
