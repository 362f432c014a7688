//! DER (ITU-T X.690), as much of it as certificates and signatures need.

/// An element of any length.
pub(super) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let len = content.len().to_be_bytes();
    let start = len.iter().position(|byte| *byte != 0).unwrap_or(len.len() - 1);
    let len = len.get(start..).unwrap_or_default();
    let mut bytes = vec![tag];
    match len {
        [short] if *short < 0x80 => {}
        // At most eight.
        long => bytes.push(0x80 | u8::try_from(long.len()).unwrap_or_default()),
    }
    bytes.extend(len);
    bytes.extend(content);
    bytes
}

pub(super) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    element(0x30, &parts.concat())
}

/// A SET OF: its elements are sorted by their bytes.
pub(super) fn set_of(mut parts: Vec<Vec<u8>>) -> Vec<u8> {
    parts.sort();
    element(0x31, &parts.concat())
}

/// A number that is not negative, from its big-endian bytes.
pub(super) fn integer(magnitude: &[u8]) -> Vec<u8> {
    let start = magnitude.iter().position(|byte| *byte != 0).unwrap_or(magnitude.len());
    let magnitude = magnitude.get(start..).unwrap_or_default();
    match magnitude.first() {
        Some(first) if *first < 0x80 => element(0x02, magnitude),
        _ => element(0x02, &[&[0], magnitude].concat()),
    }
}

pub(super) fn enumerated(value: u8) -> Vec<u8> {
    element(0x0a, &[value])
}

pub(super) fn boolean_true() -> Vec<u8> {
    element(0x01, &[0xff])
}

pub(super) fn octet_string(content: &[u8]) -> Vec<u8> {
    element(0x04, content)
}

/// A BIT STRING of whole bytes.
pub(super) fn bit_string(content: &[u8]) -> Vec<u8> {
    element(0x03, &[&[0], content].concat())
}

pub(super) fn null() -> Vec<u8> {
    element(0x05, &[])
}

pub(super) fn utf8_string(text: &str) -> Vec<u8> {
    element(0x0c, text.as_bytes())
}

pub(super) fn printable_string(text: &str) -> Vec<u8> {
    element(0x13, text.as_bytes())
}

pub(super) fn utc_time(text: &str) -> Vec<u8> {
    element(0x17, text.as_bytes())
}

pub(super) fn generalized_time(text: &str) -> Vec<u8> {
    element(0x18, text.as_bytes())
}

/// `[number]`, explicitly tagged; numbers above 30 have their high form.
pub(super) fn explicit(number: u16, content: &[u8]) -> Vec<u8> {
    match u8::try_from(number) {
        Ok(low) if low < 31 => element(0xa0 | low, content),
        _ => {
            let mut bytes = element(0xbf, content);
            // The number stands between the leading byte and the length.
            bytes.splice(1..1, base_128(u32::from(number)));
            bytes
        }
    }
}

/// `[number]` around bytes that are no element: an implicitly tagged string.
pub(super) fn implicit(number: u8, content: &[u8]) -> Vec<u8> {
    element(0x80 | number, content)
}

/// An object identifier from its arcs, the first two of which are small.
pub(super) fn oid(arcs: &[u32]) -> Vec<u8> {
    let content: Vec<u8> = match arcs {
        [first, second, rest @ ..] => {
            let mut content = base_128(first * 40 + second);
            content.extend(rest.iter().flat_map(|arc| base_128(*arc)));
            content
        }
        _ => Vec::new(),
    };
    element(0x06, &content)
}

/// Seven bits a byte, all but the last with the high bit set.
fn base_128(number: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = number;
    loop {
        let low = u8::try_from(rest & 0x7f).unwrap_or_default();
        bytes.insert(0, if bytes.is_empty() { low } else { low | 0x80 });
        rest >>= 7;
        if rest == 0 {
            return bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        assert_eq!(element(4, &[7; 0x7f])[..3], [4, 0x7f, 7]);
        assert_eq!(element(4, &[7; 0x80])[..4], [4, 0x81, 0x80, 7]);
        assert_eq!(element(4, &[7; 0x1234])[..5], [4, 0x82, 0x12, 0x34, 7]);
        assert_eq!(element(5, &[]), [5, 0]);
    }

    #[test]
    fn numbers_are_minimal_and_positive() {
        assert_eq!(integer(&[0, 0, 1]), [2, 1, 1]);
        assert_eq!(integer(&[0x80]), [2, 2, 0, 0x80]);
        assert_eq!(integer(&[0, 0]), [2, 1, 0]);
    }

    #[test]
    fn identifiers_and_high_tags() {
        assert_eq!(oid(&[1, 2, 840, 10045, 2, 1]), [6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1]);
        assert_eq!(oid(&[2, 23, 133, 8, 3]), [6, 5, 0x67, 0x81, 5, 8, 3]);
        assert_eq!(explicit(702, &integer(&[])), [0xbf, 0x85, 0x3e, 3, 2, 1, 0]);
        assert_eq!(explicit(1, &set_of(vec![integer(&[2])])), [0xa1, 5, 0x31, 3, 2, 1, 2]);
    }

    #[test]
    fn sets_are_sorted() {
        assert_eq!(set_of(vec![integer(&[3]), integer(&[2])]), [0x31, 6, 2, 1, 2, 2, 1, 3]);
    }
}
