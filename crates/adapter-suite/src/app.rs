//! A server of the adapter, and people who use it.

use crate::adapter::Adapter;
use crate::application::{Application, Hooks};
use crate::client::Browser;
use ceremony_http::ceremony::{Ceremony, RelyingParty, UnixTime};
use ceremony_http::ceremony_service::clock::ManualClock;
use ceremony_http::ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemorySignUps, MemoryUsers};
use ceremony_http::ceremony_service::store::RemovalGuard;
use ceremony_http::ceremony_service::{Clock, PasskeysBuilder, UsernameFirst};
use ceremony_http::{PasskeyHttp, Passkeys, RateLimits, Sites};
use ceremony_testkit::{Authenticator, Client};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;

/// The origin of the relying party's pages.
pub const ORIGIN: &str = "https://example.com";
const START: UnixTime = UnixTime::from_secs(1_800_000_000);

/// A running server, what it stands on, and a clock that only the test moves.
#[derive(Debug)]
pub struct App {
    pub at: SocketAddr,
    pub clock: Arc<ManualClock>,
    pub hooks: Hooks,
    pub passkeys: Passkeys,
    pub origin: &'static str,
}

impl App {
    pub async fn start(adapter: Adapter) -> Self {
        Self::with(adapter, |builder| builder).await
    }

    pub async fn with(adapter: Adapter, change: impl FnOnce(PasskeysBuilder) -> PasskeysBuilder) -> Self {
        Self::build(adapter, "example.com", ORIGIN, change).await
    }

    pub async fn local(adapter: Adapter) -> Self {
        Self::build(adapter, "localhost", "http://localhost:8000", |builder| builder).await
    }

    pub async fn listed(adapter: Adapter) -> Self {
        let listed = UsernameFirst::Listed { decoy_key: [7; 32] };
        Self::with(adapter, |builder| builder.username_first(listed)).await
    }

    pub async fn keeping_the_last(adapter: Adapter) -> Self {
        Self::with(adapter, |builder| builder.removal_guard(RemovalGuard::NotLast)).await
    }

    /// Sign-ups with a passkey alone are offered.
    pub async fn with_sign_ups(adapter: Adapter) -> Self {
        Self::with(adapter, |builder| builder.sign_ups(Arc::new(MemorySignUps::new()))).await
    }

    async fn build(
        adapter: Adapter,
        rp_id: &str,
        origin: &'static str,
        change: impl FnOnce(PasskeysBuilder) -> PasskeysBuilder,
    ) -> Self {
        let clock = Arc::new(ManualClock::new(START));
        let passkeys = change(service(rp_id, origin, &clock)).build().unwrap();
        let http = PasskeyHttp::new(passkeys.clone()).clock(Arc::clone(&clock) as Arc<dyn Clock>);
        Self::serve(adapter, http.rate_limits(RateLimits::none()), clock, origin).await
    }

    /// Serves one relying party, whatever its settings.
    pub async fn serve(adapter: Adapter, http: PasskeyHttp, clock: Arc<ManualClock>, origin: &'static str) -> Self {
        let passkeys = http.passkeys().clone();
        let hooks = Hooks::default();
        let application = Application { sites: Sites::from(http.clone()), http, hooks: hooks.clone() };
        let at = adapter.start(application).await;
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
        self.hooks.heard()
    }
}

/// A service over stores in memory.
pub fn service(rp_id: &str, origin: &str, clock: &Arc<ManualClock>) -> PasskeysBuilder {
    let relying_party = RelyingParty::builder(rp_id, "Example").origin(origin).build().unwrap();
    over(Ceremony::new(relying_party), clock)
}

/// A service with stores of its own in memory.
pub fn over(ceremony: Ceremony, clock: &Arc<ManualClock>) -> PasskeysBuilder {
    Passkeys::builder(ceremony)
        .credentials(Arc::new(MemoryCredentials::new()))
        .users(Arc::new(MemoryUsers::new()))
        .ceremonies(Arc::new(MemoryCeremonies::new(10_000)))
        .clock(Arc::clone(clock) as Arc<dyn Clock>)
}

/// A clock that stands at the suite's own time.
pub fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(START))
}
