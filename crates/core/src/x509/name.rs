//! Distinguished names (RFC 5280 §4.1.2.4) and alternative names (§4.2.1.6). Distinguished names are compared as raw DER;
//! only formats look inside one.

use super::der::{Der, explicit, implicit};
use crate::error::CertificateFault;
use der::Tag;

/// One attribute of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    oid: &'a [u8],
    tag: Tag,
    value: &'a [u8],
}

impl<'a> Attribute<'a> {
    /// The type: the contents of its OBJECT IDENTIFIER.
    #[must_use]
    pub const fn oid(&self) -> &'a [u8] {
        self.oid
    }

    /// The value's text, if it is a UTF8String, PrintableString or IA5String that is one.
    #[must_use]
    pub fn text(&self) -> Option<&'a str> {
        match self.tag {
            Tag::Utf8String | Tag::PrintableString | Tag::Ia5String => core::str::from_utf8(self.value).ok(),
            _ => None,
        }
    }

    /// Whether the value is a UTF8String.
    #[must_use]
    pub fn is_utf8_string(&self) -> bool {
        self.tag == Tag::Utf8String
    }

    /// Whether the value is a PrintableString.
    #[must_use]
    pub fn is_printable_string(&self) -> bool {
        self.tag == Tag::PrintableString
    }
}

/// Calls `each` with every attribute of a name, given by the contents of its SEQUENCE.
pub(crate) fn attributes<'a>(name: &'a [u8], mut each: impl FnMut(Attribute<'a>)) -> Result<(), CertificateFault> {
    let mut name = Der::new(name);
    while !name.is_empty() {
        let mut relative = Der::new(name.contents(Tag::Set)?);
        while !relative.is_empty() {
            let mut attribute = relative.sequence()?;
            let oid = attribute.oid()?;
            let value = attribute.any()?;
            attribute.end()?;
            each(Attribute { oid, tag: value.tag, value: value.contents });
        }
    }
    Ok(())
}

/// A distinguished name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name<'a>(&'a [u8]);

impl<'a> Name<'a> {
    /// Calls `each` with every attribute.
    ///
    /// # Errors
    ///
    /// [`CertificateFault::Der`] if the name does not have the shape of one.
    pub fn attributes(&self, each: impl FnMut(Attribute<'a>)) -> Result<(), CertificateFault> {
        attributes(self.0, each)
    }
}

/// One name of subjectAltName.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GeneralName<'a> {
    /// dNSName: ASCII, as written.
    DnsName(&'a str),
    /// directoryName.
    DirectoryName(Name<'a>),
    /// A name of another kind.
    Other,
}

impl<'a> GeneralName<'a> {
    fn read(list: &mut Der<'a>) -> Result<Self, CertificateFault> {
        let name = list.any()?;
        if name.tag == implicit(2) {
            match core::str::from_utf8(name.contents) {
                Ok(text) if text.is_ascii() => Ok(Self::DnsName(text)),
                _ => Err(CertificateFault::Der),
            }
        } else if name.tag == explicit(4) {
            // A Name is a CHOICE, and so its tag is explicit.
            let mut inner = Der::new(name.contents);
            let contents = inner.contents(Tag::Sequence)?;
            inner.end()?;
            Ok(Self::DirectoryName(Name(contents)))
        } else {
            Ok(Self::Other)
        }
    }
}

/// subjectAltName: at least one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubjectAltNames<'a>(&'a [u8]);

impl<'a> SubjectAltNames<'a> {
    pub(super) fn parse(value: &'a [u8]) -> Result<Self, CertificateFault> {
        Self::read(value).map_err(|_| CertificateFault::SubjectAltName)
    }

    fn read(value: &'a [u8]) -> Result<Self, CertificateFault> {
        let mut outer = Der::new(value);
        let list = outer.contents(Tag::Sequence)?;
        outer.end()?;
        let mut from = Der::new(list);
        GeneralName::read(&mut from)?;
        while !from.is_empty() {
            GeneralName::read(&mut from)?;
        }
        Ok(Self(list))
    }

    /// All of them, in the certificate's order.
    pub fn iter(&self) -> impl Iterator<Item = GeneralName<'a>> + use<'a> {
        let mut from = Der::new(self.0);
        core::iter::from_fn(move || GeneralName::read(&mut from).ok())
    }

    /// The DNS names alone.
    pub fn dns_names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.iter().filter_map(|name| match name {
            GeneralName::DnsName(name) => Some(name),
            _ => None,
        })
    }
}
