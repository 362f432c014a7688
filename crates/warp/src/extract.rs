//! Filters for applications that write handlers of their own.
//!
//! A refused request is extracted, not rejected: a rejection would send it on to the filters after `or`, which never saw
//! that it was refused.

use crate::body::read_body;
use crate::head::{head, peer};
use crate::respond::Refusal;
use ceremony_http::{Caller, Head, Operation, Outcome, PasskeyHttp, Prepared};
use serde_json::{Map, Value};
use std::marker::PhantomData;
use warp::{Filter, Rejection};

/// The request of a ceremony, under whatever path the application gave it: it comes from one of the relying party's own
/// pages or from a native app, and its body is well formed. Nothing is used up yet.
#[derive(Debug)]
pub struct PasskeyRequest<O> {
    http: PasskeyHttp,
    prepared: Prepared,
    operation: PhantomData<O>,
}

impl<O: Operation> PasskeyRequest<O> {
    /// What the request asks for: [`Prepared::needs_user`], [`Prepared::identify`] and [`Prepared::new_account`] say what
    /// [`run`](Self::run) wants to know.
    pub const fn prepared(&self) -> &Prepared {
        &self.prepared
    }

    /// Does what was asked.
    pub async fn run(self, caller: Caller) -> Outcome {
        self.http.run(self.prepared, caller).await
    }
}

/// Extracts a [`PasskeyRequest`], or the [`Refusal`] to answer with. Filters of the path and the method go before it.
///
/// ```
/// use ceremony_warp::{AuthenticateFinish, Caller, Outcome, PasskeyHttp, PasskeyRequest, Refusal, passkey_request};
/// use warp::{Filter, Rejection, Reply, reply::Response};
///
/// async fn sign_in(request: Result<PasskeyRequest<AuthenticateFinish>, Refusal>) -> Result<Response, Refusal> {
///     Ok(match request?.run(Caller::default()).await {
///         Outcome::SignedIn(signed_in) => format!("open a session for {:?}", signed_in.user).into_response(),
///         other => other.into_response().into_response(),
///     })
/// }
///
/// fn route(http: PasskeyHttp) -> impl Filter<Extract = (impl Reply,), Error = Rejection> + Clone {
///     warp::path!("sign-in").and(warp::post()).and(passkey_request::<AuthenticateFinish>(http)).then(sign_in)
/// }
/// ```
#[must_use]
pub fn passkey_request<O: Operation>(
    http: PasskeyHttp,
) -> impl Filter<Extract = (Result<PasskeyRequest<O>, Refusal>,), Error = Rejection> + Clone + Send + Sync + 'static {
    head().and(warp::body::stream()).then(move |parts, body| {
        let http = http.clone();
        async move {
            let admitted = http.admit_as(O::ROUTE, &Head::of(&parts).peer(peer(&parts)))?;
            let body = read_body(body).await?;
            let prepared = http.prepare(admitted, &body)?;
            Ok(PasskeyRequest { http, prepared, operation: PhantomData })
        }
    })
}

/// The members of a JSON object, read by the passkey routes' own rules: from the site's own pages alone, at most 64 KiB, no
/// member twice. For routes beside them, such as a sign-in by password.
#[derive(Clone, Debug)]
pub struct Members(pub Map<String, Value>);

/// Extracts [`Members`], or the [`Refusal`] to answer with. Filters of the path and the method go before it.
#[must_use]
pub fn members(
    http: PasskeyHttp,
) -> impl Filter<Extract = (Result<Members, Refusal>,), Error = Rejection> + Clone + Send + Sync + 'static {
    head().and(warp::body::stream()).then(move |parts, body| {
        let http = http.clone();
        async move {
            http.guard(&Head::of(&parts).peer(peer(&parts)))?;
            Ok(Members(http.members(&parts.headers, &read_body(body).await?)?))
        }
    })
}
