//! The DER form of an ECDSA signature.

/// An `ECDSA-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }` (RFC 3279 §2.2.3), for a
/// [`SignatureVerifier`](super::SignatureVerifier) whose own parser is laxer.
///
/// Only the distinguished encoding is taken: shortest lengths, shortest integers, nothing after the end. Negative
/// numbers are refused; that r and s lie between 1 and n - 1 is not checked here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EcdsaSigValue<'a> {
    r: &'a [u8],
    s: &'a [u8],
}

impl<'a> EcdsaSigValue<'a> {
    /// Reads a signature of at most 258 bytes, which is more than any curve needs.
    #[must_use]
    pub fn from_der(der: &'a [u8]) -> Option<Self> {
        let (body, after) = element(der, 0x30)?;
        let (r, rest) = element(body, 0x02)?;
        let (s, rest) = element(rest, 0x02)?;
        if !after.is_empty() || !rest.is_empty() {
            return None;
        }
        Some(Self { r: magnitude(r)?, s: magnitude(s)? })
    }

    /// r and s as big-endian numbers of `N` bytes; nothing if one of them is longer.
    #[must_use]
    pub fn padded<const N: usize>(&self) -> Option<([u8; N], [u8; N])> {
        Some((padded(self.r)?, padded(self.s)?))
    }
}

/// The contents of the element of type `tag` that `der` begins with, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    match der {
        [found, 0x81, len @ 0x80..=0xff, rest @ ..] | [found, len @ 0..=0x7f, rest @ ..] if *found == tag => {
            rest.split_at_checked(usize::from(*len))
        }
        _ => None,
    }
}

fn magnitude(integer: &[u8]) -> Option<&[u8]> {
    match integer {
        // The zero is there to keep the sign bit clear, and for nothing else.
        [0, rest @ ..] if rest.first().is_some_and(|high| *high >= 0x80) => Some(rest),
        [0x01..=0x7f, ..] | [0] => Some(integer),
        _ => None,
    }
}

fn padded<const N: usize>(magnitude: &[u8]) -> Option<[u8; N]> {
    let mut number = [0; N];
    let start = N.checked_sub(magnitude.len())?;
    number.get_mut(start..)?.copy_from_slice(magnitude);
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    fn element_of(tag: u8, contents: &[u8]) -> Vec<u8> {
        match u8::try_from(contents.len()).unwrap() {
            len @ 0..=0x7f => [&[tag, len], contents].concat(),
            len => [&[tag, 0x81, len], contents].concat(),
        }
    }

    fn integer(number: &[u8]) -> Vec<u8> {
        let start = number.iter().position(|byte| *byte != 0).unwrap_or(number.len() - 1);
        let pad: &[u8] = if number[start] >= 0x80 { &[0] } else { &[] };
        element_of(0x02, &[pad, &number[start..]].concat())
    }

    fn signature(r: &[u8], s: &[u8]) -> Vec<u8> {
        element_of(0x30, &[integer(r), integer(s)].concat())
    }

    fn padded<const N: usize>(der: &[u8]) -> Option<([u8; N], [u8; N])> {
        EcdsaSigValue::from_der(der)?.padded()
    }

    #[test]
    fn lengths_above_127_take_one_byte_more_and_others_do_not() {
        let number = [0x7f; 66];
        let long = signature(&number, &number);
        assert_eq!(long[..3], [0x30, 0x81, 136]);
        assert_eq!(padded(&long), Some((number, number)));
        assert_eq!(padded::<65>(&long), None);
        let body = &long[3..];
        for head in [&[0x30, 136][..], &[0x30, 0x80], &[0x30, 0x82, 0, 136], &[0x30, 0x81, 135], &[0x30, 0x81, 137]] {
            assert_eq!(EcdsaSigValue::from_der(&[head, body].concat()), None, "{head:x?}");
        }
        let short = [&[0x30, 0x81, 127][..], &element_of(2, &[1; 61]), &element_of(2, &[1; 62])].concat();
        assert_eq!(EcdsaSigValue::from_der(&short), None);
        let short = [&[0x30, 127][..], &short[3..]].concat();
        assert!(EcdsaSigValue::from_der(&short).is_some());
        assert_eq!(EcdsaSigValue::from_der(&element_of(0x30, &vec![0x02; 255])), None);
    }

    proptest! {
        #[test]
        fn der_has_one_spelling(
            r in prop::array::uniform32(any::<u8>()),
            s in prop::collection::vec(any::<u8>(), 66),
            shift in 0_usize..40,
            at: prop::sample::Index,
            with: u8,
        ) {
            let mut numbers = [[0; 66]; 2];
            numbers[0][34..].copy_from_slice(&r);
            numbers[1][shift..].copy_from_slice(&s[shift..]);
            let mut der = signature(&numbers[0], &numbers[1]);
            prop_assert_eq!(padded(&der), Some((numbers[0], numbers[1])));
            let at = at.index(der.len());
            der[at] = with;
            if let Some((r, s)) = padded::<66>(&der) {
                prop_assert_eq!(signature(&r, &s), der);
            }
        }

        #[test]
        fn any_bytes_are_harmless(der in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Some((r, s)) = padded::<255>(&der) {
                prop_assert_eq!(signature(&r, &s), der);
            }
        }
    }
}
