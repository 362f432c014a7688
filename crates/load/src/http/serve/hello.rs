//! The least that a pair of requests costs on axum: the bodies come in, and others of the product's size go out.

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::IntoResponse;
use axum::routing::post;

const BEGIN: &str = include_str!("hello/begin.json");
const FINISH: &str = include_str!("hello/finish.json");

pub(super) fn router() -> Router {
    Router::new()
        .route("/authenticate/begin", post(async |body: Bytes| answer(&body, BEGIN)))
        .route("/authenticate/finish", post(async |body: Bytes| answer(&body, FINISH)))
}

fn answer(_: &Bytes, body: &'static str) -> impl IntoResponse + use<> {
    const HEADERS: [(HeaderName, HeaderValue); 3] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (HEADERS, body)
}
