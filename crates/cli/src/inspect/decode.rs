//! From what was typed or piped to bytes.

use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding};

/// One way to read the input.
pub(crate) struct Candidate {
    /// How it was read.
    pub(crate) encoding: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// Every way to read the input, the likeliest first.
pub(crate) fn candidates(input: &[u8]) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut add = |encoding, bytes: Option<Vec<u8>>| {
        if let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) {
            found.push(Candidate { encoding, bytes });
        }
    };
    let trimmed = input.trim_ascii();
    // A text in quotes, as it is copied out of JSON.
    let unquoted = if trimmed.starts_with(b"\"") { serde_json::from_slice::<String>(trimmed).ok() } else { None };
    let text = unquoted.as_ref().map_or(trimmed, |text| text.trim().as_bytes());

    if text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).starts_with(b"{") {
        add("JSON", Some(text.to_vec()));
        return found;
    }
    if text.starts_with(b"[") {
        add("an array of bytes", serde_json::from_slice(text).ok());
    }
    if text.starts_with(b"-----BEGIN ") {
        add("PEM", pem(text));
        return found;
    }
    if text.is_ascii() {
        let compact: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        add("hexadecimal", hexadecimal(&compact));
        if let Ok(compact) = std::str::from_utf8(&compact) {
            let unpadded = compact.trim_end_matches('=');
            add("base64url", Base64UrlUnpadded::decode_vec(unpadded).ok());
            if unpadded.contains(['+', '/']) {
                add("base64", Base64Unpadded::decode_vec(unpadded).ok());
            }
        }
    } else {
        add("bytes", Some(input.to_vec()));
    }
    found
}

/// The bytes of the first block.
fn pem(text: &[u8]) -> Option<Vec<u8>> {
    let lines = std::str::from_utf8(text).ok()?.lines().skip(1).map(str::trim);
    let base64: String = lines.take_while(|line| !line.starts_with("-----END ")).collect();
    Base64Unpadded::decode_vec(base64.trim_end_matches('=')).ok()
}

fn hexadecimal(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.strip_prefix(b"0x").unwrap_or(text);
    let digits: Vec<u8> = text.iter().copied().filter(|byte| *byte != b':').collect();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    };
    digits.chunks(2).map(pair).collect()
}

/// Bytes of a member that is base64url without padding.
///
/// # Errors
///
/// That it is not.
pub(crate) fn member(text: &str) -> Result<Vec<u8>, String> {
    Base64UrlUnpadded::decode_vec(text).map_err(|_| "not base64url without padding".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(input: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
        candidates(input).into_iter().map(|candidate| (candidate.encoding, candidate.bytes)).collect()
    }

    #[test]
    fn encodings_are_told_apart() {
        assert_eq!(read(b" 0xFb:fF \n"), [("hexadecimal", vec![0xfb, 0xff])]);
        assert_eq!(read(b"-_8=\n"), [("base64url", vec![0xfb, 0xff])]);
        assert_eq!(read(b"\"-_8\""), [("base64url", vec![0xfb, 0xff])]);
        assert_eq!(read(b"+/8="), [("base64", vec![0xfb, 0xff])]);
        assert_eq!(read(b"[251, 255]"), [("an array of bytes", vec![0xfb, 0xff])]);
        assert_eq!(read(b" {} "), [("JSON", b"{}".to_vec())]);
        assert_eq!(read(&[0xa1, b' ']), [("bytes", vec![0xa1, b' '])]);
        assert_eq!(read(b"fbff").first(), Some(&("hexadecimal", vec![0xfb, 0xff])));
        assert_eq!(read(b"-----BEGIN X-----\n+/8=\n-----END X-----\n"), [("PEM", vec![0xfb, 0xff])]);
        for nothing in [&b""[..], b" \n", b"\"", b"[256]", b"!", b"0x", b"[]"] {
            assert_eq!(read(nothing), [], "{nothing:?}");
        }
    }
}
