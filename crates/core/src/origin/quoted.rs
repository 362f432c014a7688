//! Quotes values in texts for developers.

use core::fmt::{self, Write};

/// The longest value that is quoted, in characters.
const QUOTED: usize = 128;

/// Writes a value between quotation marks: at most 128 characters, with control and invisible characters escaped.
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl Quoted<'_> {
    /// Whether a value is short enough to be quoted to its end.
    pub(crate) const fn is_whole(text: &str) -> bool {
        text.len() <= QUOTED
    }
}

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        let mut characters = self.0.chars();
        for character in characters.by_ref().take(QUOTED) {
            match character {
                '\'' => f.write_char(character)?,
                _ => write!(f, "{}", character.escape_debug())?,
            }
        }
        if characters.next().is_some() {
            f.write_str("...")?;
        }
        f.write_char('"')
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn quoted_values_are_short_and_harmless() {
        assert_eq!(Quoted("a'\n\u{202e}\"b\u{1b}[2J").to_string(), r#""a'\n\u{202e}\"b\u{1b}[2J""#);
        assert_eq!(Quoted(&"x".repeat(128)).to_string().len(), 130);
        assert_eq!(Quoted(&"x".repeat(100_000)).to_string().len(), 133);
        assert!(Quoted::is_whole(&"x".repeat(128)));
        assert!(!Quoted::is_whole(&"x".repeat(129)));
    }
}
