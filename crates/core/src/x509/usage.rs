//! What a key may be used for (RFC 5280 §4.2.1.3, §4.2.1.12).

use super::der::Der;
use crate::error::CertificateFault;
use der::Tag;

/// keyUsage: a set of purposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUsage(u8);

impl KeyUsage {
    pub(super) fn parse(value: &[u8]) -> Result<Self, CertificateFault> {
        let mut from = Der::new(value);
        let bits = from.named_bits()?;
        from.end()?;
        // The ninth bit, decipherOnly, is of no interest.
        Ok(Self(bits.first().copied().unwrap_or(0)))
    }

    /// Whether the key may sign anything but certificates and revocation lists.
    #[must_use]
    pub const fn digital_signature(self) -> bool {
        self.0 & 0x80 != 0
    }

    /// Whether the key may sign certificates.
    #[must_use]
    pub const fn key_cert_sign(self) -> bool {
        self.0 & 0x04 != 0
    }

    /// Whether the key may sign revocation lists.
    #[must_use]
    pub const fn crl_sign(self) -> bool {
        self.0 & 0x02 != 0
    }
}

/// extKeyUsage: at least one purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExtendedKeyUsage<'a>(&'a [u8]);

impl<'a> ExtendedKeyUsage<'a> {
    pub(super) fn parse(value: &'a [u8]) -> Result<Self, CertificateFault> {
        Self::read(value).map_err(|_| CertificateFault::ExtendedKeyUsage)
    }

    fn read(value: &'a [u8]) -> Result<Self, CertificateFault> {
        let mut outer = Der::new(value);
        let list = outer.contents(Tag::Sequence)?;
        outer.end()?;
        let mut from = Der::new(list);
        from.oid()?;
        while !from.is_empty() {
            from.oid()?;
        }
        Ok(Self(list))
    }

    /// The purposes, each as the contents of its OBJECT IDENTIFIER.
    pub fn iter(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut from = Der::new(self.0);
        core::iter::from_fn(move || from.oid().ok())
    }

    /// Whether a purpose is named, given by the contents of its OBJECT IDENTIFIER. anyExtendedKeyUsage stands for itself
    /// alone.
    #[must_use]
    pub fn contains(&self, purpose: &[u8]) -> bool {
        self.iter().any(|named| named == purpose)
    }
}
