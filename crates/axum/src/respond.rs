//! Answers of the passkey routes as axum's.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use ceremony_http::Problem;

/// A [`Problem`] as a response of the same shape as the routes' own.
#[derive(Clone, Debug)]
pub struct Refusal(pub Problem);

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.0.into_response().map(Body::from)
    }
}
