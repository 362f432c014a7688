//! Distinguished names (RFC 5280 §4.1.2.4). Names are compared as raw DER; only formats look inside one.

use super::der::Der;
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
