//! A small application around the routes, and a person who uses it.

use crate::client::Browser;
use axum::http::{HeaderMap, header, request::Parts};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use ceremony_axum::ceremony::{Ceremony, RelyingParty, UnixTime};
use ceremony_axum::ceremony_service::clock::ManualClock;
use ceremony_axum::ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemoryUsers};
use ceremony_axum::ceremony_service::store::RemovalGuard;
use ceremony_axum::ceremony_service::{Clock, PasskeysBuilder, UsernameFirst};
use ceremony_axum::{
    CurrentUser, Identified, PasskeyHooks, PasskeyHttp, PasskeyRoutes, Passkeys, Registered, Removal, Revoked,
    SignedIn, UserId,
};
use ceremony_testkit::{Authenticator, Client};
use serde_json::{Map, Value, json};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

pub const ORIGIN: &str = "https://example.com";
const START: UnixTime = UnixTime::from_secs(1_800_000_000);

/// The application's hooks. A session is the text `user.millis`; the user `locked` may not sign in, the user `stuck`
/// may not remove passkeys.
#[derive(Clone, Default)]
pub struct Hooks {
    pub heard: Arc<Mutex<Vec<String>>>,
}

impl Hooks {
    fn hear(&self, what: &str, user: &UserId) {
        self.heard.lock().unwrap().push(format!("{what} {}", user.as_str()));
    }
}

fn session(headers: &HeaderMap) -> Option<String> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let cookie =
        text(header::COOKIE).and_then(|cookies| cookies.split("; ").find_map(|pair| pair.strip_prefix("session=")));
    cookie.or_else(|| text(header::AUTHORIZATION)?.strip_prefix("Bearer ")).map(str::to_owned)
}

fn answer(signed_in: &SignedIn, cookie: bool) -> Response {
    let body = Json(json!({ "user": signed_in.user.as_str(), "credential": signed_in.credential }));
    if cookie {
        let session = format!("session={}.{}; Path=/", signed_in.user.as_str(), signed_in.at.as_millis());
        ([(header::SET_COOKIE, session)], body).into_response()
    } else {
        body.into_response()
    }
}

impl PasskeyHooks for Hooks {
    async fn current_user(&self, parts: &mut Parts) -> Result<Option<CurrentUser>, Response> {
        let Some(session) = session(&parts.headers) else { return Ok(None) };
        let (user, millis) = session.split_once('.').unwrap();
        Ok(Some(CurrentUser {
            id: UserId::new(user).unwrap(),
            name: format!("{user}@example.com"),
            display_name: user.to_owned(),
            authenticated_at: UnixTime::from_millis(millis.parse().unwrap()),
        }))
    }

    async fn identify(&self, _: &mut Parts, body: &Map<String, Value>) -> Identified {
        let Some(email) = body.get("email").and_then(Value::as_str) else { return Identified::Anybody };
        let canonical_name = email.to_lowercase();
        match canonical_name.strip_suffix("@example.com") {
            Some(user) => Identified::Account { user: UserId::new(user).unwrap(), canonical_name },
            None => Identified::Unknown { canonical_name },
        }
    }

    async fn veto(&self, _: &mut Parts, signed_in: &SignedIn) -> bool {
        signed_in.user.as_str() == "locked"
    }

    async fn signed_in(&self, _: &mut Parts, signed_in: SignedIn) -> Response {
        self.hear("signed in", &signed_in.user);
        answer(&signed_in, true)
    }

    async fn stepped_up(&self, _: &mut Parts, signed_in: SignedIn) -> Response {
        self.hear("stepped up", &signed_in.user);
        answer(&signed_in, true)
    }

    async fn registered(&self, _: &mut Parts, registered: &Registered) {
        self.hear("registered", &registered.user);
    }

    async fn may_remove(&self, _: &mut Parts, removal: &Removal) -> bool {
        removal.user.as_str() != "stuck"
    }

