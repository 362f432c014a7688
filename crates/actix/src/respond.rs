//! Answers of the passkey routes as actix-web's.

use crate::convert;
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, Responder, ResponseError};
use ceremony_http::Problem;
use std::fmt;

/// An answer of `ceremony-http` as actix-web's: [`Outcome::into_response`](crate::Outcome::into_response), say.
#[must_use]
pub fn respond(answer: http::Response<Bytes>) -> HttpResponse {
    convert::response(answer)
}

/// A [`Problem`] as a response of the same shape as the routes' own: to be returned by a handler, as its answer or as its
/// error.
#[derive(Clone, Debug)]
pub struct Refusal(pub Problem);

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<Refusal> for HttpResponse {
    fn from(refusal: Refusal) -> Self {
        convert::response(refusal.0.into_response())
    }
}

impl Responder for Refusal {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.into()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused: {}", self.0.code().as_str())
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        convert::status(self.0.status())
    }

    fn error_response(&self) -> HttpResponse {
        self.clone().into()
    }
}
