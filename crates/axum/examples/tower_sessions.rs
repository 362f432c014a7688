//! Passkeys beside sessions of `tower-sessions`: `cargo run -p ceremony-axum --example tower_sessions`, then open
//! <http://localhost:3000>.
//!
//! The sign-in by name alone stands for your own: a password, a link in a letter, whatever is there already.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use ceremony_axum::ceremony::{Ceremony, RelyingParty, UnixTime};
use ceremony_axum::ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemoryUsers};
use ceremony_axum::ceremony_service::{Clock, SystemClock};
use ceremony_axum::{
    CurrentUser, Members, PasskeyHooks, PasskeyHttp, PasskeyRoutes, Passkeys, Registered, Revoked, SignedIn, UserId,
};
use serde_json::json;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tower_sessions::{MemoryStore, Session, SessionManagerLayer};

/// What a session holds: the user, and when they last proved who they are, in milliseconds since 1970.
const WHO: &str = "who";
const PROVED_AT: &str = "proved_at";

/// The application's side of the passkey routes: the locked accounts. Everything else is in the session.
#[derive(Clone, Debug, Default)]
struct Hooks(Arc<Mutex<BTreeSet<String>>>);

impl Hooks {
    fn locked(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens the user's session, without anything of the one before.
async fn sign_in(session: &Session, user: &str, at: UnixTime) -> Result<(), Response> {
    session.clear().await;
    session.insert(WHO, user).await.map_err(broken)?;
    renew(session, at).await
}

/// Gives the session another id, so that nobody can have planted it, and the time of the proof.
async fn renew(session: &Session, at: UnixTime) -> Result<(), Response> {
    session.cycle_id().await.map_err(broken)?;
    session.insert(PROVED_AT, at.as_millis()).await.map_err(broken)
}

fn broken(error: tower_sessions::session::Error) -> Response {
    tracing::error!(%error, "the session can't be used");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// tower-sessions' own extractor works on the head that hooks get.
async fn session(parts: &mut Parts) -> Result<Session, Response> {
    Session::from_request_parts(parts, &()).await.map_err(IntoResponse::into_response)
}

fn entered(done: Result<(), Response>, signed_in: SignedIn) -> Response {
    match done {
        Ok(()) => Json(json!({ "user": signed_in.user.as_str(), "credential": signed_in.credential })).into_response(),
        Err(response) => response,
    }
}

impl PasskeyHooks for Hooks {
    async fn current_user(&self, parts: &mut Parts) -> Result<Option<CurrentUser>, Response> {
        let session = session(parts).await?;
        let who: Option<String> = session.get(WHO).await.map_err(broken)?;
        let proved_at: Option<u64> = session.get(PROVED_AT).await.map_err(broken)?;
        // `veto` keeps sign-ins out. The sessions of a locked account that are open end here: nobody else is asked.
        Ok(who.filter(|user| !self.locked().contains(user)).and_then(|user| {
            Some(CurrentUser {
                id: UserId::new(user.as_str())?,
                display_name: user.clone(),
                name: user,
                authenticated_at: UnixTime::from_millis(proved_at.unwrap_or(0)),
            })
        }))
    }

    async fn signed_in(&self, parts: &mut Parts, signed_in: SignedIn) -> Response {
        let done = match session(parts).await {
            Ok(session) => sign_in(&session, signed_in.user.as_str(), signed_in.at).await,
            Err(response) => Err(response),
        };
        entered(done, signed_in)
    }

    async fn stepped_up(&self, parts: &mut Parts, signed_in: SignedIn) -> Response {
        let done = match session(parts).await {
            Ok(session) => renew(&session, signed_in.at).await,
            Err(response) => Err(response),
        };
        entered(done, signed_in)
    }

    async fn veto(&self, _: &mut Parts, signed_in: &SignedIn) -> bool {
        self.locked().contains(signed_in.user.as_str())
    }

    async fn registered(&self, _: &mut Parts, registered: &Registered) {
        tracing::info!(passkey = registered.credential.id, "here an e-mail would tell the owner of a new passkey");
    }

    async fn revoked(&self, _: &mut Parts, revoked: &Revoked) {
        tracing::info!(passkey = revoked.credential.id, "here the sessions that this passkey opened would end");
    }
}

/// Not for use: whoever types a name is signed in by it. [`Members`] keeps the passkey routes' rules: it finds the
/// [`PasskeyHttp`] in the router's state.
async fn log_in(session: Session, Members(members): Members) -> Response {
    match members.get("name").and_then(|name| name.as_str()).filter(|name| UserId::new(*name).is_some()) {
        None => StatusCode::UNPROCESSABLE_ENTITY.into_response(),
        Some(name) => match sign_in(&session, name, SystemClock.now()).await {
            Ok(()) => Json(json!({ "user": name })).into_response(),
            Err(response) => response,
        },
    }
}

/// Locks the account of whoever asks, as an administrator would.
async fn lock(Extension(hooks): Extension<Hooks>, session: Session, Members(_): Members) -> Result<(), Response> {
    let who: Option<String> = session.get(WHO).await.map_err(broken)?;
    hooks.locked().extend(who);
    Ok(())
}

async fn log_out(session: Session, Members(_): Members) -> Result<Json<serde_json::Value>, Response> {
    session.flush().await.map_err(broken)?;
    Ok(Json(json!({})))
}

/// The application around the routes. `origin` is what browsers show.
pub(crate) fn app(origin: &str) -> Result<Router, Box<dyn std::error::Error>> {
    let relying_party = RelyingParty::builder("localhost", "Example").origin(origin).build()?;
    let passkeys = Passkeys::builder(Ceremony::with_verifier(relying_party, ceremony_graviola::verifier())?)
        .credentials(Arc::new(MemoryCredentials::new()))
        .users(Arc::new(MemoryUsers::new()))
        .ceremonies(Arc::new(MemoryCeremonies::new(100_000)))
        .build()?;
    let passkeys = PasskeyHttp::new(passkeys);
    let hooks = Hooks::default();
    let routes = PasskeyRoutes::new(passkeys.clone(), hooks.clone());
    // Behind https leave out `with_secure(false)`.
    let sessions = SessionManagerLayer::new(MemoryStore::default()).with_secure(false);
    Ok(Router::new()
        .route("/", get(Html(include_str!("page.html"))))
        .route("/login", post(log_in))
        .route("/logout", post(log_out))
        .route("/lock", post(lock))
        .merge(routes.well_known())
        .nest("/auth/passkeys", routes.router())
        .with_state(passkeys)
        .layer(Extension(hooks))
        .layer(sessions))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().init();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("open http://localhost:3000");
    // With the peers' addresses, by which rate limits count.
    axum::serve(listener, app("http://localhost:3000")?.into_make_service_with_connect_info::<SocketAddr>()).await?;
    Ok(())
}