    async fn revoked(&self, _: &mut Parts, revoked: &Revoked) {
        self.hear("revoked", &revoked.user);
    }
}

pub struct App {
    pub at: SocketAddr,
    pub clock: Arc<ManualClock>,
    pub hooks: Hooks,
    pub passkeys: Passkeys,
    pub origin: &'static str,
}

impl App {
    pub async fn start() -> Self {
        Self::with(|builder| builder).await
    }

    pub async fn with(change: impl FnOnce(PasskeysBuilder) -> PasskeysBuilder) -> Self {
        Self::build("example.com", ORIGIN, change).await
    }

    pub async fn local() -> Self {
        Self::build("localhost", "http://localhost:8000", |builder| builder).await
    }

    pub async fn listed() -> Self {
        Self::with(|builder| builder.username_first(UsernameFirst::Listed { decoy_key: [7; 32] })).await
    }

    pub async fn keeping_the_last() -> Self {
        Self::with(|builder| builder.removal_guard(RemovalGuard::NotLast)).await
    }

    async fn build(rp_id: &str, origin: &'static str, change: impl FnOnce(PasskeysBuilder) -> PasskeysBuilder) -> Self {
        let clock = Arc::new(ManualClock::new(START));
        let relying_party = RelyingParty::builder(rp_id, "Example").origin(origin).build().unwrap();
        let builder = Passkeys::builder(Ceremony::new(relying_party))
            .credentials(Arc::new(MemoryCredentials::new()))
            .users(Arc::new(MemoryUsers::new()))
            .ceremonies(Arc::new(MemoryCeremonies::new(10_000)))
            .clock(Arc::clone(&clock) as Arc<dyn Clock>);
        let passkeys = change(builder).build().unwrap();
        let http = PasskeyHttp::new(passkeys.clone()).clock(Arc::clone(&clock) as Arc<dyn Clock>);
        let hooks = Hooks::default();
        let routes = PasskeyRoutes::new(http, hooks.clone());
        let app = Router::new().nest("/auth/passkeys", routes.router());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { at, clock, hooks, passkeys, origin }
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.at, self.origin)
    }

    pub fn token(&self, user: &str) -> String {
        format!("{user}.{}", self.clock.now().as_millis())
    }

    /// A browser in which the user signed in by password, just now.
    pub fn signed_in(&self, user: &str) -> Browser {
        let mut browser = self.browser();
        browser.cookies.insert("session".to_owned(), self.token(user));
        browser
    }

    pub fn client(&self) -> Client {
        Client::new(self.origin)
    }

    /// A user with a passkey: their device, and the browser they are signed in with.
    pub async fn person(&self, user: &str) -> (Authenticator, Browser, Value) {
        let mut device = Authenticator::new(user);
        let mut browser = self.signed_in(user);
        let credential = self.register(&mut device, &mut browser).await;
        (device, browser, credential)
    }

    pub async fn register(&self, device: &mut Authenticator, browser: &mut Browser) -> Value {
        let begun = browser.begin("register").await;
        let credential = device.register(&begun["publicKey"], &self.client()).unwrap();
        let body = json!({ "credential": credential, "state": begun["state"], "name": "Laptop" });
        browser.post("register/finish", body).await.ok()["credential"].take()
    }

    /// The body of an `authenticate/finish` that will succeed.
    pub async fn assertion(&self, device: &mut Authenticator, browser: &mut Browser) -> Value {
        let begun = browser.begin("authenticate").await;
        self.answer(device, &begun)
    }

    pub fn answer(&self, device: &mut Authenticator, begun: &Value) -> Value {
        let credential = device.authenticate(&begun["publicKey"], &self.client()).unwrap();
        json!({ "credential": credential, "state": begun["state"] })
    }

    pub fn heard(&self) -> Vec<String> {
        self.hooks.heard.lock().unwrap().clone()
    }
}
