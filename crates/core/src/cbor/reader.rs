//! Typed reading of CBOR that was checked.

use super::{CborFault, Item, skip};
use ciborium_ll::Header;

/// Reads item after item. On bytes that [`check`](super::check) did not accept it gives faults, never wrong values.
#[derive(Clone)]
pub(crate) struct Reader<'a> {
    input: &'a [u8],
    rest: &'a [u8],
}

/// A map's key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key<'a> {
    Int(i64),
    Text(&'a str),
}

/// The type of the next item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Bytes,
    Text,
    Array,
    Map,
    Bool,
    Null,
    /// A float or another simple value.
    Other,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(input: &'a [u8]) -> Self {
        Self { input, rest: input }
    }

    /// How many bytes were read so far.
    pub(crate) const fn position(&self) -> usize {
        self.input.len() - self.rest.len()
    }

    /// The type of the next item, which stays unread.
    pub(crate) fn kind(&self) -> Result<Kind, CborFault> {
        // The first three bits of a head are its major type (RFC 8949 §3.1); the reading of the item finds any fault.
        Ok(match self.rest.first().ok_or(CborFault::Truncated)? {
            0x00..=0x3f => Kind::Int,
            0x40..=0x5f => Kind::Bytes,
            0x60..=0x7f => Kind::Text,
            0x80..=0x9f => Kind::Array,
            0xa0..=0xbf => Kind::Map,
            0xc0..=0xdf => return Err(CborFault::NotCbor),
            0xf4 | 0xf5 => Kind::Bool,
            0xf6 => Kind::Null,
            0xe0..=0xff => Kind::Other,
        })
    }

    /// Enters a map: that many pairs follow.
    pub(crate) fn map(&mut self) -> Result<usize, CborFault> {
        self.take(|item| item.container().and_then(|(entries, is_map)| is_map.then_some(entries)))
    }

    /// Enters an array: that many items follow.
    pub(crate) fn array(&mut self) -> Result<usize, CborFault> {
        self.take(|item| item.container().and_then(|(entries, is_map)| (!is_map).then_some(entries)))
    }

    /// A map's key.
    pub(crate) fn key(&mut self) -> Result<Key<'a>, CborFault> {
        self.take(|item| integer(item).map(Key::Int).or_else(|| text(item).map(Key::Text)))
    }

    /// An integer.
    pub(crate) fn int(&mut self) -> Result<i64, CborFault> {
        self.take(integer)
    }

    /// A byte string.
    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], CborFault> {
        self.take(|item| matches!(item.header, Header::Bytes(_)).then_some(item.body))
    }

    /// A text string.
    pub(crate) fn text(&mut self) -> Result<&'a str, CborFault> {
        self.take(text)
    }

    /// Passes over one item with everything in it, and gives its bytes.
    pub(crate) fn skip(&mut self) -> Result<&'a [u8], CborFault> {
        let before = self.rest;
        let mut rest = self.rest;
        skip(&mut rest)?;
        let (raw, rest) = before.split_at_checked(before.len() - rest.len()).ok_or(CborFault::Truncated)?;
        self.rest = rest;
        Ok(raw)
    }

    /// Reads one head if `read` makes something of it; stays in front of it otherwise.
    fn take<T>(&mut self, read: impl FnOnce(&Item<'a>) -> Option<T>) -> Result<T, CborFault> {
        let mut rest = self.rest;
        let value = read(&Item::pull(&mut rest)?).ok_or(CborFault::WrongType)?;
        self.rest = rest;
        Ok(value)
    }
}

fn integer(item: &Item<'_>) -> Option<i64> {
    match item.header {
        Header::Positive(value) => i64::try_from(value).ok(),
        // The argument counts from -1 downwards, which is the bitwise complement.
        Header::Negative(value) => i64::try_from(value).ok().map(|value| !value),
        _ => None,
    }
}

fn text<'a>(item: &Item<'a>) -> Option<&'a str> {
    match item.header {
        Header::Text(_) => core::str::from_utf8(item.body).ok(),
        _ => None,
    }
}
