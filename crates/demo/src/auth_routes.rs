//! `/auth/register`, `/auth/login`, `/auth/me`, `/auth/logout`: accounts with passwords.

use crate::accounts::{NoAccount, User, check_email, normalize};
use crate::app::App;
use crate::session::Proof;
use crate::{password, problem, request};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing};
use ceremony_axum::ceremony_service::{Clock, SystemClock};
use ceremony_axum::{Code, rfc3339};
use serde_json::{Map, Value, json};

/// The routes.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/auth/register", routing::post(register))
        .route("/auth/login", routing::post(login))
        .route("/auth/me", routing::get(me))
        .route("/auth/logout", routing::post(logout))
}

async fn register(State(app): State<App>, request: Request) -> Result<Response, Response> {
    let (headers, members) = request::members(&app.passkeys, request).await?;
    let (email, password) = credentials(&members).map_err(problem::invalid)?;
    check_email(&email).map_err(problem::invalid)?;
    password::check(&password).map_err(problem::invalid)?;
    let hash = app.passwords.hash(password).await.map_err(problem::unavailable)?;
    match app.accounts.create(&email, &hash).await {
        Ok(user) => open(&app, &headers, StatusCode::CREATED, &user).await,
        Err(NoAccount::EmailTaken) => {
            Err(problem::own(StatusCode::CONFLICT, "email_taken", "there is an account with this e-mail address"))
        }
        Err(NoAccount::Failed(error)) => Err(problem::unavailable(error)),
    }
}

async fn login(State(app): State<App>, request: Request) -> Result<Response, Response> {
    let (headers, members) = request::members(&app.passkeys, request).await?;
    let (email, password) = credentials(&members).map_err(problem::invalid)?;
    let account = app.accounts.by_email(&email).await.map_err(problem::unavailable)?;
    let (user, hash) = account.unzip();
    let fits = app.passwords.verify(password, hash).await.map_err(problem::unavailable)?;
    match user {
        Some(user) if fits => open(&app, &headers, StatusCode::OK, &user).await,
        _ => Err(problem::own(StatusCode::UNAUTHORIZED, "login_failed", "the e-mail address or the password is wrong")),
    }
}

async fn me(State(app): State<App>, headers: HeaderMap) -> Result<Response, Response> {
    let session = app.sessions.find(&headers).await.map_err(problem::unavailable)?;
    let session = session.ok_or_else(|| problem::known(Code::NotSignedIn))?;
    Ok(json(json!({
        "id": session.user.id,
        "email": session.user.email,
        "authenticated_at": rfc3339(session.authenticated_at),
        "authenticated_by": session.authenticated_by,
    })))
}

async fn logout(State(app): State<App>, request: Request) -> Result<Response, Response> {
    let headers = request::nothing(&app.passkeys, request).await?;
    let cookie = app.sessions.close(&headers).await.map_err(problem::unavailable)?;
    Ok(([(header::SET_COOKIE, cookie)], json(json!({}))).into_response())
}

/// The members `email`, normalized, and `password`.
fn credentials(members: &Map<String, Value>) -> Result<(String, String), &'static str> {
    let text = |name| members.get(name).and_then(Value::as_str);
    match (text("email"), text("password")) {
        (Some(email), Some(password)) => Ok((normalize(email), password.to_owned())),
        _ => Err("the body needs the members email and password, both strings"),
    }
}

async fn open(app: &App, headers: &HeaderMap, status: StatusCode, user: &User) -> Result<Response, Response> {
    let session = app.sessions.open(headers, &user.id, Proof::Password, SystemClock.now()).await;
    let cookie = session.map_err(problem::unavailable)?;
    let body = json(json!({ "id": user.id, "email": user.email }));
    Ok((status, [(header::SET_COOKIE, cookie)], body).into_response())
}

fn json(body: Value) -> Response {
    ([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(body)).into_response()
}
