//! Extractors, for applications that write handlers of their own.

use crate::body::read_body;
use crate::peer;
use crate::respond::Refusal;
use axum::extract::{FromRef, FromRequest, Request};
use ceremony_http::{Caller, Head, Operation, Outcome, PasskeyHttp, Prepared};
use serde_json::{Map, Value};
use std::marker::PhantomData;

/// The request of a ceremony, under whatever path the application gave it: it comes from one of the relying party's own
/// pages or from a native app, and its body is well formed. Nothing is used up yet.
///
/// ```
/// use axum::response::{IntoResponse, Response};
/// use ceremony_axum::{AuthenticateFinish, Caller, Outcome, PasskeyRequest};
///
/// async fn sign_in(request: PasskeyRequest<AuthenticateFinish>) -> Response {
///     match request.run(Caller::default()).await {
///         Outcome::SignedIn(signed_in) => format!("open a session for {:?}", signed_in.user).into_response(),
///         other => other.into_response().map(Into::into),
///     }
/// }
/// ```
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

impl<S: Send + Sync, O: Operation> FromRequest<S> for PasskeyRequest<O>
where
    PasskeyHttp: FromRef<S>,
{
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let http = PasskeyHttp::from_ref(state);
        let (parts, body) = request.into_parts();
        let admitted = http.admit_as(O::ROUTE, &Head::of(&parts).peer(peer::of(&parts)))?;
        let body = read_body(body).await?;
        let prepared = http.prepare(admitted, &body)?;
        Ok(Self { http, prepared, operation: PhantomData })
    }
}

/// The members of a JSON object, read by the passkey routes' own rules: from the site's own pages alone, at most 64 KiB, no
/// member twice. For routes beside them, such as a sign-in by password.
#[derive(Clone, Debug)]
pub struct Members(pub Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Members
where
    PasskeyHttp: FromRef<S>,
{
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let http = PasskeyHttp::from_ref(state);
        let (parts, body) = request.into_parts();
        http.guard(&Head::of(&parts).peer(peer::of(&parts)))?;
        Ok(Self(http.members(&parts.headers, &read_body(body).await?)?))
    }
}
