//! A pull reader over DER: elements come out as slices of the input.

use crate::error::CertificateFault;
use der::{Header, Reader as _, SliceReader, Tag, TagNumber};

/// Reads element after element. Lengths and tags are decoded by `der`, which takes only their one distinguished form.
#[derive(Clone, Copy)]
pub(crate) struct Der<'a> {
    rest: &'a [u8],
}

/// One element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    pub(crate) tag: Tag,
    /// Tag, length and contents.
    pub(crate) raw: &'a [u8],
    pub(crate) contents: &'a [u8],
}

impl<'a> Der<'a> {
    pub(crate) const fn new(input: &'a [u8]) -> Self {
        Self { rest: input }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Nothing may be left.
    pub(crate) const fn end(&self) -> Result<(), CertificateFault> {
        if self.rest.is_empty() { Ok(()) } else { Err(CertificateFault::Der) }
    }

    /// The tag of the next element, if there is one.
    pub(crate) fn peek(&self) -> Option<Tag> {
        SliceReader::new(self.rest).ok().and_then(|reader| Tag::peek(&reader).ok())
    }

    /// The next element, of any tag.
    pub(crate) fn any(&mut self) -> Result<Element<'a>, CertificateFault> {
        let wrong = |_| CertificateFault::Der;
        let mut reader = SliceReader::new(self.rest).map_err(wrong)?;
        let header = Header::peek(&reader).map_err(wrong)?;
        let raw = reader.tlv_bytes().map_err(wrong)?;
        let len = usize::try_from(header.length()).map_err(|_| CertificateFault::Der)?;
        let at = raw.len().checked_sub(len).ok_or(CertificateFault::Der)?;
        let contents = raw.get(at..).ok_or(CertificateFault::Der)?;
        self.rest = self.rest.get(raw.len()..).ok_or(CertificateFault::Der)?;
        Ok(Element { tag: header.tag(), raw, contents })
    }

    /// The next element, which must have `tag`.
    pub(crate) fn element(&mut self, tag: Tag) -> Result<Element<'a>, CertificateFault> {
        let element = self.any()?;
        if element.tag == tag { Ok(element) } else { Err(CertificateFault::Der) }
    }

    /// The contents of the next element, which must have `tag`.
    pub(crate) fn contents(&mut self, tag: Tag) -> Result<&'a [u8], CertificateFault> {
        self.element(tag).map(|element| element.contents)
    }

    /// Enters the next element, a SEQUENCE.
    pub(crate) fn sequence(&mut self) -> Result<Self, CertificateFault> {
        self.contents(Tag::Sequence).map(Self::new)
    }

    /// The next element, if it has `tag`.
    pub(crate) fn optional(&mut self, tag: Tag) -> Result<Option<&'a [u8]>, CertificateFault> {
        if self.peek() == Some(tag) { self.contents(tag).map(Some) } else { Ok(None) }
    }

    /// The contents of an OBJECT IDENTIFIER, to be compared with encoded ones.
    pub(crate) fn oid(&mut self) -> Result<&'a [u8], CertificateFault> {
        self.contents(Tag::ObjectIdentifier)
    }

    /// The contents of a BIT STRING of whole bytes.
    pub(crate) fn bits(&mut self) -> Result<&'a [u8], CertificateFault> {
        match self.contents(Tag::BitString)? {
            [0, bytes @ ..] => Ok(bytes),
            _ => Err(CertificateFault::Der),
        }
    }

    /// A BIT STRING of named bits, of which there are at most seven unused ones in the last byte, all zero.
    pub(crate) fn named_bits(&mut self) -> Result<&'a [u8], CertificateFault> {
        match self.contents(Tag::BitString)? {
            [0] => Ok(&[]),
            [unused @ 0..=7, bytes @ ..]
                if bytes.last().is_some_and(|last| last.trailing_zeros() >= u32::from(*unused)) =>
            {
                Ok(bytes)
            }
            _ => Err(CertificateFault::Der),
        }
    }

    /// NULL.
    pub(crate) fn null(&mut self) -> Result<(), CertificateFault> {
        if self.contents(Tag::Null)?.is_empty() { Ok(()) } else { Err(CertificateFault::Der) }
    }

    /// A BOOLEAN: TRUE is 0xff in DER; genuine certificates of the metadata service also have 0x01.
    pub(crate) fn boolean(&mut self) -> Result<bool, CertificateFault> {
        match self.contents(Tag::Boolean)? {
            [0] => Ok(false),
            [_] => Ok(true),
            _ => Err(CertificateFault::Der),
        }
    }

    /// An INTEGER that fits, in its shortest form.
    pub(crate) fn small_integer(&mut self) -> Result<i64, CertificateFault> {
        integer(self.contents(Tag::Integer)?)
    }
}

/// The value of an INTEGER's or ENUMERATED's contents, of at most eight bytes and in the shortest form.
pub(crate) fn integer(contents: &[u8]) -> Result<i64, CertificateFault> {
    let (Some(first), true) = (contents.first(), contents.len() <= 8) else { return Err(CertificateFault::Der) };
    if !is_shortest(contents) {
        return Err(CertificateFault::Der);
    }
    let start = if *first >= 0x80 { -1 } else { 0 };
    Ok(contents.iter().fold(start, |value: i64, byte| value << 8 | i64::from(*byte)))
}

/// Whether the contents of an INTEGER have the one distinguished form: at least a byte, and no byte that only repeats the
/// sign.
pub(super) const fn is_shortest(contents: &[u8]) -> bool {
    !matches!(contents, [] | [0, 0..=0x7f, ..] | [0xff, 0x80..=0xff, ..])
}

/// The tag `[number]`, constructed, as EXPLICIT tags are.
pub(crate) const fn explicit(number: u32) -> Tag {
    Tag::ContextSpecific { constructed: true, number: TagNumber(number) }
}

/// The tag `[number]`, primitive, as IMPLICIT tags of simple types are.
pub(crate) const fn implicit(number: u32) -> Tag {
    Tag::ContextSpecific { constructed: false, number: TagNumber(number) }
}
