//! JSON rows, in which no object has a member twice.

use ceremony_http::Plain;
use serde_json::error::Category;
use serde_json::{Map, Value};

/// Reads one JSON object.
///
/// # Errors
///
/// What is wrong with it, in words that quote nothing of it.
pub(super) fn object(text: &[u8]) -> Result<Map<String, Value>, String> {
    match serde_json::from_slice(text) {
        Ok(Plain(Value::Object(members))) => Ok(members),
        Ok(_) => Err("the row is no JSON object".to_owned()),
        // Of the reader's own making: the other categories may quote the row.
        Err(error) if error.classify() == Category::Data => Err(error.to_string()),
        Err(error) => Err(format!("the row is no JSON, at its line {}, column {}", error.line(), error.column())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_object_is_said_to_be_none() {
        for text in ["1", "[]", "{\"a\":1e999}", "{\"a\":[1,]}", "{\"a\":}", "nul", "{\"a\":\"\\ud800\"}"] {
            let error = object(text.as_bytes()).unwrap_err();
            assert!(error.starts_with("the row is no JSON"), "{text}: {error}");
        }
    }

    #[test]
    fn a_member_that_stands_twice_is_refused_and_not_quoted() {
        for text in ["{\"a\":\"x\",\"a\":\"x\"}", "{\"b\":[{\"a\":\"x\",\"b\":2,\"\\u0061\":\"x\"}]}"] {
            let error = object(text.as_bytes()).unwrap_err();
            assert!(error.starts_with("a member stands there twice") && !error.contains('x'), "{error}");
        }
        assert!(object(b"{\"a\":{\"a\":1},\"A\":1,\"b\":[{\"a\":1},{\"a\":1}]}").is_ok());
    }
}
