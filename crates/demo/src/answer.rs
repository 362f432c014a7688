//! Answers: JSON that no cache keeps, and errors in the shape that the passkey routes use.

use bytes::Bytes;
use ceremony_http::{Code, Problem};
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};
use std::fmt::Display;

/// What every route answers with, whatever framework sends it.
pub(crate) type Answer = Response<Bytes>;

/// An answer that ends the work on a request. Boxed: results carry it around.
#[derive(Debug)]
pub(crate) struct Refusal(Box<Answer>);

impl Refusal {
    pub(crate) fn into_answer(self) -> Answer {
        *self.0
    }
}

impl From<Answer> for Refusal {
    fn from(answer: Answer) -> Self {
        Self(Box::new(answer))
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        problem.into_response().into()
    }
}

/// A JSON answer.
pub(crate) fn json(status: StatusCode, body: &Value) -> Answer {
    respond(status, "application/json", body)
}

/// A JSON answer with status 200.
pub(crate) fn ok(body: &Value) -> Answer {
    json(StatusCode::OK, body)
}

/// A problem with one of the passkey routes' codes.
pub(crate) fn known(code: Code) -> Answer {
    Problem::new(code).into_response()
}

/// A request that can't be answered, and why.
pub(crate) fn invalid(detail: &'static str) -> Answer {
    Problem::new(Code::InvalidRequest).with_detail(detail).into_response()
}

/// A problem with a code of the application's own.
pub(crate) fn own(status: StatusCode, code: &str, detail: &str) -> Answer {
    let document = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "code": code,
        "detail": detail,
    });
    respond(status, "application/problem+json", &document)
}

/// The database or another part of the server failed: the log says how, the client only learns that it did.
pub(crate) fn unavailable(error: impl Display) -> Answer {
    tracing::error!(%error, "request failed");
    known(Code::Unavailable)
}

/// The answer to a HEAD request: the same headers, no body.
pub(crate) fn without_body(mut answer: Answer) -> Answer {
    let length = HeaderValue::from(answer.body().len());
    answer.headers_mut().insert(header::CONTENT_LENGTH, length);
    *answer.body_mut() = Bytes::new();
    answer
}

fn respond(status: StatusCode, content_type: &'static str, body: &Value) -> Answer {
    let mut answer = Response::new(Bytes::from(body.to_string()));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
