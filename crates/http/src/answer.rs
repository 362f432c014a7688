//! Responses.

use crate::wire::Begun;
use bytes::Bytes;
use ceremony_service::store::Handle;
use http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;

/// A JSON answer with status 200.
pub(crate) fn json(value: &impl Serialize) -> Response<Bytes> {
    json_as(StatusCode::OK, "application/json", value)
}

/// A JSON answer that no cache keeps.
pub(crate) fn json_as(status: StatusCode, content_type: &'static str, value: &impl Serialize) -> Response<Bytes> {
    let Ok(text) = serde_json::to_vec(value) else {
        // The wire types have string keys and no fallible serialiser: this is unreachable, and still no panic.
        return respond(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", "no-store", Bytes::new());
    };
    respond(status, content_type, "no-store", text.into())
}

/// The answer of a begin, with the browser's cookie if it had none.
pub(crate) fn begun(
    options: &impl Serialize,
    mediation: Option<&'static str>,
    handle: &Handle,
    cookie: Option<HeaderValue>,
) -> Response<Bytes> {
    let mut response = json(&Begun { public_key: options, mediation, state: handle.as_str() });
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

pub(crate) fn respond(
    status: StatusCode,
    content_type: &'static str,
    cache_control: &'static str,
    body: Bytes,
) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache_control));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// The answer to a HEAD request: the same headers, no body.
pub(crate) fn without_body(mut response: Response<Bytes>) -> Response<Bytes> {
    let length = HeaderValue::from(response.body().len());
    response.headers_mut().insert(header::CONTENT_LENGTH, length);
    *response.body_mut() = Bytes::new();
    response
}
