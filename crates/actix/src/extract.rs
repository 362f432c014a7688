//! Extractors, for applications that write handlers of their own.

use crate::body::read_body;
use crate::convert;
use crate::peer;
use crate::respond::Refusal;
use actix_web::dev::Payload;
use actix_web::{Error, FromRequest, HttpRequest, web};
use ceremony_http::{Caller, Head, Operation, Outcome, PasskeyHttp, Prepared};
use futures_util::future::LocalBoxFuture;
use serde_json::{Map, Value};
use std::marker::PhantomData;

/// The request of a ceremony, under whatever path the application gave it: it comes from one of the relying party's own
/// pages or from a native app, and its body is well formed. Nothing is used up yet.
///
/// The application has its [`PasskeyHttp`] as data: `App::new().app_data(web::Data::new(http))`.
///
/// ```
/// use actix_web::HttpResponse;
/// use ceremony_actix::{AuthenticateFinish, Caller, Outcome, PasskeyRequest, respond};
///
/// async fn sign_in(request: PasskeyRequest<AuthenticateFinish>) -> HttpResponse {
///     match request.run(Caller::default()).await {
///         Outcome::SignedIn(signed_in) => HttpResponse::Ok().body(format!("open a session for {:?}", signed_in.user)),
///         other => respond(other.into_response()),
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

impl<O: Operation + 'static> FromRequest for PasskeyRequest<O> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let http = passkey_http(&request).await?;
            let parts = convert::head(&request, request.uri().path()).map_err(Refusal)?;
            let head = Head::of(&parts).peer(peer::of(&request));
            let admitted = http.admit_as(O::ROUTE, &head).map_err(Refusal)?;
            let body = read_body(payload).await.map_err(Refusal)?;
            let prepared = http.prepare(admitted, &body).map_err(Refusal)?;
            Ok(Self { http, prepared, operation: PhantomData })
        })
    }
}

/// The members of a JSON object, read by the passkey routes' own rules: from the site's own pages alone, at most 64 KiB, no
/// member twice. For routes beside them, such as a sign-in by password.
///
/// The application has its [`PasskeyHttp`] as data: `App::new().app_data(web::Data::new(http))`.
#[derive(Clone, Debug)]
pub struct Members(pub Map<String, Value>);

impl FromRequest for Members {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let http = passkey_http(&request).await?;
            let parts = convert::head(&request, request.uri().path()).map_err(Refusal)?;
            http.guard(&Head::of(&parts).peer(peer::of(&request))).map_err(Refusal)?;
            let body = read_body(payload).await.map_err(Refusal)?;
            Ok(Self(http.members(&parts.headers, &body).map_err(Refusal)?))
        })
    }
}

/// The application's; status 500 and a line in the log if it has none.
async fn passkey_http(request: &HttpRequest) -> Result<PasskeyHttp, Error> {
    let data = web::Data::<PasskeyHttp>::extract(request).await?;
    Ok(data.get_ref().clone())
}
