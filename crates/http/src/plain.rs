//! JSON values that are what they look like.
//!
//! `serde_json` lets its `RawValue` travel as an object with one member of a private name. Its own reader of
//! [`Value`] takes such an object from a client as well, and reads the text in it anew, with the whole depth to spend
//! again: text inside text inside text ends the process by its stack. This reader knows no such name.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// A value whose depth is bounded by the JSON reader's own limit of 128, for routes of an application's own: whoever
/// reads a `serde_json::Value` instead reads text in it anew, without that bound.
#[derive(Clone, Debug, PartialEq)]
pub struct Plain(pub Value);

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Self)
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
        while let Some(Plain(value)) = elements.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        while let Some((name, Plain(value))) = members.next_entry::<String, Plain>()? {
            // Whoever reads the body in between may take the first, and this would be the last.
            if values.insert(name, value).is_some() {
                return Err(A::Error::custom("a member stands there twice"));
            }
        }
        Ok(Value::Object(values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_value_as_serde_json_does() {
        let text = r#"{"a":[null,true,-1,18446744073709551615,1.5,"x\u0041",{}],"b":{"c":[[]],"d":"\ud83d\ude00"}}"#;
        let Plain(value) = serde_json::from_str(text).unwrap();
        assert_eq!(value, serde_json::from_str::<Value>(text).unwrap());
        for text in ["1e999", "[1,]", "{\"a\":}", "nul", "\"\\ud800\""] {
            assert!(serde_json::from_str::<Plain>(text).is_err(), "{text}");
        }
        let deep = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(serde_json::from_str::<Plain>(&deep(127)).is_ok());
        assert!(serde_json::from_str::<Plain>(&deep(128)).is_err());
    }

    #[test]
    fn no_member_stands_there_twice_however_deep() {
        for text in [r#"{"a":1,"a":1}"#, r#"{"user":{"email":"a","email":"b"}}"#, r#"[{"a":[{"b":1,"\u0062":2}]}]"#] {
            let error = serde_json::from_str::<Plain>(text).unwrap_err().to_string();
            assert!(error.starts_with("a member stands there twice"), "{error}");
        }
    }

    #[test]
    fn an_object_with_a_private_name_is_an_object() {
        let text = r#"{"$serde_json::private::RawValue":"\"ada\""}"#;
        let Plain(value) = serde_json::from_str(text).unwrap();
        assert_eq!(value["$serde_json::private::RawValue"], "\"ada\"");
        // Why this reader is there.
        assert_eq!(serde_json::from_str::<Value>(text).unwrap(), "ada");
    }
}
