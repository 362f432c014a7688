//! Writing DER: tags, lengths, and the few types that certificates are made of.

/// Universal tags, as they are written.
pub mod tag {
    #![allow(missing_docs, reason = "the names say it")]
    pub const BOOLEAN: u8 = 0x01;
    pub const INTEGER: u8 = 0x02;
    pub const BIT_STRING: u8 = 0x03;
    pub const OCTET_STRING: u8 = 0x04;
    pub const NULL: u8 = 0x05;
    pub const OBJECT_IDENTIFIER: u8 = 0x06;
    pub const ENUMERATED: u8 = 0x0a;
    pub const UTF8_STRING: u8 = 0x0c;
    pub const PRINTABLE_STRING: u8 = 0x13;
    pub const IA5_STRING: u8 = 0x16;
    pub const UTC_TIME: u8 = 0x17;
    pub const GENERALIZED_TIME: u8 = 0x18;
    pub const SEQUENCE: u8 = 0x30;
    pub const SET: u8 = 0x31;
}

/// An element: tag, shortest length, contents of at most 65535 bytes.
#[must_use]
pub fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    behind(&[tag], contents)
}

fn behind(tag: &[u8], contents: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(contents.len()).expect("contents fit 16 bits").to_be_bytes();
    let length = match (high, low) {
        (0, 0..=0x7f) => vec![low],
        (0, _) => vec![0x81, low],
        _ => vec![0x82, high, low],
    };
    [tag, length.as_slice(), contents].concat()
}

/// A SEQUENCE of elements.
#[must_use]
pub fn sequence<T: AsRef<[u8]>>(elements: impl IntoIterator<Item = T>) -> Vec<u8> {
    element(tag::SEQUENCE, &joined(elements))
}

/// A SET OF elements, sorted as DER has it.
#[must_use]
pub fn set<T: AsRef<[u8]>>(elements: impl IntoIterator<Item = T>) -> Vec<u8> {
    let mut elements: Vec<Vec<u8>> = elements.into_iter().map(|element| element.as_ref().to_vec()).collect();
    elements.sort();
    element(tag::SET, &elements.concat())
}

/// `[number] EXPLICIT`, with the multi-byte form of numbers above 30.
#[must_use]
pub fn explicit(number: u32, contents: &[u8]) -> Vec<u8> {
    if let Ok(low @ 0..=30) = u8::try_from(number) {
        return element(0xa0 | low, contents);
    }
    behind(&[&[0xbf], base128(u128::from(number)).as_slice()].concat(), contents)
}

/// An OBJECT IDENTIFIER from its numbers.
#[must_use]
pub fn oid(numbers: &[u32]) -> Vec<u8> {
    let [first, second, rest @ ..] = numbers else { panic!("an object identifier has two numbers at least") };
    let mut contents = base128(u128::from(*first) * 40 + u128::from(*second));
    rest.iter().for_each(|number| contents.extend(base128(u128::from(*number))));
    element(tag::OBJECT_IDENTIFIER, &contents)
}

fn base128(mut number: u128) -> Vec<u8> {
    let mut digits = vec![(number & 0x7f) as u8];
    number >>= 7;
    while number > 0 {
        digits.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    digits.reverse();
    digits
}

/// A non-negative INTEGER from its big-endian magnitude.
#[must_use]
pub fn unsigned(magnitude: &[u8]) -> Vec<u8> {
    let start = magnitude.iter().position(|byte| *byte != 0).unwrap_or(magnitude.len().saturating_sub(1));
    let magnitude = magnitude.get(start..).unwrap_or_default();
    let pad: &[u8] = if magnitude.first().is_none_or(|high| *high >= 0x80) { &[0] } else { &[] };
    element(tag::INTEGER, &[pad, magnitude].concat())
}

/// A small non-negative INTEGER.
#[must_use]
pub fn integer(value: u32) -> Vec<u8> {
    unsigned(&value.to_be_bytes())
}

/// An ENUMERATED of one byte.
#[must_use]
pub fn enumerated(value: u8) -> Vec<u8> {
    element(tag::ENUMERATED, &[value])
}

/// A BOOLEAN.
#[must_use]
pub fn boolean(value: bool) -> Vec<u8> {
    element(tag::BOOLEAN, &[if value { 0xff } else { 0 }])
}

/// NULL.
#[must_use]
pub fn null() -> Vec<u8> {
    element(tag::NULL, &[])
}

/// An OCTET STRING.
#[must_use]
pub fn octets(bytes: &[u8]) -> Vec<u8> {
    element(tag::OCTET_STRING, bytes)
}

/// A BIT STRING of whole bytes.
#[must_use]
pub fn bits(bytes: &[u8]) -> Vec<u8> {
    element(tag::BIT_STRING, &[&[0], bytes].concat())
}

/// A UTF8String.
#[must_use]
pub fn utf8(text: &str) -> Vec<u8> {
    element(tag::UTF8_STRING, text.as_bytes())
}

/// A PrintableString; the characters are not checked.
#[must_use]
pub fn printable(text: &str) -> Vec<u8> {
    element(tag::PRINTABLE_STRING, text.as_bytes())
}

fn joined<T: AsRef<[u8]>>(elements: impl IntoIterator<Item = T>) -> Vec<u8> {
    elements.into_iter().flat_map(|element| element.as_ref().to_vec()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_encodings() {
        assert_eq!(oid(&[1, 2, 840, 113_549]), [0x06, 0x06, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d]);
        assert_eq!(oid(&[2, 23, 133, 8, 3]), [0x06, 0x05, 0x67, 0x81, 0x05, 0x08, 0x03]);
        assert_eq!(explicit(600, &[]), [0xbf, 0x84, 0x58, 0x00]);
        assert_eq!(explicit(702, &integer(0)), [0xbf, 0x85, 0x3e, 0x03, 0x02, 0x01, 0x00]);
        assert_eq!(explicit(1, &[5]), [0xa1, 0x01, 0x05]);
        assert_eq!(unsigned(&[0, 0, 0x80]), [0x02, 0x02, 0x00, 0x80]);
        assert_eq!(integer(0), [0x02, 0x01, 0x00]);
        assert_eq!(octets(&[0; 128])[..3], [0x04, 0x81, 0x80]);
        assert_eq!(octets(&[0; 256])[..4], [0x04, 0x82, 0x01, 0x00]);
        assert_eq!(set([integer(2), integer(1)]), set([integer(1), integer(2)]));
    }
}
