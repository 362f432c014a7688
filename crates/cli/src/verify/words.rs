//! Members that hold one of a list of words.

use serde::de::{Deserialize, Deserializer, Error};

/// One of a list of words, or null.
pub(super) fn word<'de, D: Deserializer<'de>, T: Copy>(
    from: D,
    words: &[(&'static str, T)],
) -> Result<Option<T>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
    find(&text, words).map(Some)
}

/// The value of a word.
pub(super) fn find<T: Copy, E: Error>(text: &str, words: &[(&'static str, T)]) -> Result<T, E> {
    match words.iter().find(|(word, _)| *word == text) {
        Some((_, value)) => Ok(*value),
        None => {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            Err(E::custom(format_args!("unknown word {text:?}, expected one of {}", known.join(", "))))
        }
    }
}

/// Defines the reader of such a member.
macro_rules! words {
    ($name:ident, $type:ty, [$($word:literal = $value:expr),*]) => {
        fn $name<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<$type>, D::Error> {
            super::words::word(from, &[$(($word, $value)),*])
        }
    };
}
pub(super) use words;
