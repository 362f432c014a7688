//! What stands in a line.

use super::refusal::Refusal;
use crate::scalar::Scalar;
use crate::text::ascii_json;
use ceremony_service::store::{Handle, RowId, UserId};
use serde::de::{Deserialize, Deserializer, Error};
use serde::{Deserialize as Derive, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// The longest id of a request that is text, in bytes.
const MAX_ID: usize = 128;

/// A request. What is in `params` stays text until the method is known.
#[derive(Debug, Derive)]
#[serde(deny_unknown_fields)]
pub(super) struct Request<'a> {
    pub(super) id: Scalar,
    pub(super) method: String,
    #[serde(borrow, default)]
    pub(super) params: Option<&'a RawValue>,
}

/// What is read of a line that is no request, for its reply.
#[derive(Debug, Default, Derive)]
#[serde(default)]
struct Header {
    id: Scalar,
}

impl<'a> Request<'a> {
    /// # Errors
    ///
    /// The reply, with the id if it can be read.
    pub(super) fn read(line: &'a [u8]) -> Result<Self, Box<Reply>> {
        let refuse = |message: String| {
            let header = object::<Header>(line).unwrap_or_default();
            Box::new(Reply { id: usable(header.id).unwrap_or_default(), outcome: Err(Refusal::invalid(message)) })
        };
        let mut request: Self = object(line).map_err(|problem| refuse(format!("the line is no request: {problem}")))?;
        match usable(std::mem::take(&mut request.id)) {
            Some(id) => request.id = Scalar(id),
            None => {
                let numbers = format!("from {} to {}", i64::MIN, u64::MAX);
                return Err(refuse(format!("the id is a whole number {numbers}, or a text of at most {MAX_ID} bytes")));
            }
        }
        Ok(request)
    }

    pub(super) fn params<T: Deserialize<'a>>(&self) -> Result<T, Refusal> {
        let text = self.params.map_or("{}", RawValue::get);
        object(text.as_bytes()).map_err(|problem| Refusal::invalid(format!("params: {problem}")))
    }
}

fn usable(Scalar(id): Scalar) -> Option<Value> {
    match &id {
        Value::String(text) if text.len() <= MAX_ID => Some(id),
        // Any other is read as the nearest one that there is: the reply would not have the id that was sent.
        Value::Number(number) if !number.is_f64() => Some(id),
        _ => None,
    }
}

/// One JSON object: serde would take an array for a struct.
fn object<'a, T: Deserialize<'a>>(text: &'a [u8]) -> Result<T, String> {
    if !text.trim_ascii_start().starts_with(b"{") {
        return Err("not a JSON object".to_owned());
    }
    serde_json::from_slice(text).map_err(|error| {
        // It may quote what was sent, however long that is.
        let text: String = error.to_string().chars().take(200).collect();
        text
    })
}

/// What a request comes to.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) id: Value,
    pub(super) outcome: Result<Value, Refusal>,
}

#[derive(Serialize)]
struct Form<'a> {
    id: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a Refusal>,
}

impl Reply {
    /// The reply to a line that has no id.
    pub(super) const fn refused(refusal: Refusal) -> Self {
        Self { id: Value::Null, outcome: Err(refusal) }
    }

    pub(super) fn into_line(self) -> String {
        let form = Form { id: &self.id, result: self.outcome.as_ref().ok(), error: self.outcome.as_ref().err() };
        // Values have a JSON form.
        let mut line = ascii_json(&form, false).unwrap_or_default();
        line.push('\n');
        line
    }
}

/// The application's own id of an account.
#[derive(Debug, Clone)]
pub(super) struct User(pub(super) UserId);

impl<'de> Deserialize<'de> for User {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let user = UserId::new(String::deserialize(from)?);
        user.map(Self).ok_or_else(|| D::Error::custom("a user id is 1 to 255 bytes long, none of them zero"))
    }
}

/// The public id of a stored passkey.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row(pub(super) RowId);

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        RowId::parse(&String::deserialize(from)?).map(Self).ok_or_else(|| D::Error::custom("that is no passkey's id"))
    }
}

/// The state that a begin answered; one that can't be one is as unknown as one that was never given.
#[derive(Debug)]
pub(super) struct State(Option<Handle>);

impl State {
    pub(super) fn handle(&self) -> Result<&Handle, Refusal> {
        self.0.as_ref().ok_or_else(Refusal::ceremony_unusable)
    }
}

impl<'de> Deserialize<'de> for State {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(Handle::parse(&String::deserialize(from)?)))
    }
}

/// The SHA-256 of the browser's secret, base64url.
#[derive(Debug, Clone, Copy)]
pub(super) struct Binding(pub(super) [u8; 32]);

impl<'de> Deserialize<'de> for Binding {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let bytes = crate::text::from_base64url(&String::deserialize(from)?).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| D::Error::custom("a binding is 32 bytes in base64url without padding"))
    }
}

/// Bytes in base64url.
#[derive(Debug, Clone)]
pub(super) struct Bytes(pub(super) Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let bytes = crate::text::from_base64url(&String::deserialize(from)?);
        bytes.map(Self).ok_or_else(|| D::Error::custom("that is no base64url without padding"))
    }
}
