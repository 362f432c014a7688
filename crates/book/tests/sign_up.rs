//! Accounts without a password: the page's hooks, and what happens when the program ends half-way.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "a test")]

use axum::http::{StatusCode, request::Parts};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use ceremony_adapter_suite::client::Browser;
use ceremony_axum::ceremony::{Ceremony, RegistrationResponse, RelyingParty, UnixTime, UserHandle};
use ceremony_axum::ceremony_service::clock::ManualClock;
use ceremony_axum::ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemorySignUps, MemoryUsers};
use ceremony_axum::ceremony_service::store::{BoxFuture, Realm, StoreError};
use ceremony_axum::ceremony_service::{AbandonedSignUps, BuildError};
use ceremony_axum::{CurrentUser, NewAccount, PasskeyHooks, PasskeyHttp, PasskeyRoutes, Passkeys, SignUp};
use ceremony_axum::{SignedIn, UserId};
use ceremony_testkit::{Authenticator, Client};
use serde_json::{Map, Value, json};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const PAGE: &str = "https://example.com";

/// Stands for your table of accounts: its columns are the id, the address (unique) and the user handle (unique).
#[derive(Clone, Debug, Default)]
struct Accounts(Arc<Mutex<Vec<(String, String, UserHandle)>>>);

impl Accounts {
    fn all(&self) -> MutexGuard<'_, Vec<(String, String, UserHandle)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the account of a user handle: once, and not if somebody has the address.
    fn create(&self, handle: &UserHandle, email: &str) -> Option<String> {
        let mut all = self.all();
        if let Some((id, _, _)) = all.iter().find(|(_, _, made_for)| made_for == handle) {
            return Some(id.clone());
        }
        if all.iter().any(|(_, taken, _)| taken == email) {
            return None;
        }
        let id = (all.len() + 1).to_string();
        all.push((id.clone(), email.to_owned(), handle.clone()));
        Some(id)
    }
}

impl PasskeyHooks for Accounts {
    // At register/begin. It looks nothing up: a name that is taken is answered like one that is free.
    async fn new_account(&self, _: &mut Parts, body: &Map<String, Value>) -> Result<Option<NewAccount>, Response> {
        let email = body.get("email").and_then(Value::as_str).map(|email| email.trim().to_lowercase());
        let Some(email) = email.filter(|email| email.contains('@') && email.len() <= 64) else {
            return Err((StatusCode::UNPROCESSABLE_ENTITY, "an e-mail address is needed").into_response());
        };
        let context = email.clone().into_bytes(); // comes back in create_account
        Ok(Some(NewAccount { name: email, display_name: String::new(), context }))
    }

    // At register/finish: the passkey is verified and belongs to nobody yet.
    async fn create_account(&self, _: &mut Parts, sign_up: &SignUp) -> Result<UserId, Response> {
        let email = String::from_utf8_lossy(sign_up.context());
        let taken = || (StatusCode::CONFLICT, "there is an account with this address").into_response();
        let id = self.create(sign_up.user_handle(), &email).ok_or_else(taken)?;
        UserId::new(id).ok_or_else(|| StatusCode::INTERNAL_SERVER_ERROR.into_response())
    }

    // `signed_in` follows and opens the first session. These three are as on the quickstart pages.
    async fn signed_in(&self, _: &mut Parts, signed_in: SignedIn) -> Response {
        Json(signed_in.credential).into_response()
    }

    async fn stepped_up(&self, _: &mut Parts, signed_in: SignedIn) -> Response {
        Json(signed_in.credential).into_response()
    }

    async fn current_user(&self, _: &mut Parts) -> Result<Option<CurrentUser>, Response> {
        Ok(None)
    }
}

// Called by `passkeys.cleanup()`, an hour later.
impl AbandonedSignUps for Accounts {
    fn abandoned<'a>(&'a self, _: &'a Realm, handle: &'a UserHandle) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            self.all().retain(|(_, _, made_for)| made_for != handle);
            Ok(())
        })
    }
}

fn service(ceremony: Ceremony, clock: Arc<ManualClock>, accounts: Accounts) -> Result<Passkeys, BuildError> {
    Passkeys::builder(ceremony)
        .credentials(Arc::new(MemoryCredentials::new()))
        .users(Arc::new(MemoryUsers::new()))
        .ceremonies(Arc::new(MemoryCeremonies::new(100_000)))
        .sign_ups_with(Arc::new(MemorySignUps::new()), Arc::new(accounts)) // or stores.sign_ups() of ceremony-sqlx
        .clock(clock)
        .build()
}

fn world() -> (Passkeys, Accounts, Arc<ManualClock>) {
    let accounts = Accounts::default();
    let clock = Arc::new(ManualClock::new(UnixTime::from_secs(1_795_000_000)));
    let relying_party = RelyingParty::builder("example.com", "Example").origin(PAGE).build().unwrap();
    let passkeys = service(Ceremony::new(relying_party), clock.clone(), accounts.clone()).unwrap();
    (passkeys, accounts, clock)
}

#[tokio::test]
async fn a_stranger_signs_up_and_the_address_is_then_taken() {
    let (passkeys, accounts, _) = world();
    let routes = PasskeyRoutes::new(PasskeyHttp::new(passkeys), accounts.clone());
    let app = Router::new().nest("/auth/passkeys", routes.router());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });

    let mut browser = Browser::new(at, PAGE);
    let nobody = json!({ "purpose": "sign_up", "email": "ada" });
    assert_eq!(browser.post("register/begin", nobody).await.status, 422);
    for (device, status) in [("hers", 200), ("somebody's", 409)] {
        let ada = json!({ "purpose": "sign_up", "email": " Ada@Example.com" });
        let begun = browser.post("register/begin", ada).await.ok();
        let credential = Authenticator::new(device).register(&begun["publicKey"], &Client::new(PAGE)).unwrap();
        let finish = json!({ "purpose": "sign_up", "credential": credential, "state": begun["state"] });
        assert_eq!(browser.post("register/finish", finish).await.status, status);
    }
    assert_eq!(accounts.all().len(), 1);
}

#[tokio::test]
async fn an_account_without_its_passkey_is_removed_by_the_cleanup() {
    let (passkeys, accounts, clock) = world();
    let new = NewAccount { name: "ada".into(), display_name: String::new(), context: Vec::new() };
    let begun = passkeys.sign_ups().unwrap().begin(new, None).await.unwrap();
    let options = serde_json::to_value(&begun.options).unwrap();
    let made = Authenticator::new("ada").register_json(&options, &Client::new(PAGE)).unwrap();
    let made = RegistrationResponse::from_json(&made).unwrap();
    let sign_up = passkeys.sign_ups().unwrap().finish(&begun.handle, None, &made, None).await.unwrap();
    accounts.create(sign_up.user_handle(), "ada@example.com").unwrap();
    drop(sign_up); // the program ends here
    clock.advance(Duration::from_secs(2 * 3600));
    passkeys.cleanup().await.unwrap();
    assert!(accounts.all().is_empty());
}
