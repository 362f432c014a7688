//! Comparing a string as it is spelt, without making the string: a client may send thousands of names, all of them with
//! escapes.

use core::str::Chars;

/// Whether what stands between a string's quotes has escapes: otherwise it is the string itself.
pub(super) fn has_escapes(inner: &str) -> bool {
    inner.contains('\\')
}

/// Whether what stands between a string's quotes is a spelling of `text`. Right on valid JSON; on anything else merely
/// harmless. It stops at the first difference.
pub(super) fn is_spelling_of(inner: &str, text: &str) -> bool {
    // Most names are spelt as they are, and a spelling with escapes is longer.
    if inner == text || inner.len() <= text.len() || !has_escapes(inner) {
        return inner == text;
    }
    // Escapes are of UTF-16, so that a pair of them may stand for one character.
    let mut expected = text.encode_utf16();
    let mut spelt = inner.chars();
    let mut buffer = [0; 2];
    while let Some(character) = spelt.next() {
        let same = if character == '\\' {
            expected.next() == escaped(&mut spelt)
        } else {
            character.encode_utf16(&mut buffer).iter().all(|unit| expected.next() == Some(*unit))
        };
        if !same {
            return false;
        }
    }
    expected.next().is_none()
}

/// What follows a backslash (RFC 8259 §7).
fn escaped(spelt: &mut Chars<'_>) -> Option<u16> {
    Some(match spelt.next()? {
        'b' => 0x08,
        'f' => 0x0c,
        'n' => 0x0a,
        'r' => 0x0d,
        't' => 0x09,
        'u' => {
            let mut unit = 0;
            for _ in 0..4 {
                unit = unit * 16 + u16::try_from(spelt.next()?.to_digit(16)?).ok()?;
            }
            unit
        }
        character => u16::try_from(u32::from(character)).ok()?,
    })
}
