//! Hashes of a message that comes in slices.

use crate::verifier::Hash;
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

/// A message's hash, without a heap.
pub(super) struct MessageHash {
    bytes: [u8; 64],
    len: usize,
}

impl MessageHash {
    pub(super) fn new(hash: Hash, message: &[&[u8]]) -> Self {
        match hash {
            Hash::Sha1 => Self::with::<Sha1>(message),
            Hash::Sha256 => Self::with::<Sha256>(message),
            Hash::Sha384 => Self::with::<Sha384>(message),
            Hash::Sha512 => Self::with::<Sha512>(message),
        }
    }

    fn with<D: sha2::Digest>(message: &[&[u8]]) -> Self {
        let mut digest = D::new();
        message.iter().for_each(|slice| digest.update(slice));
        let mut hash = Self { bytes: [0; 64], len: <D as sha2::Digest>::output_size() };
        hash.bytes.iter_mut().zip(digest.finalize()).for_each(|(to, from)| *to = from);
        hash
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&[])
    }
}
