//! Certificate extensions (RFC 5280 §4.2).

use super::der::Der;
use crate::error::CertificateFault;
use der::Tag;

/// How many extensions one certificate may have; genuine ones have up to a dozen.
const MAX_EXTENSIONS: usize = 32;

/// One extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension<'a> {
    oid: &'a [u8],
    critical: bool,
    value: &'a [u8],
}

impl<'a> Extension<'a> {
    /// The contents of its OBJECT IDENTIFIER.
    #[must_use]
    pub const fn oid(&self) -> &'a [u8] {
        self.oid
    }

    /// Whether who does not know it must refuse the certificate.
    #[must_use]
    pub const fn critical(&self) -> bool {
        self.critical
    }

    /// The contents of `extnValue`'s OCTET STRING.
    #[must_use]
    pub const fn value(&self) -> &'a [u8] {
        self.value
    }

    fn read(list: &mut Der<'a>) -> Result<Self, CertificateFault> {
        let mut extension = list.sequence()?;
        let oid = extension.oid()?;
        // FALSE is the default, which DER leaves out; genuine certificates do write it.
        let critical = if extension.peek() == Some(Tag::Boolean) { extension.boolean()? } else { false };
        let value = extension.contents(Tag::OctetString)?;
        extension.end()?;
        Ok(Self { oid, critical, value })
    }
}

/// The extensions of a certificate, each of its type once.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extensions<'a>(&'a [u8]);

impl<'a> Extensions<'a> {
    /// Checks the contents of the list: at most 32, none twice.
    pub(super) fn parse(list: &'a [u8]) -> Result<Self, CertificateFault> {
        let mut from = Der::new(list);
        let mut seen: [&[u8]; MAX_EXTENSIONS] = [&[]; MAX_EXTENSIONS];
        let mut count = 0;
        while !from.is_empty() {
            let extension = Extension::read(&mut from)?;
            if seen.iter().take(count).any(|oid| *oid == extension.oid) {
                return Err(CertificateFault::Der);
            }
            *seen.get_mut(count).ok_or(CertificateFault::Der)? = extension.oid;
            count += 1;
        }
        Ok(Self(list))
    }

    /// All of them, in the certificate's order.
    pub fn iter(&self) -> impl Iterator<Item = Extension<'a>> + use<'a> {
        let mut from = Der::new(self.0);
        core::iter::from_fn(move || Extension::read(&mut from).ok())
    }

    /// The extension of a type, given by the contents of its OBJECT IDENTIFIER.
    #[must_use]
    pub fn find(&self, oid: &[u8]) -> Option<Extension<'a>> {
        self.iter().find(|extension| extension.oid == oid)
    }
}

/// id-ce-keyUsage, 2.5.29.15
pub(super) const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];
/// id-ce-subjectAltName, 2.5.29.17
pub(super) const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];
/// id-ce-basicConstraints, 2.5.29.19
pub(super) const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
/// id-ce-nameConstraints, 2.5.29.30
pub(super) const NAME_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x1e];
/// id-ce-certificatePolicies, 2.5.29.32
pub(super) const CERTIFICATE_POLICIES: &[u8] = &[0x55, 0x1d, 0x20];
/// id-ce-policyMappings, 2.5.29.33
pub(super) const POLICY_MAPPINGS: &[u8] = &[0x55, 0x1d, 0x21];
/// id-ce-policyConstraints, 2.5.29.36
pub(super) const POLICY_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x24];
/// id-ce-extKeyUsage, 2.5.29.37
pub(super) const EXT_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];
/// id-ce-inhibitAnyPolicy, 2.5.29.54
pub(super) const INHIBIT_ANY_POLICY: &[u8] = &[0x55, 0x1d, 0x36];

/// Whether a certificate is of a certification authority (RFC 5280 §4.2.1.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BasicConstraints {
    /// Whether it is.
    pub ca: bool,
    /// How many certificates of other authorities may stand between this one and the leaf.
    pub path_len: Option<u64>,
}

impl BasicConstraints {
    pub(super) fn parse(value: &[u8]) -> Result<Self, CertificateFault> {
        Self::read(value).map_err(|_| CertificateFault::BasicConstraints)
    }

    fn read(value: &[u8]) -> Result<Self, CertificateFault> {
        let mut outer = Der::new(value);
        let mut from = outer.sequence()?;
        outer.end()?;
        let ca = if from.peek() == Some(Tag::Boolean) { from.boolean()? } else { false };
        let path_len = match from.peek() {
            Some(_) => Some(u64::try_from(from.small_integer()?).map_err(|_| CertificateFault::Der)?),
            None => None,
        };
        from.end()?;
        Ok(Self { ca, path_len })
    }
}
