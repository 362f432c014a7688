//! base64url without padding (RFC 4648 §5), the text form of all bytes in WebAuthn's JSON.
//!
//! What clients send is decoded by `base64`: nothing of it is a secret to the client, so that the constant time of
//! `base64ct` would protect nothing, and it takes three times as long. What the relying party itself made is encoded
//! in constant time, and compared so.

use alloc::string::String;
use alloc::vec::Vec;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use base64ct::{Base64UrlUnpadded, Encoding};
use subtle::ConstantTimeEq;

/// The text is not base64url, has padding or whitespace, or its last character has stray bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotBase64Url;

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
    BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| NotBase64Url)
}

/// As [`decode`], into `buffer`, of which it gives the part that was filled; `None` for more than fits.
///
/// # Errors
///
/// As [`decode`].
pub(crate) fn decode_into<'b>(text: &str, buffer: &'b mut [u8]) -> Result<Option<&'b [u8]>, NotBase64Url> {
    if decoded_len(text) > buffer.len() {
        return decode(text).map(|_| None);
    }
    let len = BASE64_URL_SAFE_NO_PAD.decode_slice(text, buffer).map_err(|_| NotBase64Url)?;
    Ok(buffer.get(..len))
}

/// How many bytes a text of this length stands for.
const fn decoded_len(text: &str) -> usize {
    // Four characters stand for three bytes; dividing first can't overflow.
    (text.len() / 4).saturating_mul(3).saturating_add((text.len() % 4) * 3 / 4)
}

/// Decodes `text` if it stands for at most `max` bytes; allocates only then.
///
/// # Errors
///
/// [`DecodeError::TooLarge`] or [`DecodeError::NotBase64Url`].
pub(crate) fn decode_capped(text: &str, max: usize) -> Result<Vec<u8>, DecodeError> {
    if decoded_len(text) > max {
        return Err(DecodeError::TooLarge(max));
    }
    decode(text).map_err(|NotBase64Url| DecodeError::NotBase64Url)
}

/// Encodes `bytes`.
pub(crate) fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Whether `text` is what [`encode`] writes for `bytes`, in a time that does not depend on where they differ.
pub(crate) fn is_encoding_of(text: &str, bytes: &[u8]) -> bool {
    // Only one text is decoded to these bytes. Most are of 32.
    let mut buffer = [0; 64];
    match decode_into(text, &mut buffer) {
        Ok(Some(decoded)) => decoded.ct_eq(bytes).into(),
        Ok(None) => decode(text).is_ok_and(|decoded| decoded.ct_eq(bytes).into()),
        Err(NotBase64Url) => false,
    }
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
        fn compares_as_it_writes(bytes in prop::collection::vec(any::<u8>(), 0..200), at: prop::sample::Index, to in "[A-Za-z0-9_-]") {
            let mut text = encode(&bytes);
            prop_assert!(is_encoding_of(&text, &bytes));
            let longer = alloc::format!("{text}{to}");
            prop_assert!(!is_encoding_of(&longer, &bytes));
            if !text.is_empty() {
                let at = at.index(text.len());
                prop_assert!(!is_encoding_of(&text[..at], &bytes));
                let same = text[at..=at] == to;
                text.replace_range(at..=at, &to);
                prop_assert_eq!(is_encoding_of(&text, &bytes), same);
            }
        }

        #[test]
        fn a_buffer_takes_what_fits(bytes in prop::collection::vec(any::<u8>(), 0..12), room in 0..12_usize) {
            let (mut buffer, text) = ([0; 12], encode(&bytes));
            let taken = decode_into(&text, &mut buffer[..room]).unwrap();
            prop_assert_eq!(taken, (bytes.len() <= room).then_some(&bytes[..]));
            let padded = alloc::format!("{text}=");
            prop_assert_eq!(decode_into(&padded, &mut buffer[..room]), Err(NotBase64Url));
        }

        #[test]
        fn both_libraries_read_alike(text in "[A-Za-z0-9_-]{0,8}[A-Za-z0-9_=+/ -]{0,4}") {
            prop_assert_eq!(decode(&text).ok(), Base64UrlUnpadded::decode_vec(&text).ok());
        }

        #[test]
        fn what_it_reads_it_writes_the_same(text in "[A-Za-z0-9_=+/ -]{0,12}") {
            if let Ok(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
