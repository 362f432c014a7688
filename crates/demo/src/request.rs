//! Reads requests by the passkey routes' own rules: from the site's own pages alone, JSON alone, at most 64 KiB, one
//! object, no member twice.

use crate::problem;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::response::Response;
use ceremony_axum::{PasskeyHttp, read_body};
use serde_json::{Map, Value};

/// The members of a request's body.
///
/// # Errors
///
/// The response to send.
pub(crate) async fn members(
    passkeys: &PasskeyHttp,
    request: Request,
) -> Result<(HeaderMap, Map<String, Value>), Response> {
    let (headers, body) = read(passkeys, request).await?;
    let members = passkeys.members(&headers, &body).map_err(problem::respond)?;
    Ok((headers, members))
}

/// Checks a request that needs no body; `{}` will do too.
///
/// # Errors
///
/// The response to send.
pub(crate) async fn nothing(passkeys: &PasskeyHttp, request: Request) -> Result<HeaderMap, Response> {
    let (headers, body) = read(passkeys, request).await?;
    if !body.is_empty() {
        passkeys.members(&headers, &body).map_err(problem::respond)?;
    }
    Ok(headers)
}

async fn read(passkeys: &PasskeyHttp, request: Request) -> Result<(HeaderMap, Vec<u8>), Response> {
    let (parts, body) = request.into_parts();
    passkeys.guard(&ceremony_axum::Head::of(&parts)).map_err(problem::respond)?;
    let body = read_body(body).await.map_err(problem::respond)?;
    Ok((parts.headers, body))
}
