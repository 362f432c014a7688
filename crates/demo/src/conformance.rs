//! The four endpoints of the FIDO conformance tool's server harness, behind `--conformance`.
//!
//! They speak the tool's own wire and obey its tests where those differ from WebAuthn Level 3
//! (`RelyingPartyBuilder::conformance`). Accounts live in memory, anybody may make one: this is no way to run a site.

mod accounts;
mod metadata;
mod wire;

pub(crate) use metadata::anchors;

use accounts::{Accounts, Pending};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use ceremony_axum::Plain;
use ceremony_axum::ceremony::{
    Algorithm, AuthenticationRequest, AuthenticationResponse, Ceremony, Challenge, CredentialDescriptor, Error,
    RegistrationRequest, RegistrationResponse, UnixTime, UserEntity,
};
use serde_json::{Map, Value, json};
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// What the endpoints work with.
#[derive(Clone, Debug)]
pub(crate) struct Harness {
    ceremony: Ceremony,
    accounts: Arc<Accounts>,
}

/// What the tool gets to read when a request is refused.
type Refused = String;

impl Harness {
    pub(crate) fn new(ceremony: Ceremony) -> Self {
        Self { ceremony, accounts: Arc::default() }
    }
}

/// The routes.
pub(crate) fn router(harness: Harness) -> Router {
    Router::new()
        .route("/attestation/options", post(attestation_options))
        .route("/attestation/result", post(attestation_result))
        .route("/assertion/options", post(assertion_options))
        .route("/assertion/result", post(assertion_result))
        .with_state(harness)
}

async fn attestation_options(State(harness): State<Harness>, Json(Plain(body)): Json<Plain>) -> Response {
    answer_begun(begin_registration(&harness, &body))
}

async fn attestation_result(
    State(harness): State<Harness>,
    headers: HeaderMap,
    Json(Plain(body)): Json<Plain>,
) -> Response {
    answer(finish_registration(&harness, &headers, &body).map(|()| Map::new()))
}

async fn assertion_options(State(harness): State<Harness>, Json(Plain(body)): Json<Plain>) -> Response {
    answer_begun(begin_authentication(&harness, &body))
}

async fn assertion_result(
    State(harness): State<Harness>,
    headers: HeaderMap,
    Json(Plain(body)): Json<Plain>,
) -> Response {
    answer(finish_authentication(&harness, &headers, &body).map(|()| Map::new()))
}

fn begin_registration(harness: &Harness, body: &Value) -> Result<(Map<String, Value>, String), Refused> {
    let name = wire::text(body, "username").ok_or("username is missing")?;
    let display_name = wire::text(body, "displayName").unwrap_or(name);
    let (handle, credentials) = harness.accounts.get_or_create(name)?;
    let user = UserEntity::new(handle, name, display_name);
    let selection = &body["authenticatorSelection"];
    let mut request = RegistrationRequest::passkey(user)
        .user_verification(wire::user_verification(selection))
        .resident_key(wire::resident_key(selection))
        .attestation(wire::attestation(body))
        .algorithms(algorithms(&harness.ceremony))
        .exclude(credentials.iter().map(CredentialDescriptor::from));
    if let Some(attachment) = wire::attachment(selection) {
        request = request.attachment(attachment);
    }
    let (options, state) =
        harness.ceremony.begin_registration(request, challenge()?, now()).map_err(|error| told(&error))?;
    let options = wire::options(serde_json::to_value(&options), body)?;
    Ok((options, harness.accounts.remember(Pending::Registration(state))?))
}

fn finish_registration(harness: &Harness, headers: &HeaderMap, body: &Value) -> Result<(), Refused> {
    let response = RegistrationResponse::from_json(&wire::response(body)).map_err(|error| told(&error))?;
    let Some(Pending::Registration(state)) = harness.accounts.take(session(headers)) else {
        return Err("no registration was begun".to_owned());
    };
    let registration = harness.ceremony.finish_registration(state, &response, now()).map_err(|error| told(&error))?;
    harness.accounts.insert(registration.into_record())
}

fn begin_authentication(harness: &Harness, body: &Value) -> Result<(Map<String, Value>, String), Refused> {
    let name = wire::text(body, "username").ok_or("username is missing")?;
    let (handle, credentials) = harness.accounts.find(name).ok_or("the user does not exist")?;
    let request = AuthenticationRequest::for_user(handle)
        .user_verification(wire::user_verification(body))
        .allow(credentials.iter().map(CredentialDescriptor::from));
    let (options, state) =
        harness.ceremony.begin_authentication(request, challenge()?, now()).map_err(|error| told(&error))?;
    let options = wire::options(serde_json::to_value(&options), body)?;
    Ok((options, harness.accounts.remember(Pending::Authentication(state))?))
}

fn finish_authentication(harness: &Harness, headers: &HeaderMap, body: &Value) -> Result<(), Refused> {
    let response = AuthenticationResponse::from_json(&wire::response(body)).map_err(|error| told(&error))?;
    let Some(Pending::Authentication(state)) = harness.accounts.take(session(headers)) else {
        return Err("no authentication was begun".to_owned());
    };
    let record = harness.accounts.record(response.lookup().credential_id);
    let done = harness
        .ceremony
        .finish_authentication(state, &response, record.as_ref(), now())
        .map_err(|error| told(&error))?;
    harness.accounts.update(done.update())
}

/// Everything that can be verified: the tool tests each.
fn algorithms(ceremony: &Ceremony) -> Vec<Algorithm> {
    ceremony.relying_party().algorithms().to_vec()
}

fn challenge() -> Result<Challenge, Refused> {
    crate::database::random().map(Challenge::new).map_err(|error| error.to_string())
}

fn now() -> UnixTime {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    UnixTime::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// The error with its causes: the tool's reader is the developer.
fn told(error: &Error) -> Refused {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

const COOKIE: &str = "conformance";

/// The ceremony that a request belongs to.
fn session(headers: &HeaderMap) -> &str {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map_or("", |(_, value)| value)
}

fn answer_begun(begun: Result<(Map<String, Value>, String), Refused>) -> Response {
    match begun {
        Ok((options, session)) => {
            let mut response = answer(Ok(options));
            // Written by this program: letters and digits alone.
            if let Ok(cookie) = HeaderValue::try_from(format!("{COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax")) {
                response.headers_mut().insert(header::SET_COOKIE, cookie);
            }
            response
        }
        Err(refused) => answer(Err(refused)),
    }
}

/// `{status, errorMessage}`, with the options beside them.
fn answer(outcome: Result<Map<String, Value>, Refused>) -> Response {
    let (code, status, message, mut members) = match outcome {
        Ok(members) => (StatusCode::OK, "ok", String::new(), members),
        Err(message) => (StatusCode::BAD_REQUEST, "failed", message, Map::new()),
    };
    members.insert("status".to_owned(), json!(status));
    members.insert("errorMessage".to_owned(), json!(message));
    (code, [(header::CACHE_CONTROL, "no-store")], Json(members)).into_response()
}
