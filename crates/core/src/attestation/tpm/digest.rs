//! The hash functions of COSE algorithms and of a TPM.

use crate::cose::Algorithm;
use crate::verifier::{Hash, SignatureScheme};
use alloc::vec::Vec;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// The hash of `parts`, one after the other.
pub(super) fn digest(hash: Hash, parts: &[&[u8]]) -> Vec<u8> {
    fn with<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
        let mut digest = D::new();
        parts.iter().for_each(|part| digest.update(part));
        digest.finalize().to_vec()
    }
    match hash {
        Hash::Sha1 => with::<Sha1>(parts),
        Hash::Sha256 => with::<Sha256>(parts),
        Hash::Sha384 => with::<Sha384>(parts),
        Hash::Sha512 => with::<Sha512>(parts),
    }
}

/// The hash algorithm employed in a signature algorithm, if it is one that hashes first.
pub(super) const fn of_algorithm(algorithm: Algorithm) -> Option<Hash> {
    match algorithm.scheme() {
        SignatureScheme::Ecdsa(_, hash) | SignatureScheme::RsaPkcs1(hash) | SignatureScheme::RsaPss(hash) => Some(hash),
        SignatureScheme::Ed25519 | SignatureScheme::Ed448 | SignatureScheme::MlDsa(_) => None,
    }
}

/// The hash function of a TPM_ALG_ID.
pub(super) const fn of_tpm(id: u16) -> Option<Hash> {
    match id {
        0x0004 => Some(Hash::Sha1),
        0x000b => Some(Hash::Sha256),
        0x000c => Some(Hash::Sha384),
        0x000d => Some(Hash::Sha512),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hash_is_itself() {
        for (id, hash, len, first) in [
            (0x0004, Hash::Sha1, 20, 0xa9),
            (0x000b, Hash::Sha256, 32, 0xba),
            (0x000c, Hash::Sha384, 48, 0xcb),
            (0x000d, Hash::Sha512, 64, 0xdd),
        ] {
            assert_eq!(of_tpm(id), Some(hash));
            // "abc" is the first example of FIPS 180.
            let digest = digest(hash, &[b"a", b"", b"bc"]);
            assert_eq!((digest.len(), digest[0]), (len, first));
        }
        for id in [0x0000, 0x0005, 0x0010, 0x0012, 0x0027] {
            assert_eq!(of_tpm(id), None);
        }
    }

    #[test]
    fn the_hash_follows_the_algorithm() {
        use Algorithm as A;
        for (hash, algorithms) in [
            (Some(Hash::Sha1), &[A::Rs1][..]),
            (Some(Hash::Sha256), &[A::Es256, A::Esp256, A::Rs256, A::Ps256]),
            (Some(Hash::Sha384), &[A::Es384, A::Esp384, A::Rs384, A::Ps384]),
            (Some(Hash::Sha512), &[A::Es512, A::Esp512, A::Rs512, A::Ps512]),
            (None, &[A::EdDsa, A::Ed25519, A::Ed448, A::MlDsa44]),
        ] {
            for algorithm in algorithms {
                assert_eq!(of_algorithm(*algorithm), hash, "{algorithm}");
            }
        }
    }
}
