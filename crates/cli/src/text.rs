//! Text forms of bytes, and forms of untrusted text that a terminal can't be misled by.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::Serialize;
use std::error::Error;
use std::fmt::Write;

pub(crate) fn base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Without padding; `None` for anything else.
pub(crate) fn from_base64url(text: &str) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text).ok()
}

/// JSON in ASCII alone: escape sequences of terminals and marks that turn the direction of writing come out as `\u`.
///
/// # Errors
///
/// Those of `serde_json`, for a value that has no JSON form.
pub(crate) fn ascii_json(value: &impl Serialize, pretty: bool) -> serde_json::Result<String> {
    let json = if pretty { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) }?;
    if json.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte)) {
        return Ok(json);
    }
    let mut ascii = String::with_capacity(json.len());
    for character in json.chars() {
        if character == '\n' || (' '..='~').contains(&character) {
            ascii.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string can't fail.
                let _ = write!(ascii, "\\u{unit:04x}");
            }
        }
    }
    Ok(ascii)
}

/// An error and what caused it, on one line. A cause that the text ends with already is not said again.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.ends_with(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_said_once() {
        #[derive(Debug)]
        struct Wrapped(&'static str, Option<Box<Wrapped>>);
        impl std::fmt::Display for Wrapped {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.0)
            }
        }
        impl Error for Wrapped {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                let cause = self.1.as_deref()?;
                Some(cause)
            }
        }
        let wrapped = |text, cause| Wrapped(text, Some(Box::new(cause)));
        let error = wrapped("a: b", wrapped("b", Wrapped("c", None)));
        assert_eq!(chain(&error), "a: b: c");
        assert_eq!(chain(&wrapped("a", Wrapped("b", None))), "a: b");
    }

    #[test]
    fn json_comes_out_in_ascii_and_means_the_same() {
        let text = "\u{1b}[31m \u{202e}\u{7f}\u{9b} ä 😀 \"\\";
        let json = ascii_json(&text, false).unwrap();
        assert!(json.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
