//! One certificate, as slices of the bytes received.

use super::der::{Der, Element, explicit, implicit, is_shortest};
use super::extension::{self, BasicConstraints, Extension, Extensions};
use super::key::SubjectPublicKey;
use super::name::{self, Attribute, SubjectAltNames};
use super::time;
use super::usage::{ExtendedKeyUsage, KeyUsage};
use crate::error::CertificateFault;
use core::fmt;
use core::ops::RangeInclusive;
use der::Tag;
use sha1::{Digest, Sha1};

/// The longest certificate that is read, in bytes; genuine attestation certificates have up to 3 KiB.
pub const MAX_CERTIFICATE: usize = 8 * 1024;

/// A certificate that has the shape of one. Nothing about it is verified.
#[derive(Clone, Copy)]
pub struct Certificate<'a> {
    der: &'a [u8],
    tbs: &'a [u8],
    version: u8,
    serial: &'a [u8],
    signature_algorithm: &'a [u8],
    issuer: Element<'a>,
    not_before: i64,
    not_after: i64,
    subject: Element<'a>,
    key_info: Element<'a>,
    extensions: Extensions<'a>,
    signature: &'a [u8],
}

impl fmt::Debug for Certificate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").field("len", &self.der.len()).finish_non_exhaustive()
    }
}

impl<'a> Certificate<'a> {
    /// Reads a certificate in DER, at most 8 KiB with nothing behind it. The algorithm is named twice alike, no
    /// extension comes twice, bit strings have whole bytes.
    ///
    /// # Errors
    ///
    /// [`CertificateFault::Der`], [`CertificateFault::TooLarge`].
    pub fn parse(der: &'a [u8]) -> Result<Self, CertificateFault> {
        if der.len() > MAX_CERTIFICATE {
            return Err(CertificateFault::TooLarge);
        }
        let mut outer = Der::new(der);
        let mut certificate = outer.sequence()?;
        outer.end()?;
        let tbs = certificate.element(Tag::Sequence)?;
        let signature_algorithm = certificate.contents(Tag::Sequence)?;
        let signature = certificate.bits()?;
        certificate.end()?;

        let mut from = Der::new(tbs.contents);
        let version = match from.optional(explicit(0))? {
            None => 1,
            Some(version) => {
                let mut version = Der::new(version);
                let number = version.small_integer()?;
                version.end()?;
                // 0 is the default, which DER leaves out.
                match number {
                    1 => 2,
                    2 => 3,
                    _ => return Err(CertificateFault::Der),
                }
            }
        };
        let serial = from.contents(Tag::Integer)?;
        // Of any length and sign, as genuine ones are, but an INTEGER.
        if !is_shortest(serial) {
            return Err(CertificateFault::Der);
        }
        if from.contents(Tag::Sequence)? != signature_algorithm {
            return Err(CertificateFault::Der);
        }
        let issuer = from.element(Tag::Sequence)?;
        let mut validity = from.sequence()?;
        let not_before = time::seconds(&validity.any()?)?;
        let not_after = time::seconds(&validity.any()?)?;
        validity.end()?;
        let subject = from.element(Tag::Sequence)?;
        let key_info = from.element(Tag::Sequence)?;
        // Unique identifiers, from version 2 on, say nothing to anybody.
        let unique = [from.optional(implicit(1))?, from.optional(implicit(2))?];
        if version == 1 && unique != [None, None] {
            return Err(CertificateFault::Der);
        }
        let extensions = match from.optional(explicit(3))? {
            None => Extensions::default(),
            Some(_) if version != 3 => return Err(CertificateFault::Der),
            Some(contents) => {
                let mut contents = Der::new(contents);
                let list = contents.contents(Tag::Sequence)?;
                contents.end()?;
                Extensions::parse(list)?
            }
        };
        from.end()?;
        Ok(Self {
            der,
            tbs: tbs.raw,
            version,
            serial,
            signature_algorithm,
            issuer,
            not_before,
            not_after,
            subject,
            key_info,
            extensions,
            signature,
        })
    }

