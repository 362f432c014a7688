//! From a request to its method.

use super::account;
use super::refusal::Refusal;
use super::request::{Reply, Request};
use super::sign_up::SignUpsInHand;
use ceremony_http::PasskeyHttp;
use ceremony_service::Passkeys;
use ceremony_service::store::StoredCredential;
use serde::Serialize;
use serde_json::{Value, json};

/// The version of the protocol: it changes when a client that follows the page would fail.
const PROTOCOL: u32 = 1;

/// Every method, in the order of the page that describes them.
const METHODS: &[&str] = &[
    "ping",
    "version",
    "register_begin",
    "register_finish",
    "authenticate_begin",
    "step_up_begin",
    "authenticate_finish",
    "list",
    "history",
    "get",
    "rename",
    "revoke",
    "revoke_all",
    "suspend",
    "reactivate",
    "erase",
    "erase_credential",
    "export",
    "user_details_changed",
    "signal_accepted",
    "sign_up_begin",
    "sign_up_finish",
    "sign_up_complete",
    "sign_up_abandon",
    "cleanup",
];

pub(super) type Answer = Result<Value, Refusal>;

/// The service behind the requests, and what has to be kept between them.
#[derive(Debug)]
pub(super) struct Service {
    // For the names of passkey providers, which are a setting of its.
    http: PasskeyHttp,
    pub(super) sign_ups: SignUpsInHand,
}

impl Service {
    pub(super) fn new(http: PasskeyHttp) -> Self {
        Self { http, sign_ups: SignUpsInHand::default() }
    }

    pub(super) const fn passkeys(&self) -> &Passkeys {
        self.http.passkeys()
    }

    pub(super) fn limits(&self) -> &ceremony::Limits {
        self.passkeys().ceremony().relying_party().limits()
    }

    /// A stored passkey as the HTTP routes show it.
    pub(super) fn listed(&self, stored: &StoredCredential) -> Value {
        value(&self.http.listed(stored))
    }

    pub(super) async fn answer(&self, line: &[u8]) -> Reply {
        match Request::read(line) {
            Ok(request) => {
                let outcome = self.method(&request).await;
                Reply { id: request.id.0, outcome }
            }
            Err(reply) => *reply,
        }
    }

    async fn method(&self, request: &Request<'_>) -> Answer {
        match request.method.as_str() {
            "ping" => account::nothing(request).map(|()| json!({})),
            "version" => account::nothing(request)
                .map(|()| json!({ "version": env!("CARGO_PKG_VERSION"), "protocol": PROTOCOL, "methods": METHODS })),
            "register_begin" => self.register_begin(request.params()?).await,
            "register_finish" => self.register_finish(request.params()?).await,
            "authenticate_begin" => self.authenticate_begin(request.params()?).await,
            "step_up_begin" => self.step_up_begin(request.params()?).await,
            "authenticate_finish" => self.authenticate_finish(request.params()?).await,
            "list" => self.list(request.params()?).await,
            "history" => self.history(request.params()?).await,
            "get" => self.get(request.params()?).await,
            "rename" => self.rename(request.params()?).await,
            "revoke" => self.revoke(request.params()?).await,
            "revoke_all" => self.revoke_all(request.params()?).await,
            "suspend" => self.suspend(request.params()?).await,
            "reactivate" => self.reactivate(request.params()?).await,
            "erase" => self.erase(request.params()?).await,
            "erase_credential" => self.erase_credential(request.params()?).await,
            "export" => self.export(request.params()?).await,
            "user_details_changed" => self.user_details_changed(request.params()?).await,
            "signal_accepted" => self.signal_accepted(request.params()?).await,
            "sign_up_begin" => self.sign_up_begin(request.params()?).await,
            "sign_up_finish" => self.sign_up_finish(request.params()?).await,
            "sign_up_complete" => self.sign_up_complete(request.params()?).await,
            "sign_up_abandon" => self.sign_up_abandon(request.params()?).await,
            "cleanup" => {
                account::nothing(request)?;
                self.cleanup().await
            }
            _ => Err(Refusal::invalid("there is no such method; version lists them")),
        }
    }
}

/// What an answer's types serialise to; they have no form that could fail.
pub(super) fn value(of: &impl Serialize) -> Value {
    serde_json::to_value(of).unwrap_or_default()
}
