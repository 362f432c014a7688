//! The application that the suite puts around the routes, free of any framework.

use bytes::Bytes;
use ceremony_http::ceremony::{Tenant, UnixTime};
use ceremony_http::{
    CurrentUser, Identified, ListedCredential, MayRemove, NewAccount, PasskeyHttp, Registered, Removal, Revoked,
    SignUp, SignedIn, Sites, UserId,
};
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// An answer of the application's own, for the adapter's test to turn into its framework's.
pub type Reply = Response<Bytes>;

/// What a server is to be started with.
#[derive(Clone, Debug)]
pub struct Application {
    /// The relying parties, for the routes.
    pub sites: Sites,
    /// One of them, for the handlers of the application's own.
    pub http: PasskeyHttp,
    /// What the adapter's hooks are to hand on to.
    pub hooks: Hooks,
}

/// The application's side of the passkey routes: the adapter's test implements its framework's hooks by calling these.
///
/// A session is the text `user.millis`, in the cookie `session` or as a bearer token. The user `locked` may not sign in, the
/// user `stuck` may not remove passkeys, the user `passwordless` not the last one, the session `broken` can't be read.
#[derive(Clone, Debug, Default)]
pub struct Hooks {
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    heard: Vec<String>,
    /// Accounts by their user handle.
    accounts: HashMap<Vec<u8>, UserId>,
}

impl Hooks {
    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hear(&self, what: &str, user: &UserId) {
        self.kept().heard.push(format!("{what} {}", user.as_str()));
    }

    /// What the hooks were told, in order.
    #[must_use]
    pub fn heard(&self) -> Vec<String> {
        self.kept().heard.clone()
    }

    /// `current_user`
    ///
    /// # Errors
    ///
    /// The answer to send.
    pub fn current_user(&self, headers: &HeaderMap) -> Result<Option<CurrentUser>, Reply> {
        let Some(session) = session(headers) else { return Ok(None) };
        let Some((user, millis)) = session.split_once('.') else {
            return Err(reply(StatusCode::INTERNAL_SERVER_ERROR, &json!({ "error": "the session can't be read" })));
        };
        Ok(Some(CurrentUser {
            id: UserId::new(user).unwrap(),
            name: format!("{user}@example.com"),
            display_name: user.to_owned(),
            authenticated_at: UnixTime::from_millis(millis.parse().unwrap()),
        }))
    }

    /// `session_tenant`: the header `session-tenant`.
    #[must_use]
    pub fn session_tenant(&self, headers: &HeaderMap) -> Option<Tenant> {
        Tenant::new(headers.get("session-tenant")?.to_str().unwrap()).ok()
    }

    /// `identify`: by the member `email`.
    #[must_use]
    pub fn identify(&self, body: &Map<String, Value>) -> Identified {
        let Some(email) = body.get("email").and_then(Value::as_str) else { return Identified::Anybody };
        let canonical_name = email.to_lowercase();
        match canonical_name.strip_suffix("@example.com") {
            Some(user) => Identified::Account { user: UserId::new(user).unwrap(), canonical_name },
            None => Identified::Unknown { canonical_name },
        }
    }

    /// `veto`
    #[must_use]
    pub fn veto(&self, signed_in: &SignedIn) -> bool {
        signed_in.user.as_str() == "locked"
    }

    /// `signed_in`: answers with a session.
    #[must_use]
    pub fn signed_in(&self, signed_in: &SignedIn) -> Reply {
        self.hear("signed in", &signed_in.user);
        session_of(signed_in)
    }

    /// `stepped_up`: answers with the session of a new time.
    #[must_use]
    pub fn stepped_up(&self, signed_in: &SignedIn) -> Reply {
        self.hear("stepped up", &signed_in.user);
        session_of(signed_in)
    }

    /// `registered`
    pub fn registered(&self, registered: &Registered) {
        self.hear("registered", &registered.user);
    }

    /// `may_remove`
    #[must_use]
    pub fn may_remove(&self, removal: &Removal) -> MayRemove {
        match removal.user.as_str() {
            "stuck" => MayRemove::No,
            "passwordless" => MayRemove::UnlessLast,
            _ => MayRemove::Yes,
        }
    }

    /// `revoked`
    pub fn revoked(&self, revoked: &Revoked) {
        self.hear("revoked", &revoked.user);
    }

    /// `new_account`: the member `email`, which needs an `@`; without that member no account can be made.
    ///
    /// # Errors
    ///
    /// The answer to send.
    pub fn new_account(&self, body: &Map<String, Value>) -> Result<Option<NewAccount>, Reply> {
        let Some(email) = body.get("email").and_then(Value::as_str) else { return Ok(None) };
        let Some((user, _)) = email.split_once('@') else {
            return Err(reply(StatusCode::UNPROCESSABLE_ENTITY, &json!({ "error": "no e-mail address" })));
        };
        Ok(Some(NewAccount { name: email.to_owned(), display_name: String::new(), context: user.into() }))
    }

    /// `create_account`: nobody but once under one name; `taken` is somebody else's.
    ///
    /// # Errors
    ///
    /// The answer to send.
    pub fn create_account(&self, sign_up: &SignUp) -> Result<UserId, Reply> {
        let user = UserId::new(std::str::from_utf8(sign_up.context()).unwrap()).unwrap();
        if user.as_str() == "taken" {
            return Err(reply(StatusCode::CONFLICT, &json!({ "error": "the name is taken" })));
        }
        let handle = sign_up.user_handle().as_bytes().to_vec();
        self.kept().accounts.insert(handle, user.clone());
        self.hear("created", &user);
        Ok(user)
    }
}

fn session(headers: &HeaderMap) -> Option<String> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let cookie =
        text(header::COOKIE).and_then(|cookies| cookies.split("; ").find_map(|pair| pair.strip_prefix("session=")));
    cookie.or_else(|| text(header::AUTHORIZATION)?.strip_prefix("Bearer ")).map(str::to_owned)
}

fn session_of(signed_in: &SignedIn) -> Reply {
    let body = Body { user: signed_in.user.as_str(), credential: &signed_in.credential };
    let mut reply = reply(StatusCode::OK, &body);
    let session = format!("session={}.{}; Path=/", signed_in.user.as_str(), signed_in.at.as_millis());
    reply.headers_mut().insert(header::SET_COOKIE, HeaderValue::try_from(session).unwrap());
    reply
}

/// A type of its own: the order of a `serde_json::Map` depends on that crate's features, and the transcript is compared byte for
/// byte.
#[derive(Serialize)]
struct Body<'a> {
    user: &'a str,
    credential: &'a ListedCredential,
}

fn reply(status: StatusCode, body: &impl Serialize) -> Reply {
    let mut reply = Response::new(Bytes::from(serde_json::to_vec(body).unwrap()));
    *reply.status_mut() = status;
    reply.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    reply
}
