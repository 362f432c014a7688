//! Finding the values directly inside an array or an object of text that is known to be JSON.

use super::plain::first_mark;
use super::{Fault, Json, Kind};
use crate::error::{MalformedReason, Part};

/// The values directly inside one array or object, names of members included.
///
/// The text is valid, so that whatever separates two values does so rightly; on anything else it is merely harmless.
pub(super) struct Pieces<'a>(&'a str);

impl<'a> Pieces<'a> {
    pub(super) fn of(value: Json<'a>, kind: Kind, part: Part) -> Result<Self, Fault> {
        if value.kind() != kind {
            return Err((part, MalformedReason::WrongType));
        }
        let inner = value.text.get(1..value.text.len().saturating_sub(1));
        inner.map(Self).ok_or((part, MalformedReason::NotJson))
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Json<'a>;

    fn next(&mut self) -> Option<Json<'a>> {
        let start = self.0.bytes().position(|byte| !is_between(byte))?;
        let (_, text) = self.0.split_at_checked(start)?;
        let (value, rest) = text.split_at_checked(value_len(text.as_bytes()))?;
        self.0 = rest;
        if value.is_empty() { None } else { Some(Json::of(value)) }
    }
}

/// Whitespace, a comma or a colon.
const fn is_between(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b':')
}

/// The length of the value that `text` begins with.
fn value_len(text: &[u8]) -> usize {
    match text.first() {
        Some(b'"') => string_len(text),
        Some(b'{' | b'[') => nested_len(text),
        _ => text.iter().position(|byte| is_between(*byte) || matches!(byte, b'}' | b']')).unwrap_or(text.len()),
    }
}

/// As [`value_len`], of a string, its quotes included: from one quote or backslash to the next.
fn string_len(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(found) = text.get(at..).and_then(first_mark) {
        at += found;
        match text.get(at) {
            Some(b'"') => return at + 1,
            // A backslash, and whatever it escapes: there are no control characters.
            _ => at += 2,
        }
    }
    text.len()
}

/// As [`value_len`], of an array or object.
fn nested_len(text: &[u8]) -> usize {
    let (mut at, mut open) = (0, 0_usize);
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => {
                at += text.get(at..).map_or(1, string_len);
                continue;
            }
            b'{' | b'[' => open += 1,
            b'}' | b']' if open <= 1 => return at + 1,
            b'}' | b']' => open -= 1,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// The value without the whitespace around it.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r'])
}
