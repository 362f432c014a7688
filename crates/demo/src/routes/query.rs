//! What a listing is asked for in its query.

use crate::answer::{self, Refusal};

/// How many there are in one answer, and how many there can be.
const LIMIT: u32 = 50;
const MOST: u32 = 100;

/// `after`, `limit`, `user`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Listing {
    pub(super) after: Option<String>,
    pub(super) limit: u32,
    pub(super) user: Option<String>,
}

impl Listing {
    pub(super) fn read(query: Option<&str>) -> Result<Self, Refusal> {
        let mut listing = Self { after: None, limit: LIMIT, user: None };
        for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let id = || match value {
                "" => Ok(None),
                value if is_id(value) => Ok(Some(value.to_owned())),
                _ => Err(Refusal::from(answer::invalid("after and user are ids"))),
            };
            match name {
                "after" => listing.after = id()?,
                "user" => listing.user = id()?,
                "limit" => {
                    let limit = value.parse().ok().filter(|limit| (1..=MOST).contains(limit));
                    listing.limit = limit.ok_or_else(|| answer::invalid("limit is a number from 1 to 100"))?;
                }
                _ => {}
            }
        }
        Ok(listing)
    }
}

/// Whether a text can be an id: they are all base64url or decimal, so that nothing in a URL needs an escape.
pub(super) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for() {
        let read = |query| Listing::read(query).ok().map(|listing| (listing.after, listing.limit, listing.user));
        let text = |text: &str| Some(text.to_owned());
        let table = [
            (None, Some((None, 50, None))),
            (Some(""), Some((None, 50, None))),
            (Some("other=1&after=a-_Z&limit=7&user=u"), Some((text("a-_Z"), 7, text("u")))),
            (Some("after=&user"), Some((None, 50, None))),
            (Some("limit=0"), None),
            (Some("limit=101"), None),
            (Some("limit=-1"), None),
            (Some("limit"), None),
            (Some("after=%00"), None),
            (Some("user=a b"), None),
        ];
        for (query, expected) in table {
            assert_eq!(read(query), expected, "{query:?}");
        }
        assert!(!is_id(&"x".repeat(65)) && !is_id(""));
    }
}
