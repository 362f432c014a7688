//! Reading the options as the server sends them.

use serde_json::Value;

use crate::{base64url, error::Error};

/// The options themselves, whether or not they come inside the `publicKey` member of a CredentialCreationOptions.
pub(crate) fn unwrap(options: &Value) -> &Value {
    match options.get("publicKey") {
        Some(inner) if inner.is_object() => inner,
        _ => options,
    }
}

pub(crate) fn text<'a>(options: &'a Value, pointer: &str, member: &'static str) -> Result<&'a str, Error> {
    options.pointer(pointer).and_then(Value::as_str).ok_or(Error::Options { member })
}

pub(crate) fn bytes(options: &Value, pointer: &str, member: &'static str) -> Result<Vec<u8>, Error> {
    base64url::decode(text(options, pointer, member)?).ok_or(Error::Options { member })
}

/// The text of `challenge`, after a check that it is base64url of at least one byte.
pub(crate) fn challenge(options: &Value) -> Result<&str, Error> {
    let text = text(options, "/challenge", "challenge")?;
    match base64url::decode(text) {
        Some(bytes) if !bytes.is_empty() => Ok(text),
        _ => Err(Error::Options { member: "challenge" }),
    }
}

/// The ids of a list of credential descriptors; a missing list is empty.
pub(crate) fn descriptors(options: &Value, member: &'static str) -> Result<Vec<Vec<u8>>, Error> {
    match options.get(member) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(list)) => list.iter().map(|entry| bytes(entry, "/id", member)).collect(),
        Some(_) => Err(Error::Options { member }),
    }
}

/// The offered algorithms of type `public-key`, in the server's order.
pub(crate) fn algorithms(options: &Value) -> Result<Vec<i64>, Error> {
    let error = Error::Options { member: "pubKeyCredParams" };
    let list = options.get("pubKeyCredParams").and_then(Value::as_array).ok_or_else(|| error.clone())?;
    if list.is_empty() {
        // The spec's default for an empty list.
        return Ok(vec![-7, -257]);
    }
    list.iter()
        .filter(|entry| entry.get("type").and_then(Value::as_str) == Some("public-key"))
        .map(|entry| entry.get("alg").and_then(Value::as_i64).ok_or_else(|| error.clone()))
        .collect()
}

/// The host of a web origin, without port; `None` for any other kind of origin.
pub(crate) fn host(origin: &str) -> Option<&str> {
    let rest = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"))?;
    if rest.starts_with('[') {
        return rest.split_inclusive(']').next();
    }
    rest.split([':', '/']).next()
}
