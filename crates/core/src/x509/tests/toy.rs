//! A verifier that counts and knows every scheme. What it calls a signature anybody can make.

use super::super::der::Der;
use super::super::key::SubjectPublicKey;
use crate::cose::KeyMaterial;
use crate::error::KeyFault;
use crate::verifier::{SignatureInvalid, SignatureScheme, SignatureVerifier};
use core::sync::atomic::{AtomicUsize, Ordering};
use sha2::{Digest, Sha256};
use std::format;
use std::vec::Vec;

#[derive(Debug, Default)]
pub(super) struct Toy {
    pub(super) calls: AtomicUsize,
    pub(super) unsupported: Option<SignatureScheme>,
}

impl Toy {
    pub(super) fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }
}

fn signature(scheme: SignatureScheme, key: KeyMaterial<'_>, message: &[u8]) -> Vec<u8> {
    Sha256::new().chain_update(format!("{scheme:?} {key:?}")).chain_update(message).finalize().to_vec()
}

/// Signs with a key given as a SubjectPublicKeyInfo.
pub(super) fn sign(scheme: SignatureScheme, key: &[u8], message: &[u8]) -> Vec<u8> {
    let contents = Der::new(key).contents(der::Tag::Sequence).unwrap();
    signature(scheme, SubjectPublicKey::parse(contents).unwrap().material(), message)
}

impl SignatureVerifier for Toy {
    fn supports(&self, scheme: SignatureScheme) -> bool {
        self.unsupported != Some(scheme)
    }

    fn check_key(&self, _: SignatureScheme, _: KeyMaterial<'_>) -> Result<(), KeyFault> {
        Ok(())
    }

    fn verify(
        &self,
        scheme: SignatureScheme,
        key: KeyMaterial<'_>,
        message: &[&[u8]],
        given: &[u8],
    ) -> Result<(), SignatureInvalid> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if given == signature(scheme, key, &message.concat()) { Ok(()) } else { Err(SignatureInvalid) }
    }
}
