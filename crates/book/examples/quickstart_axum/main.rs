//! An axum application with a login of its own, and passkeys beside it.

use axum::extract::FromRequestParts;
use axum::http::{StatusCode, request::Parts};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use ceremony_axum::ceremony::{Ceremony, RelyingParty, UnixTime};
use ceremony_axum::ceremony_service::{Clock, SystemClock};
use ceremony_axum::{CurrentUser, PasskeyHooks, PasskeyHttp, PasskeyRoutes, Passkeys, SignedIn, UserId};
use ceremony_sqlx::SqliteStores;
use serde::Deserialize;
use std::net::SocketAddr;
use std::time::Duration;
use tower_sessions::{MemoryStore, Session, SessionManagerLayer, session::Error};

type Failure = Box<dyn std::error::Error + Send + Sync>;

// ---- The application as it was: a password opens a session. ----

#[derive(Deserialize)]
struct Login {
    name: String,
    password: String,
}

/// Stands for your accounts.
fn password_is_right(login: &Login) -> bool {
    login.name == "ada" && login.password == "correct horse"
}

/// Opens the session: emptied and under a new id, with the user and the time of the sign-in.
async fn open(session: &Session, user: &str, at: UnixTime) -> Result<(), Response> {
    session.clear().await; // nothing of whoever was signed in here before
    session.insert("user", user).await.map_err(broken)?;
    renew(session, at).await
}

/// Gives the session another id and the time of the proof.
async fn renew(session: &Session, at: UnixTime) -> Result<(), Response> {
    session.cycle_id().await.map_err(broken)?;
    session.insert("proved_at", at.as_millis()).await.map_err(broken) // new, under a key of its own
}

/// Who is signed in.
async fn find(session: &Session) -> Result<Option<String>, Response> {
    session.get("user").await.map_err(broken)
}

fn broken(error: Error) -> Response {
    eprintln!("the session can't be used: {error}");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

async fn log_in(session: Session, Json(login): Json<Login>) -> Result<(), Response> {
    if !password_is_right(&login) {
        return Err(StatusCode::UNAUTHORIZED.into_response());
    }
    open(&session, &login.name, SystemClock.now()).await
}

async fn log_out(session: Session) -> Result<(), Response> {
    session.flush().await.map_err(broken)
}

async fn me(session: Session) -> Result<Json<serde_json::Value>, Response> {
    let user = find(&session).await?.ok_or(StatusCode::UNAUTHORIZED.into_response())?;
    Ok(Json(serde_json::json!({ "name": user })))
}

// ---- New: what the passkey routes ask the application. ----

struct Hooks;

async fn session(parts: &mut Parts) -> Result<Session, Response> {
    Session::from_request_parts(parts, &()).await.map_err(IntoResponse::into_response)
}

impl PasskeyHooks for Hooks {
    async fn current_user(&self, parts: &mut Parts) -> Result<Option<CurrentUser>, Response> {
        let session = session(parts).await?;
        let Some(user) = find(&session).await? else { return Ok(None) }; // nobody either if the account is locked
        let proved_at: Option<u64> = session.get("proved_at").await.map_err(broken)?;
        Ok(UserId::new(user.as_str()).map(|id| CurrentUser {
            id,                          // the account's key in your database, as text: it never changes
            name: user,                  // what people know the account by
            display_name: String::new(), // their own name, if you know it
            authenticated_at: UnixTime::from_millis(proved_at.unwrap_or(0)), // 0: a session from before
        }))
    }

    async fn signed_in(&self, parts: &mut Parts, signed_in: SignedIn) -> Response {
        let opened = match session(parts).await {
            Ok(session) => open(&session, signed_in.user.as_str(), signed_in.at).await,
            Err(response) => Err(response),
        };
        opened.map(|()| Json(signed_in.credential)).into_response()
    }

    async fn stepped_up(&self, parts: &mut Parts, signed_in: SignedIn) -> Response {
        let renewed = match session(parts).await {
            Ok(session) => renew(&session, signed_in.at).await, // the same session, with a new time
            Err(response) => Err(response),
        };
        renewed.map(|()| Json(signed_in.credential)).into_response()
    }
}

pub(crate) async fn passkeys(origin: &str, database: &str) -> Result<Passkeys, Failure> {
    let stores = SqliteStores::connect(database).await?;
    stores.migrate().await?;
    let relying_party = RelyingParty::builder("localhost", "Example").origin(origin).build()?;
    let passkeys = Passkeys::builder(Ceremony::new(relying_party))
        .credentials(stores.credentials())
        .users(stores.users())
        .ceremonies(stores.ceremonies())
        .build()?;
    let cleaned = passkeys.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            if let Err(error) = cleaned.cleanup().await {
                eprintln!("nothing was cleaned up: {error}");
            }
        }
    });
    Ok(passkeys)
}

pub(crate) fn app(passkeys: Passkeys) -> Router {
    let routes = PasskeyRoutes::new(PasskeyHttp::new(passkeys), Hooks);
    Router::new()
        .route("/", get(Html(include_str!("../index.html"))))
        .route("/login", post(log_in))
        .route("/logout", post(log_out))
        .route("/me", get(me))
        .nest("/auth/passkeys", routes.router()) // new
        // Behind https leave out `with_secure(false)`.
        .layer(SessionManagerLayer::new(MemoryStore::default()).with_secure(false))
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    tracing_subscriber::fmt().init(); // the log says why something was refused
    let passkeys = passkeys("http://localhost:3000", "sqlite:passkeys.db").await?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await;
    let listener = listener.map_err(|error| format!("127.0.0.1:3000: {error}"))?; // in use, most of the time
    println!("open http://localhost:3000, not 127.0.0.1");
    axum::serve(listener, app(passkeys).into_make_service_with_connect_info::<SocketAddr>()).await?;
    Ok(())
}
