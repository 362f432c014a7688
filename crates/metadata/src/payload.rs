//! Reading JSON leniently: the frame strictly, each entry on its own.

use crate::date::Date;
use crate::error::PayloadFault;
use core::fmt;
use core::marker::PhantomData;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Levels of nesting. Genuine entries have 8; the JSON reader recurses once for each.
const MAX_DEPTH: usize = 32;

/// The most entries that are read. The genuine BLOB has some hundreds.
const MAX_ENTRIES: usize = 100_000;

/// The metadata BLOB payload dictionary (MDS §3.1.6), its entries not read yet.
#[derive(serde::Deserialize)]
pub(crate) struct Payload<'a> {
    #[serde(rename = "legalHeader", default, deserialize_with = "present")]
    pub(crate) legal_header: Option<String>,
    pub(crate) no: u64,
    #[serde(rename = "nextUpdate", borrow)]
    next_update: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) entries: Vec<&'a RawValue>,
}

impl<'a> Payload<'a> {
    pub(crate) fn parse(payload: &'a [u8]) -> Result<(Self, Date), PayloadFault> {
        let text = core::str::from_utf8(payload).map_err(|_| PayloadFault::NotUtf8)?;
        if is_deeper_than(text, MAX_DEPTH) {
            return Err(PayloadFault::TooDeep(MAX_DEPTH));
        }
        let payload: Self =
            serde_json::from_str::<Object<Self>>(text).map_err(|error| PayloadFault::Json(error.to_string()))?.0;
        if payload.entries.len() > MAX_ENTRIES {
            return Err(PayloadFault::TooManyEntries(MAX_ENTRIES));
        }
        let next_update = Date::parse(&payload.next_update).ok_or(PayloadFault::NextUpdate)?;
        Ok((payload, next_update))
    }
}

/// An optional member that may be left out but may not be null (MDS §2).
pub(crate) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A JSON object and nothing else: a derived reader would take an array as well, member by member.
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }

        deserializer.deserialize_map(Members(PhantomData))
    }
}

/// Whether JSON is nested deeper than `depth`. Right on valid JSON, harmless on anything else.
pub(crate) fn is_deeper_than(text: &str, depth: usize) -> bool {
    let (mut open, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        match (in_string, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_string = !in_string,
            (false, b'{' | b'[') => {
                open += 1;
                if open > depth {
                    return true;
                }
            }
            (false, b'}' | b']') => open = open.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_brackets_outside_strings() {
        assert!(!is_deeper_than(r#"{"a":[1,{"b":2}]}"#, 3));
        assert!(is_deeper_than(r#"{"a":[1,{"b":2}]}"#, 2));
        assert!(!is_deeper_than(r#"["[[[[\"[[[["]"#, 1));
        assert!(!is_deeper_than("[][][]", 1));
        assert!(!is_deeper_than("[{},{},{}]", 2));
        assert!(is_deeper_than("[[1],[[2]]]", 2), "a bracket closes one level");
        // Strings end where they end, whatever is in them.
        for string in ["", "a", r"\n", r"\\", r#"\""#, r#"[\"["#] {
            assert!(is_deeper_than(&format!(r#"{{"{string}":[[1]]}}"#), 2), "{string}");
            assert!(!is_deeper_than(&format!(r#"{{"{string}":[[1]]}}"#), 3), "{string}");
        }
        assert!(is_deeper_than(&"[".repeat(33), MAX_DEPTH));
    }
}
