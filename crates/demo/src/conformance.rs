//! The four endpoints of the FIDO conformance tool's server harness, behind `--conformance`.
//!
//! They speak the tool's own wire and obey its tests where those differ from WebAuthn Level 3
//! (`RelyingPartyBuilder::conformance`). Accounts live in memory, anybody may make one: this is no way to run a site.

mod accounts;
mod metadata;
mod wire;

pub(crate) use metadata::anchors;

use crate::answer::{Answer, json as respond};
use accounts::{Accounts, Pending};
use ceremony_http::Plain;
use ceremony_http::ceremony::{
    Algorithm, AuthenticationRequest, AuthenticationResponse, Ceremony, Challenge, CredentialDescriptor, Error,
    RegistrationRequest, RegistrationResponse, UnixTime, UserEntity,
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
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

/// One of the four.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Endpoint {
    AttestationOptions,
    AttestationResult,
    AssertionOptions,
    AssertionResult,
}

impl Endpoint {
    /// The endpoint of a path; all are POST.
    pub(crate) fn find(path: &str) -> Option<Self> {
        Some(match path {
            "/attestation/options" => Self::AttestationOptions,
            "/attestation/result" => Self::AttestationResult,
            "/assertion/options" => Self::AssertionOptions,
            "/assertion/result" => Self::AssertionResult,
            _ => return None,
        })
    }
}

impl Harness {
    /// Answers one request.
    pub(crate) fn answer(&self, endpoint: Endpoint, headers: &HeaderMap, body: &[u8]) -> Answer {
        let body = match serde_json::from_slice(body) {
            Ok(Plain(body)) => body,
            Err(error) => return answer(Err(error.to_string())),
        };
        match endpoint {
            Endpoint::AttestationOptions => answer_begun(begin_registration(self, &body)),
            Endpoint::AttestationResult => answer(finish_registration(self, headers, &body).map(|()| Map::new())),
            Endpoint::AssertionOptions => answer_begun(begin_authentication(self, &body)),
            Endpoint::AssertionResult => answer(finish_authentication(self, headers, &body).map(|()| Map::new())),
        }
    }
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

fn answer_begun(begun: Result<(Map<String, Value>, String), Refused>) -> Answer {
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
fn answer(outcome: Result<Map<String, Value>, Refused>) -> Answer {
    let (code, status, message, mut members) = match outcome {
        Ok(members) => (StatusCode::OK, "ok", String::new(), members),
        Err(message) => (StatusCode::BAD_REQUEST, "failed", message, Map::new()),
    };
    members.insert("status".to_owned(), json!(status));
    members.insert("errorMessage".to_owned(), json!(message));
    respond(code, &Value::Object(members))
}
