//! One line of `negative.jsonl`.

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// A case, in the format of `ceremony verify`. The response stays the text that the authenticator sent, with every fault
/// that JSON can hold.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Case {
    pub(super) id: String,
    pub(super) source: String,
    pub(super) ceremony: &'static str,
    pub(super) expect: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) spec: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) config: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stored: Option<Value>,
    pub(super) credential: Box<RawValue>,
}

impl Case {
    /// The line, without its end.
    pub(super) fn line(&self) -> Result<String, String> {
        serde_json::to_string(self).map_err(|error| format!("{} can't be written: {error}", self.id))
    }
}
