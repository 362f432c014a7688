//! Errors in the shape that the passkey routes use, with codes of the application's own.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ceremony_axum::{Code, Problem};
use serde_json::json;
use std::fmt::Display;

/// A problem with one of the passkey routes' codes.
pub(crate) fn known(code: Code) -> Response {
    respond(Problem::new(code))
}

/// The response of a problem.
pub(crate) fn respond(problem: Problem) -> Response {
    problem.into_response().map(Body::from)
}

/// A request that can't be answered, and why.
pub(crate) fn invalid(detail: &'static str) -> Response {
    respond(Problem::new(Code::InvalidRequest).with_detail(detail))
}

/// A problem with a code of the application's own.
pub(crate) fn own(status: StatusCode, code: &str, detail: &str) -> Response {
    let document = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "code": code,
        "detail": detail,
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, document.to_string()).into_response()
}

/// The database or another part of the server failed: the log says how, the client only learns that it did.
pub(crate) fn unavailable(error: impl Display) -> Response {
    tracing::error!(%error, "request failed");
    known(Code::Unavailable)
}
