//! Client data in the one form that clients write it in (WebAuthn §5.8.1.1, CCDToString), told by its bytes as §5.8.1.2
//! tells it, without reading JSON.
//!
//! It is a quick way and no rule: whatever is written otherwise is read as any JSON is.

use super::members::{Members, Text};
use crate::json::plain_len;

/// The members of client data with a meaning.
const KNOWN: [&str; 6] = ["type", "challenge", "origin", "crossOrigin", "topOrigin", "tokenBinding"];

/// The members, where `text` from `start` on has the known ones in their order, and behind them only strings, all without
/// whitespace and without escapes. `crossOrigin` may be missing, as clients before Level 2 left it out.
pub(super) fn read(text: &str, start: usize) -> Option<Members> {
    let mut rest = Rest { text: text.as_bytes(), at: start };
    let members = Members {
        kind: rest.string("{\"type\":\"")??,
        challenge: rest.string(",\"challenge\":\"")??,
        origin: rest.string(",\"origin\":\"")??,
        cross_origin: rest.boolean(",\"crossOrigin\":")?,
        top_origin: rest.string(",\"topOrigin\":\"")?,
        token_binding_holds: true,
    };
    // Some clients say now and then that others can be added.
    while let Some(name) = rest.string(",\"")? {
        if KNOWN.contains(&name.of(text)) {
            return None;
        }
        rest.string(":\"")??;
    }
    (rest.get() == b"}").then_some(members)
}

/// What has not been read yet: `text` from `at` on.
struct Rest<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Rest<'a> {
    fn get(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Goes past `word`, if it stands here.
    fn take(&mut self, word: &str) -> bool {
        let is_here = self.get().starts_with(word.as_bytes());
        if is_here {
            self.at = self.at.saturating_add(word.len());
        }
        is_here
    }

    /// The string behind `before`, which ends with the opening quote: `Some(None)` where something else stands here, `None`
    /// for an empty string, one with an escape and one with bytes that JSON wants escaped.
    fn string(&mut self, before: &str) -> Option<Option<Text>> {
        if !self.take(before) {
            return Some(None);
        }
        let (start, rest) = (self.at, self.get());
        let len = plain_len(rest).filter(|len| *len > 0)?;
        let end = start.saturating_add(len);
        self.at = end.saturating_add(1);
        Some(Some(Text::At(start..end)))
    }

    /// As [`string`](Self::string), of a boolean.
    fn boolean(&mut self, before: &str) -> Option<Option<bool>> {
        if !self.take(before) {
            return Some(None);
        }
        let is_true = self.take("true");
        (is_true || self.take("false")).then_some(Some(is_true))
    }
}

#[cfg(test)]
mod tests;
