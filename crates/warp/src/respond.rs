//! Answers of the passkey routes as warp's.

use ceremony_http::Problem;
use warp::reject::Reject;
use warp::reply::{Reply, Response};

/// A [`Problem`] as a reply of the same shape as the routes' own.
///
/// It can be a rejection too, for filters that reject: `warp::reject::custom(refusal)`, and in the application's `recover`
/// `rejection.find::<Refusal>()`.
#[derive(Clone, Debug)]
pub struct Refusal(pub Problem);

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl Reply for Refusal {
    fn into_response(self) -> Response {
        self.0.into_response().into_response()
    }
}

impl Reject for Refusal {}
