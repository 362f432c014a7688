//! A small DER writer.

use alloc::vec;
use alloc::vec::Vec;

/// An element of a one-byte tag.
pub(crate) fn tlv(tag: u8, contents: &[u8]) -> Vec<u8> {
    tagged(&[tag], contents)
}

/// An element whose identifier octets are given.
fn tagged(identifier: &[u8], contents: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(contents.len()).unwrap().to_be_bytes();
    let length = match (high, low) {
        (0, 0..=0x7f) => vec![low],
        (0, _) => vec![0x81, low],
        _ => vec![0x82, high, low],
    };
    [identifier, &length, contents].concat()
}

/// `[number] EXPLICIT`, of any number up to 16383.
pub(crate) fn explicit(number: u16, contents: &[u8]) -> Vec<u8> {
    let low = u8::try_from(number & 0x7f).unwrap();
    let high = u8::try_from(number >> 7).unwrap();
    match number {
        0..=30 => tlv(0xa0 | low, contents),
        31..=127 => tagged(&[0xbf, low], contents),
        _ => tagged(&[0xbf, 0x80 | high, low], contents),
    }
}

pub(crate) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

pub(crate) fn set(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x31, &parts.concat())
}

pub(crate) fn octets(contents: &[u8]) -> Vec<u8> {
    tlv(0x04, contents)
}

pub(crate) fn oid(contents: &[u8]) -> Vec<u8> {
    tlv(0x06, contents)
}

pub(crate) fn utf8(text: &str) -> Vec<u8> {
    tlv(0x0c, text.as_bytes())
}

/// A small number that is not negative.
pub(crate) fn integer(number: u16) -> Vec<u8> {
    tlv(0x02, &magnitude(number))
}

pub(crate) fn enumerated(number: u16) -> Vec<u8> {
    tlv(0x0a, &magnitude(number))
}

fn magnitude(number: u16) -> Vec<u8> {
    match number.to_be_bytes() {
        [0, low @ 0..=0x7f] => vec![low],
        [0, low] => vec![0, low],
        [high @ 0x80..=0xff, low] => vec![0, high, low],
        [high, low] => vec![high, low],
    }
}

pub(crate) fn bits(contents: &[u8]) -> Vec<u8> {
    tlv(0x03, &[&[0], contents].concat())
}

/// One attribute of a name.
pub(crate) fn attribute(kind: &[u8], value: Vec<u8>) -> Vec<u8> {
    sequence(&[oid(kind), value])
}
