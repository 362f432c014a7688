//! The routes without a framework, asked by a native app.

use bytes::Bytes;
use ceremony_http::ceremony::{Ceremony, RelyingParty, UnixTime};
use ceremony_http::ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemorySignUps, MemoryUsers};
use ceremony_http::ceremony_service::{PasskeysBuilder, UsernameFirst};
use ceremony_http::{
    Caller, CurrentUser, Head, Identified, NewAccount, Outcome, PasskeyHttp, Passkeys, Problem, UserId,
};
use ceremony_testkit::Client;
use http::{HeaderMap, HeaderValue, Method, Response, header};
use serde_json::Value;
use std::sync::Arc;
use std::time::SystemTime;

pub(crate) struct Server {
    pub(crate) http: PasskeyHttp,
}

impl Server {
    pub(crate) fn new() -> Self {
        Self::with(|builder| builder)
    }

    pub(crate) fn with(change: impl FnOnce(PasskeysBuilder) -> PasskeysBuilder) -> Self {
        let relying_party =
            RelyingParty::builder("example.com", "Example").origin("https://example.com").build().unwrap();
        let builder = Passkeys::builder(Ceremony::new(relying_party))
            .credentials(Arc::new(MemoryCredentials::new()))
            .users(Arc::new(MemoryUsers::new()))
            .ceremonies(Arc::new(MemoryCeremonies::new(100)))
            .sign_ups(Arc::new(MemorySignUps::new()))
            .username_first(UsernameFirst::Listed { decoy_key: [7; 32] });
        Self { http: PasskeyHttp::new(change(builder).build().unwrap()) }
    }

    /// What alice is answered.
    pub(crate) async fn alice(&self, method: &str, path: &str, body: Option<&Value>) -> Response<Bytes> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        let user = CurrentUser {
            id: UserId::new("alice").unwrap(),
            name: "alice@example.com".to_owned(),
            display_name: "Alice".to_owned(),
            authenticated_at: UnixTime::from_secs(now),
        };
        self.ask(method, path, body, Some(user)).await
    }

    /// What somebody is answered.
    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        user: Option<CurrentUser>,
    ) -> Response<Bytes> {
        let text = body.map(Value::to_string).unwrap_or_default();
        self.try_ask(method, path, text.as_bytes(), user).await.unwrap_or_else(Problem::into_response)
    }

    async fn try_ask(
        &self,
        method: &str,
        path: &str,
        body: &[u8],
        user: Option<CurrentUser>,
    ) -> Result<Response<Bytes>, Problem> {
        let method: Method = method.parse().unwrap();
        let mut headers = HeaderMap::new();
        if !body.is_empty() {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let prepared = self.http.prepare(self.http.admit(&Head::new(&method, path, &headers))?, body)?;
        let mut caller = Caller { user, ..Caller::default() };
        if let Some(email) = prepared.identify().and_then(|members| members.get("email")).and_then(Value::as_str) {
            caller.identified = match email {
                "alice" => {
                    Identified::Account { user: UserId::new("alice").unwrap(), canonical_name: email.to_owned() }
                }
                _ => Identified::Unknown { canonical_name: email.to_owned() },
            };
        }
        caller.new_account = prepared.new_account().map(|_| NewAccount {
            name: "new@example.com".to_owned(),
            display_name: String::new(),
            context: Vec::new(),
        });
        match self.http.run(prepared, caller).await {
            Outcome::Removal(removal) => Ok(self.http.remove(*removal, ceremony_http::MayRemove::Yes).await?.1),
            outcome => Ok(outcome.into_response()),
        }
    }
}

pub(crate) fn client() -> Client {
    Client::new("https://example.com")
}

#[track_caller]
pub(crate) fn json(answer: &Response<Bytes>) -> Value {
    serde_json::from_slice(answer.body()).unwrap()
}
