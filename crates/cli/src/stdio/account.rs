//! The parameters that several methods have.

use super::refusal::Refusal;
use super::request::{Binding, Request, State, User};
use ceremony_service::Account;
use ceremony_service::store::Handle;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Makes sure that there are no parameters: a misspelt one must not go unnoticed.
pub(super) fn nothing(request: &Request<'_>) -> Result<(), Refusal> {
    request.params::<Nothing>().map(|_| ())
}

/// An account as its owner sees it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountParams {
    id: User,
    name: String,
    #[serde(default)]
    display_name: String,
}

impl From<AccountParams> for Account {
    fn from(AccountParams { id, name, display_name }: AccountParams) -> Self {
        Self { id: id.0, name, display_name }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfUser {
    pub(super) user_id: User,
}

/// What the browser answered. The credential stays the text that it is, so that the library sees each fault in it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Finish<'a> {
    #[serde(default)]
    pub(super) user_id: Option<User>,
    pub(super) state: State,
    #[serde(borrow)]
    pub(super) credential: &'a RawValue,
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) binding: Option<Binding>,
}

/// What a begin answers: the same members as over HTTP.
pub(super) fn begun(options: Value, mediation: Option<&'static str>, handle: &Handle) -> Value {
    let mut answer = json!({ "publicKey": options, "state": handle.as_str() });
    if let (Some(mediation), Some(members)) = (mediation, answer.as_object_mut()) {
        members.insert("mediation".to_owned(), mediation.into());
    }
    answer
}

/// The application's own bytes, which it gave as text.
pub(super) fn context(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