    /// The whole certificate.
    #[must_use]
    pub const fn as_der(&self) -> &'a [u8] {
        self.der
    }

    /// The part that is signed, as received.
    pub(crate) const fn tbs(&self) -> &'a [u8] {
        self.tbs
    }

    /// 1 to 3.
    #[must_use]
    pub const fn version(&self) -> u8 {
        self.version
    }

    /// The contents of the serial number's INTEGER: big-endian two's complement.
    #[must_use]
    pub const fn serial(&self) -> &'a [u8] {
        self.serial
    }

    /// The contents of the AlgorithmIdentifier that the issuer signed with.
    pub(crate) const fn signature_algorithm(&self) -> &'a [u8] {
        self.signature_algorithm
    }

    pub(crate) const fn signature(&self) -> &'a [u8] {
        self.signature
    }

    /// The issuer's name as raw DER, by which names are compared.
    #[must_use]
    pub const fn issuer(&self) -> &'a [u8] {
        self.issuer.raw
    }

    /// The subject's name as raw DER, by which names are compared.
    #[must_use]
    pub const fn subject(&self) -> &'a [u8] {
        self.subject.raw
    }

    /// Whether the subject has no attribute.
    #[must_use]
    pub const fn has_empty_subject(&self) -> bool {
        self.subject.contents.is_empty()
    }

    /// Calls `each` with every attribute of the issuer's name.
    ///
    /// # Errors
    ///
    /// [`CertificateFault::Der`] if the name does not have the shape of one.
    pub fn issuer_attributes(&self, each: impl FnMut(Attribute<'a>)) -> Result<(), CertificateFault> {
        name::attributes(self.issuer.contents, each)
    }

    /// Calls `each` with every attribute of the subject's name.
    ///
    /// # Errors
    ///
    /// [`CertificateFault::Der`] if the name does not have the shape of one.
    pub fn subject_attributes(&self, each: impl FnMut(Attribute<'a>)) -> Result<(), CertificateFault> {
        name::attributes(self.subject.contents, each)
    }

    /// The first second at which it is valid, since 1970.
    #[must_use]
    pub const fn not_before(&self) -> i64 {
        self.not_before
    }

    /// The last second at which it is valid, since 1970.
    #[must_use]
    pub const fn not_after(&self) -> i64 {
        self.not_after
    }

    pub(super) const fn validity(&self) -> RangeInclusive<i64> {
        self.not_before..=self.not_after
    }

    /// The subject's key.
    ///
    /// # Errors
    ///
    /// [`CertificateFault::KeyType`] for a key type that is not known, [`CertificateFault::Der`] for a malformed key.
    pub fn public_key(&self) -> Result<SubjectPublicKey<'a>, CertificateFault> {
        SubjectPublicKey::parse(self.key_info.contents)
    }

    /// The key identifier: SHA-1 of the subjectPublicKey's bits (RFC 5280 §4.2.1.2, method 1).
    ///
    /// # Errors
    ///
    /// [`CertificateFault::Der`] for a malformed key.
    pub fn key_identifier(&self) -> Result<[u8; 20], CertificateFault> {
        let mut info = Der::new(self.key_info.contents);
        info.sequence()?;
        Ok(Sha1::digest(info.bits()?).into())
    }

    /// The SubjectPublicKeyInfo, as received.
    #[must_use]
    pub const fn key_info(&self) -> &'a [u8] {
        self.key_info.raw
    }

    /// The extensions; none before version 3.
    #[must_use]
    pub const fn extensions(&self) -> Extensions<'a> {
        self.extensions
    }

    /// basicConstraints, if the certificate has it.
    ///
    /// # Errors
    ///
    /// [`CertificateFault::BasicConstraints`] if it does not have its shape.
    pub fn basic_constraints(&self) -> Result<Option<BasicConstraints>, CertificateFault> {
        self.extension(extension::BASIC_CONSTRAINTS).map(|found| BasicConstraints::parse(found.value())).transpose()
    }

    /// keyUsage, if the certificate has it.
    ///
    /// # Errors
    ///
    /// [`CertificateFault::Der`] if it does not have its shape.
    pub fn key_usage(&self) -> Result<Option<KeyUsage>, CertificateFault> {
        self.extension(extension::KEY_USAGE).map(|found| KeyUsage::parse(found.value())).transpose()
    }

    /// extKeyUsage, if the certificate has it.
    ///
    /// # Errors
    ///
    /// [`CertificateFault::ExtendedKeyUsage`] if it does not have its shape.
    pub fn extended_key_usage(&self) -> Result<Option<ExtendedKeyUsage<'a>>, CertificateFault> {
        self.extension(extension::EXT_KEY_USAGE).map(|found| ExtendedKeyUsage::parse(found.value())).transpose()
    }

    /// subjectAltName, if the certificate has it.
    ///
    /// # Errors
    ///
    /// [`CertificateFault::SubjectAltName`] if it does not have its shape.
    pub fn subject_alt_names(&self) -> Result<Option<SubjectAltNames<'a>>, CertificateFault> {
        self.extension(extension::SUBJECT_ALT_NAME).map(|found| SubjectAltNames::parse(found.value())).transpose()
    }

    /// The extension of a type, given by the contents of its OBJECT IDENTIFIER.
    #[must_use]
    pub fn extension(&self, oid: &[u8]) -> Option<Extension<'a>> {
        self.extensions.find(oid)
    }
}
