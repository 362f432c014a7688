//! base64url without padding (RFC 4648 §5), the text form of all bytes in WebAuthn's JSON.

use alloc::string::String;
use alloc::vec::Vec;
use base64ct::{Base64UrlUnpadded, Encoding};
use core::fmt;

/// The text is not base64url, has padding or whitespace, or its last character has stray bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotBase64Url;

impl fmt::Display for NotBase64Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not base64url without padding")
    }
}

impl core::error::Error for NotBase64Url {}

/// Why [`decode_capped`] refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DecodeError {
    /// The text stands for more bytes than the given number.
    TooLarge(usize),
    /// See [`NotBase64Url`].
    NotBase64Url,
}

/// Decodes `text`, of which only one spelling is accepted: what [`encode`] writes.
///
/// # Errors
///
/// [`NotBase64Url`] for padding, whitespace, `+`, `/`, an impossible length and non-zero trailing bits.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, NotBase64Url> {
    Base64UrlUnpadded::decode_vec(text).map_err(|_| NotBase64Url)
}

/// Decodes `text` if it stands for at most `max` bytes; allocates only then.
///
/// # Errors
///
/// [`DecodeError::TooLarge`] or [`DecodeError::NotBase64Url`].
pub(crate) fn decode_capped(text: &str, max: usize) -> Result<Vec<u8>, DecodeError> {
    // Four characters stand for three bytes; dividing first can't overflow.
    let tail = (text.len() % 4) * 3 / 4;
    if (text.len() / 4).saturating_mul(3).saturating_add(tail) > max {
        return Err(DecodeError::TooLarge(max));
    }
    decode(text).map_err(|NotBase64Url| DecodeError::NotBase64Url)
}

/// Encodes `bytes`.
pub(crate) fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    #[test]
    fn known_answers() {
        // RFC 4648 §10, without padding, and the two characters in which base64url differs.
        for (bytes, text) in [
            (&b""[..], ""),
            (b"f", "Zg"),
            (b"fo", "Zm8"),
            (b"foo", "Zm9v"),
            (b"foob", "Zm9vYg"),
            (b"fooba", "Zm9vYmE"),
            (b"foobar", "Zm9vYmFy"),
            (&[0xfb, 0xff], "-_8"),
        ] {
            assert_eq!(encode(bytes), text);
            assert_eq!(decode(text).as_deref(), Ok(bytes));
        }
    }

    #[test]
    fn neg_e07_to_e11_only_one_spelling_is_accepted() {
        for text in [
            "Zg==",
            "Zm8=",
            "=",
            "Zm9v=", // padding
            "+_8",
            "-/8", // the standard alphabet
            " Zg",
            "Zg ",
            "Z g",
            "Zm9v\n",
            "Zm\r\n9v",
            "\u{feff}Zg", // whitespace
            "Z",
            "Zm9vY", // impossible lengths
            "Zh",
            "Zv",
            "Zm9",
            "Zm9vYh",
            "-_9", // stray bits
            "Zm9\u{fc}",
            "Zm\0v",
            "Zm9v.",
        ] {
            assert_eq!(decode(text), Err(NotBase64Url), "{text:?}");
        }
    }

    #[test]
    fn cap_is_counted_in_bytes() {
        assert_eq!(decode_capped("Zm9vYg", 4), Ok(b"foob".to_vec()));
        assert_eq!(decode_capped("Zm9vYg", 3), Err(DecodeError::TooLarge(3)));
        assert_eq!(decode_capped("", 0), Ok(vec![]));
        assert_eq!(decode_capped("Zm9vY!", 4), Err(DecodeError::NotBase64Url));
    }

    proptest! {
        #[test]
        fn reads_what_it_writes(bytes: Vec<u8>) {
            prop_assert_eq!(decode(&encode(&bytes)), Ok(bytes));
        }

        #[test]
        fn what_it_reads_it_writes_the_same(text in "[A-Za-z0-9_=+/ -]{0,12}") {
            if let Ok(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
