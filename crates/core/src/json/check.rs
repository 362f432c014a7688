//! The one reading of the whole text: all of JSON's grammar by `serde_json`, with a bound on the depth.

use crate::error::MalformedReason;
use alloc::string::String;
use core::fmt;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// As deep as `serde_json` goes by itself; one level more is the one that says so.
const MAX_DEPTH: usize = 126;

/// Checks that `text` is exactly one JSON value, nested at most `depth` deep (never more than 126).
///
/// # Errors
///
/// `TooDeep` or `NotJson`, whichever the text comes to first.
pub(super) fn check(text: &str, depth: usize) -> Result<(), MalformedReason> {
    let depth = depth.min(MAX_DEPTH);
    let mut reader = serde_json::Deserializer::from_str(text);
    match (Value { depth }).deserialize(&mut reader).and_then(|()| reader.end()) {
        Ok(()) => Ok(()),
        // Only what this visitor refuses by itself is about data: everything else is about the grammar.
        Err(error) if error.is_data() => Err(MalformedReason::TooDeep(depth)),
        Err(_) => Err(MalformedReason::NotJson),
    }
}

/// Walks through any value and keeps nothing.
///
/// Unlike `IgnoredAny` it reads strings and numbers in full, which is what refuses lone surrogates.
#[derive(Clone, Copy)]
struct Value {
    /// How many levels of arrays and objects may still be entered.
    depth: usize,
}

impl Value {
    /// What checks the values inside one of this depth.
    fn inside<E: Error>(self) -> Result<Self, E> {
        self.depth.checked_sub(1).map(|depth| Self { depth }).ok_or_else(|| E::custom("too deep"))
    }
}

impl<'de> DeserializeSeed<'de> for Value {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(())
    }

    fn visit_string<E>(self, _: String) -> Result<Self::Value, E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let inside = self.inside()?;
        while elements.next_element_seed(inside)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let inside = self.inside()?;
        while members.next_entry_seed(inside, inside)?.is_some() {}
        Ok(())
    }
}
