//! Reading a TPM's structures: numbers are big-endian, and a TPM2B is a 16-bit length with that many bytes.

use crate::error::RejectionReason;

/// What is left of a structure.
pub(super) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(super) const fn new(structure: &'a [u8]) -> Self {
        Self(structure)
    }

    pub(super) fn take(&mut self, len: usize) -> Result<&'a [u8], RejectionReason> {
        let (bytes, rest) = self.0.split_at_checked(len).ok_or(RejectionReason::AttestationStatement)?;
        self.0 = rest;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], RejectionReason> {
        let (array, rest) = self.0.split_first_chunk().ok_or(RejectionReason::AttestationStatement)?;
        self.0 = rest;
        Ok(*array)
    }

    pub(super) fn u16(&mut self) -> Result<u16, RejectionReason> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, RejectionReason> {
        self.array().map(u32::from_be_bytes)
    }

    /// The bytes of a TPM2B.
    pub(super) fn sized(&mut self) -> Result<&'a [u8], RejectionReason> {
        let len = self.u16()?;
        self.take(usize::from(len))
    }

    /// Nothing may be left.
    pub(super) const fn end(&self) -> Result<(), RejectionReason> {
        if self.0.is_empty() { Ok(()) } else { Err(RejectionReason::AttestationStatement) }
    }
}
