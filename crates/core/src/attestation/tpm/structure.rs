//! Reading TPM structures: big-endian integers, and buffers behind a 16-bit length (TPM 2.0, part 2).

use crate::verifier::Hash;
use alloc::vec::Vec;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

pub(super) struct Structure<'a>(&'a [u8]);

impl<'a> Structure<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(len)?;
        self.0 = tail;
        Some(head)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        let (head, tail) = self.0.split_first_chunk()?;
        self.0 = tail;
        Some(u16::from_be_bytes(*head))
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        let (head, tail) = self.0.split_first_chunk()?;
        self.0 = tail;
        Some(u32::from_be_bytes(*head))
    }

    /// A TPM2B: a buffer behind its length.
    pub(super) fn buffer(&mut self) -> Option<&'a [u8]> {
        let len = self.u16()?;
        self.take(usize::from(len))
    }

    /// Everything that is left.
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// Nothing may be left.
    pub(super) const fn end(&self) -> Option<()> {
        if self.0.is_empty() { Some(()) } else { None }
    }
}

/// The hash of a TPM_ALG_ID.
pub(super) const fn hash(algorithm: u16) -> Option<Hash> {
    match algorithm {
        0x0004 => Some(Hash::Sha1),
        0x000b => Some(Hash::Sha256),
        0x000c => Some(Hash::Sha384),
        0x000d => Some(Hash::Sha512),
        _ => None,
    }
}

pub(super) fn digest(hash: Hash, message: &[&[u8]]) -> Vec<u8> {
    fn of<D: Digest>(message: &[&[u8]]) -> Vec<u8> {
        message.iter().fold(D::new(), |hash, part| hash.chain_update(part)).finalize().to_vec()
    }
    match hash {
        Hash::Sha1 => of::<Sha1>(message),
        Hash::Sha256 => of::<Sha256>(message),
        Hash::Sha384 => of::<Sha384>(message),
        Hash::Sha512 => of::<Sha512>(message),
    }
}
