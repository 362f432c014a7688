//! JSON rows, in which no object has a member twice.
//!
//! Readers differ in which of the two they take: whoever wrote `is_active` as false and then as true may have meant either.
//! As [`Plain`](ceremony_http::Plain) does, this keeps text in a member text, so that no depth is spent twice.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::{Map, Number, Value};
use std::fmt;

/// The longest name of a member that an error shows, in characters.
const MAX_SHOWN: usize = 64;

/// Reads one JSON object.
///
/// # Errors
///
/// What is wrong with it, in words that quote none of its values.
pub(super) fn object(text: &[u8]) -> Result<Map<String, Value>, String> {
    match serde_json::from_slice(text) {
        Ok(Single(Value::Object(members))) => Ok(members),
        Ok(_) => Err("the row is no JSON object".to_owned()),
        // Of this reader's own making: the other categories may quote the row.
        Err(error) if error.classify() == Category::Data => Err(error.to_string()),
        Err(error) => Err(format!("the row is no JSON, at its line {}, column {}", error.line(), error.column())),
    }
}

struct Single(Value);

impl<'de> Deserialize<'de> for Single {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reader).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Single(value)) = elements.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if values.contains_key(&name) {
                let shown: String = name.chars().take(MAX_SHOWN).collect();
                return Err(A::Error::custom(format!("the member {shown:?} stands there twice")));
            }
            let Single(value) = members.next_value()?;
            values.insert(name, value);
        }
        Ok(Value::Object(values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ceremony_http::Plain;

    #[test]
    fn reads_as_the_other_reader_does() {
        let text = br#"{"a":[null,true,-1,18446744073709551615,1.5,"x\u0041",{}],"b":{"c":[[]],"a":"\ud83d\ude00"}}"#;
        let Plain(expected) = serde_json::from_slice(text).unwrap();
        assert_eq!(Value::Object(object(text).unwrap()), expected);
        for text in ["1", "[]", "{\"a\":1e999}", "{\"a\":[1,]}", "{\"a\":}", "nul", "{\"a\":\"\\ud800\"}"] {
            let error = object(text.as_bytes()).unwrap_err();
            assert!(error.starts_with("the row is no JSON"), "{text}: {error}");
        }
        let deep = |depth: usize| format!("{{\"a\":{}1{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(object(deep(126).as_bytes()).is_ok());
        assert!(object(deep(127).as_bytes()).is_err());
    }

    #[test]
    fn a_member_that_stands_twice_is_named_and_its_values_are_not() {
        for text in ["{\"a\":\"x\",\"a\":\"x\"}", "{\"b\":[{\"a\":\"x\",\"b\":2,\"\\u0061\":\"x\"}]}"] {
            let error = object(text.as_bytes()).unwrap_err();
            assert!(error.starts_with("the member \"a\" stands there twice") && !error.contains('x'), "{error}");
        }
        let long = "n".repeat(1000);
        let error = object(format!("{{\"{long}\":1,\"{long}\":1}}").as_bytes()).unwrap_err();
        assert!(error.len() < 150, "{error}");
        assert!(object(b"{\"a\":{\"a\":1},\"A\":1,\"b\":[{\"a\":1},{\"a\":1}]}").is_ok());
    }
}
