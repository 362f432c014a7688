//! Between version 0.2 of the `http` crate, which actix-web speaks, and version 1.

use actix_web::body::SizedStream;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use ceremony_http::{Code, Problem};
use futures_util::stream;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Request, Response, Uri, header};
use std::convert::Infallible;

/// The head of a request whose path is `path`: its method, its authority and every header, several of one name in their
/// order. A request of which any of this can't be told is refused, as the rules could not see all of it.
pub(crate) fn head(request: &HttpRequest, path: &str) -> Result<Parts, Problem> {
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.method = Method::from_bytes(request.method().as_str().as_bytes()).map_err(refused)?;
    parts.uri = match request.uri().authority() {
        // A target with an authority has a scheme too; nobody looks at it.
        Some(authority) => Uri::builder().scheme("http").authority(authority.as_str()).path_and_query(path).build(),
        None => Uri::builder().path_and_query(path).build(),
    }
    .map_err(refused)?;
    for (name, value) in request.headers() {
        let name = HeaderName::from_bytes(name.as_str().as_bytes()).map_err(refused)?;
        let value = HeaderValue::from_bytes(value.as_bytes()).map_err(refused)?;
        parts.headers.try_append(name, value).map_err(refused)?;
    }
    Ok(parts)
}

fn refused<E>(_: E) -> Problem {
    Problem::new(Code::InvalidRequest)
}

/// An answer as actix-web's.
pub(crate) fn response(answer: Response<Bytes>) -> HttpResponse {
    let (parts, body) = answer.into_parts();
    // The two versions have the same statuses: the other way is never taken.
    let status = StatusCode::from_u16(parts.status.as_u16()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    for (name, value) in &parts.headers {
        response.append_header((name.as_str(), value.as_bytes()));
    }
    // Only the answer to HEAD names a length of its own: that of the body it leaves out. actix-web sends the length of the
    // body it is given, whatever the header says, so that it gets a body that claims the length and has nothing in it.
    let length = parts.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    match length {
        Some(length) => response.body(SizedStream::new(length, stream::empty::<Result<Bytes, Infallible>>())),
        None => response.body(body),
    }
}
