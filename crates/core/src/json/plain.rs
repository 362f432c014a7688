//! Where strings end, and which of them are spelt without escapes.

/// A one in each of eight bytes.
const ONES: u64 = u64::from_le_bytes([1; 8]);
/// The highest bit of each of eight bytes.
const HIGHEST: u64 = ONES << 7;

/// The length of the string that `text` begins with, up to the quote at its end. `None` where there is none, and for escapes
/// and control characters, which JSON wants escaped.
pub(crate) fn plain_len(text: &[u8]) -> Option<usize> {
    let len = first_mark(text)?;
    (text.get(len)? == &b'"').then_some(len)
}

/// Where the first quote, backslash or control character stands.
pub(super) fn first_mark(text: &[u8]) -> Option<usize> {
    let (chunks, rest) = text.as_chunks();
    let mut at = 0;
    for chunk in chunks {
        let marks = marks(u64::from_le_bytes(*chunk));
        if marks != 0 {
            return Some(at + usize::try_from(marks.trailing_zeros() / 8).ok()?);
        }
        at += chunk.len();
    }
    Some(at + rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | ..0x20))?)
}

/// A bit in the first of eight bytes that is a quote, a backslash or a control character, if any is; behind it there may be others,
/// which mean nothing.
fn marks(bytes: u64) -> u64 {
    let quotes = bytes ^ (ONES * 0x22);
    let backslashes = bytes ^ (ONES * 0x5c);
    // A byte loses its highest bit or gets it where something is taken from it that it has not.
    let below = |bytes: u64, least: u64| bytes.wrapping_sub(ONES * least) & !bytes;
    (below(quotes, 1) | below(backslashes, 1) | below(bytes, 0x20)) & HIGHEST
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    fn bytewise(text: &[u8]) -> Option<usize> {
        let len = text.iter().position(|byte| matches!(byte, b'"' | b'\\' | ..0x20))?;
        (text[len] == b'"').then_some(len)
    }

    #[test]
    fn every_byte_everywhere() {
        for len in 0..20 {
            for at in 0..=len {
                for byte in 0..=u8::MAX {
                    for filler in [b'a', b'!', b'#', b'[', b']', b' ', 0x7f, 0x80, 0xff] {
                        let mut text = vec![filler; len];
                        text.insert(at, byte);
                        assert_eq!(plain_len(&text), bytewise(&text), "{text:?}");
                        text.push(b'"');
                        assert_eq!(plain_len(&text), bytewise(&text), "{text:?}");
                    }
                }
            }
        }
        assert_eq!(plain_len(b""), None);
    }

    proptest! {
        #[test]
        fn eight_at_once_are_read_as_one_by_one(text in prop::collection::vec(prop::sample::select(&b"a\"\\\x1f\x20\x21\x23\x5b\x5d\x00\x7f\x80\xa2\xdc\xff"[..]), 0..40), clean in 0..40_usize) {
            let text: Vec<u8> = [&vec![b'a'; clean][..], &text].concat();
            prop_assert_eq!(plain_len(&text), bytewise(&text));
        }
    }
}
