//! Reads requests by the passkey routes' own rules: from the site's own pages alone, JSON alone, at most 64 KiB, one
//! object, no member twice.

use crate::problem;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use ceremony_axum::{PasskeyHttp, Problem};
use serde_json::{Map, Value};

/// The route whose body is any object of the application's.
const WITH_BODY: (Method, &str) = (Method::POST, "/authenticate/begin");

/// A route whose body may be missing.
const WITHOUT_BODY: (Method, &str) = (Method::DELETE, "/credentials/AAAAAAAAAAAAAAAAAAAAAA");

/// How much is read of a body that will be refused, so that its sender gets to see the answer.
const READ: usize = 1024 * 1024;

/// The members of a request's body.
///
/// # Errors
///
/// The response to send.
pub(crate) async fn members(
    passkeys: &PasskeyHttp,
    request: Request,
) -> Result<(HeaderMap, Map<String, Value>), Response> {
    let (parts, body) = request.into_parts();
    let (method, path) = WITH_BODY;
    let admitted = passkeys.admit(&method, path, &parts.headers).map_err(problem::respond)?;
    let body = read(body).await?;
    let prepared = passkeys.prepare(admitted, &body).map_err(problem::respond)?;
    match prepared.identify() {
        Some(members) => Ok((parts.headers, members.clone())),
        None => Err(problem::invalid("the body has a member that does not belong here")),
    }
}

/// Checks a request that needs no body; `{}` will do too.
///
/// # Errors
///
/// The response to send.
pub(crate) async fn nothing(passkeys: &PasskeyHttp, request: Request) -> Result<HeaderMap, Response> {
    let (parts, body) = request.into_parts();
    let (method, path) = WITHOUT_BODY;
    let admitted = passkeys.admit(&method, path, &parts.headers).map_err(problem::respond)?;
    let body = read(body).await?;
    let _ = passkeys.prepare(admitted, &body).map_err(problem::respond)?;
    Ok(parts.headers)
}

async fn read(body: Body) -> Result<Bytes, Response> {
    to_bytes(body, READ).await.map_err(|_| problem::respond(Problem::body_too_large()))
}
