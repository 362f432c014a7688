//! The routes.

use crate::body::read_body;
use crate::hooks::PasskeyHooks;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum::routing::any;
use ceremony_http::{Caller, Code, Identified, Outcome, PasskeyHttp, Problem, Route};
use std::sync::Arc;

/// The passkey routes of one relying party, to be nested under a prefix of the application's choice.
#[derive(Debug)]
pub struct PasskeyRoutes<H> {
    http: PasskeyHttp,
    hooks: Arc<H>,
}

impl<H> Clone for PasskeyRoutes<H> {
    fn clone(&self) -> Self {
        Self { http: self.http.clone(), hooks: Arc::clone(&self.hooks) }
    }
}

impl<H: PasskeyHooks> PasskeyRoutes<H> {
    /// The routes over a service and the application's hooks.
    #[must_use]
    pub fn new(http: PasskeyHttp, hooks: H) -> Self {
        Self { http, hooks: Arc::new(hooks) }
    }

    /// The router: `Router::new().nest("/auth/passkeys", routes.router())`. Layers for sessions go around it.
    pub fn router<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        Route::PATHS.iter().fold(Router::new(), |router, path| {
            let routes = self.clone();
            router.route(path, any(move |request: Request| async move { routes.serve(request).await }))
        })
    }

    async fn serve(self, request: Request) -> Response {
        let mut response = self.answer(request).await.unwrap_or_else(respond);
        // The application's own answers too: they open sessions.
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        response
    }

    async fn answer(&self, request: Request) -> Result<Response, Problem> {
        let (mut parts, body) = request.into_parts();
        let admitted = self.http.admit(&parts.method, parts.uri.path(), &parts.headers)?;
        let body = if admitted.takes_body() { read_body(body).await? } else { Vec::new() };
        let prepared = self.http.prepare(admitted, &body)?;
        let user = if prepared.needs_user() {
            match self.hooks.current_user(&mut parts).await {
                Ok(user) => user,
                Err(response) => return Ok(response),
            }
        } else {
            None
        };
        let identified = match prepared.identify() {
            Some(members) => self.hooks.identify(&mut parts, members).await,
            None => Identified::Anybody,
        };
        let mut outcome = self.http.run(prepared, Caller { user, identified }).await;
        if let Outcome::Removal(removal) = outcome {
            if !self.hooks.may_remove(&mut parts, &removal).await {
                return Err(Problem::new(Code::RemovalRefused));
            }
            outcome = self.http.remove(*removal).await;
        }
        Ok(match outcome {
            Outcome::Answer(response) => response.map(Body::from),
            Outcome::SignedIn(signed_in) if self.hooks.veto(&mut parts, &signed_in).await => {
                return Err(Problem::new(Code::SignInRefused));
            }
            Outcome::SignedIn(signed_in) => self.hooks.signed_in(&mut parts, *signed_in).await,
            Outcome::SteppedUp(signed_in) => self.hooks.stepped_up(&mut parts, *signed_in).await,
            Outcome::Registered(registered, response) => {
                self.hooks.registered(&mut parts, &registered).await;
                response.map(Body::from)
            }
            Outcome::Revoked(revoked, response) => {
                self.hooks.revoked(&mut parts, &revoked).await;
                response.map(Body::from)
            }
            // `remove` never asks again.
            Outcome::Removal(_) => return Err(Problem::new(Code::Unavailable)),
        })
    }
}

fn respond(problem: Problem) -> Response {
    problem.into_response().map(Body::from)
}
