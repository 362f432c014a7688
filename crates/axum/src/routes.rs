//! The routes.

use crate::body::read_body;
use crate::hooks::PasskeyHooks;
use crate::peer;
use crate::respond::Refusal;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use ceremony_http::{Caller, Code, Head, Identified, Outcome, PasskeyHttp, Prepared, Problem, Route, Sites};
use std::sync::Arc;

/// The passkey routes, to be nested under a prefix of the application's choice.
#[derive(Debug)]
pub struct PasskeyRoutes<H> {
    sites: Sites,
    hooks: Arc<H>,
}

impl<H> Clone for PasskeyRoutes<H> {
    fn clone(&self) -> Self {
        Self { sites: self.sites.clone(), hooks: Arc::clone(&self.hooks) }
    }
}

impl<H: PasskeyHooks> PasskeyRoutes<H> {
    /// The routes over a [`PasskeyHttp`], or over several ([`Sites`]), and the application's hooks.
    pub fn new(sites: impl Into<Sites>, hooks: H) -> Self {
        Self { sites: sites.into(), hooks: Arc::new(hooks) }
    }

    /// The router: `Router::new().nest("/auth/passkeys", routes.router())`. Layers for sessions go around it.
    pub fn router<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        Route::PATHS.iter().fold(Router::new(), |router, path| {
            let routes = self.clone();
            router.route(path, any(move |request: Request| async move { routes.serve(request).await }))
        })
    }

    /// The documents below `/.well-known/`, to be merged into the application's router: they stand on the root.
    pub fn well_known<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        PasskeyHttp::WELL_KNOWN.iter().fold(Router::new(), |router, path| {
            let sites = self.sites.clone();
            router.route(
                path,
                any(async move |request: Request| {
                    let (parts, _) = request.into_parts();
                    let head = Head::of(&parts);
                    match sites.find(&head) {
                        Ok(http) => http.well_known(&head).map(Body::from),
                        Err(problem) => Refusal(problem).into_response(),
                    }
                }),
            )
        })
    }

    async fn serve(self, request: Request) -> Response {
        let mut response = self.answer(request).await.unwrap_or_else(|problem| Refusal(problem).into_response());
        // The application's own answers too: they open sessions.
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        response
    }

    async fn answer(&self, request: Request) -> Result<Response, Problem> {
        let (mut parts, body) = request.into_parts();
        let head = Head::of(&parts).peer(peer::of(&parts));
        let http = self.sites.find(&head)?;
        let admitted = http.admit(&head)?;
        let body = if admitted.takes_body() { read_body(body).await? } else { Vec::new() };
        let prepared = http.prepare(admitted, &body)?;
        parts.extensions.insert(http.clone());
        match self.caller(&mut parts, http, &prepared).await {
            Ok(caller) => self.outcome(&mut parts, http, http.run(prepared, caller).await).await,
            Err(response) => Ok(response),
        }
    }

    /// Who is asking, as far as the request makes it matter.
    async fn caller(&self, parts: &mut Parts, http: &PasskeyHttp, prepared: &Prepared) -> Result<Caller, Response> {
        let user = if prepared.needs_user() { self.hooks.current_user(parts).await? } else { None };
        let wants_tenant = user.is_some() && http.wants_session_tenant();
        Ok(Caller {
            user,
            session_tenant: if wants_tenant { self.hooks.session_tenant(parts).await } else { None },
            identified: match prepared.identify() {
                Some(members) => self.hooks.identify(parts, members).await,
                None => Identified::Anybody,
            },
            new_account: match prepared.new_account() {
                Some(members) => self.hooks.new_account(parts, members).await?,
                None => None,
            },
        })
    }

    /// Tells the application what happened, and lets it answer where the answer is its own.
    async fn outcome(&self, parts: &mut Parts, http: &PasskeyHttp, outcome: Outcome) -> Result<Response, Problem> {
        Ok(match outcome {
            Outcome::Answer(response) => response.map(Body::from),
            Outcome::SignedIn(signed_in) if self.hooks.veto(parts, &signed_in).await => {
                return Err(Problem::new(Code::SignInRefused));
            }
            Outcome::SignedIn(signed_in) => self.hooks.signed_in(parts, *signed_in).await,
            Outcome::SteppedUp(signed_in) => self.hooks.stepped_up(parts, *signed_in).await,
            Outcome::SignUp(sign_up) => match self.hooks.create_account(parts, &sign_up).await {
                Ok(user) => {
                    let (registered, signed_in) = http.complete(*sign_up, &user).await?;
                    self.hooks.registered(parts, &registered).await;
                    self.hooks.signed_in(parts, signed_in).await
                }
                Err(response) => {
                    http.abandon(*sign_up).await;
                    response
                }
            },
            Outcome::Registered(registered, response) => {
                self.hooks.registered(parts, &registered).await;
                response.map(Body::from)
            }
            Outcome::Removal(removal) => {
                let may = self.hooks.may_remove(parts, &removal).await;
                let (revoked, response) = http.remove(*removal, may).await?;
                self.hooks.revoked(parts, &revoked).await;
                response.map(Body::from)
            }
        })
    }
}
