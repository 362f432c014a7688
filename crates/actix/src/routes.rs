//! The routes.

use crate::body::read_body;
use crate::convert;
use crate::hooks::PasskeyHooks;
use crate::peer;
use crate::respond::Refusal;
use actix_web::guard::{Guard, fn_guard};
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, Resource, Scope, web};
use ceremony_http::{Caller, Code, Head, Identified, Outcome, PasskeyHttp, Prepared, Problem, Route, Sites};
use std::sync::Arc;

/// The passkey routes, under a prefix of the application's choice.
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

    /// The scope: `App::new().service(routes.scope("/auth/passkeys"))`. Middleware for sessions goes around it.
    #[must_use]
    pub fn scope(&self, prefix: &str) -> Scope {
        Route::PATHS.iter().fold(web::scope(prefix), |scope, path| {
            let routes = self.clone();
            scope.service(web::resource(*path).guard(as_written(path)).to(
                move |request: HttpRequest, body: web::Payload| {
                    let routes = routes.clone();
                    async move { routes.serve(&request, body, path).await }
                },
            ))
        })
    }

    /// The documents below `/.well-known/`, for the application itself: they stand on the root.
    /// `App::new().service(routes.well_known())`.
    #[must_use]
    pub fn well_known(&self) -> Vec<Resource> {
        let resources = PasskeyHttp::WELL_KNOWN.iter().map(|path| {
            let sites = self.sites.clone();
            web::resource(*path).guard(as_written(path)).to(move |request: HttpRequest| {
                let answer = well_known(&sites, &request, path);
                async { answer.unwrap_or_else(|problem| Refusal(problem).into()) }
            })
        });
        resources.collect()
    }

    async fn serve(self, request: &HttpRequest, body: web::Payload, path: &str) -> HttpResponse {
        let answer = self.answer(request, body, path).await;
        let mut response = answer.unwrap_or_else(|problem| Refusal(problem).into());
        // The application's own answers too: they open sessions.
        if !response.headers().contains_key(CACHE_CONTROL) {
            response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        response
    }

    async fn answer(&self, request: &HttpRequest, body: web::Payload, path: &str) -> Result<HttpResponse, Problem> {
        let parts = convert::head(request, tail(request.uri().path(), path).unwrap_or_default())?;
        let head = Head::of(&parts).peer(peer::of(request));
        let http = self.sites.find(&head)?;
        let admitted = http.admit(&head)?;
        let body = if admitted.takes_body() { read_body(body).await? } else { Vec::new() };
        let prepared = http.prepare(admitted, &body)?;
        request.extensions_mut().insert(http.clone());
        match self.caller(request, http, &prepared).await {
            Ok(caller) => self.outcome(request, http, http.run(prepared, caller).await).await,
            Err(response) => Ok(response),
        }
    }

    /// Who is asking, as far as the request makes it matter.
    async fn caller(
        &self,
        request: &HttpRequest,
        http: &PasskeyHttp,
        prepared: &Prepared,
    ) -> Result<Caller, HttpResponse> {
        let user = if prepared.needs_user() { self.hooks.current_user(request).await? } else { None };
        let wants_tenant = user.is_some() && http.wants_session_tenant();
        Ok(Caller {
            user,
            session_tenant: if wants_tenant { self.hooks.session_tenant(request).await } else { None },
            identified: match prepared.identify() {
                Some(members) => self.hooks.identify(request, members).await,
                None => Identified::Anybody,
            },
            new_account: match prepared.new_account() {
                Some(members) => self.hooks.new_account(request, members).await?,
                None => None,
            },
        })
    }

    /// Tells the application what happened, and lets it answer where the answer is its own.
    async fn outcome(
        &self,
        request: &HttpRequest,
        http: &PasskeyHttp,
        outcome: Outcome,
    ) -> Result<HttpResponse, Problem> {
        Ok(match outcome {
            Outcome::Answer(response) => convert::response(response),
            Outcome::SignedIn(signed_in) if self.hooks.veto(request, &signed_in).await => {
                return Err(Problem::new(Code::SignInRefused));
            }
            Outcome::SignedIn(signed_in) => self.hooks.signed_in(request, *signed_in).await,
            Outcome::SteppedUp(signed_in) => self.hooks.stepped_up(request, *signed_in).await,
            Outcome::SignUp(sign_up) => match self.hooks.create_account(request, &sign_up).await {
                Ok(user) => {
                    let (registered, signed_in) = http.complete(*sign_up, &user).await?;
                    self.hooks.registered(request, &registered).await;
                    self.hooks.signed_in(request, signed_in).await
                }
                Err(response) => {
                    http.abandon(*sign_up).await;
                    response
                }
            },
            Outcome::Registered(registered, response) => {
                self.hooks.registered(request, &registered).await;
                convert::response(response)
            }
            Outcome::Removal(removal) => {
                let may = self.hooks.may_remove(request, &removal).await;
                let (revoked, response) = http.remove(*removal, may).await?;
                self.hooks.revoked(request, &revoked).await;
                convert::response(response)
            }
        })
    }
}

fn well_known(sites: &Sites, request: &HttpRequest, path: &str) -> Result<HttpResponse, Problem> {
    let parts = convert::head(request, path)?;
    let head = Head::of(&parts);
    Ok(convert::response(sites.find(&head)?.well_known(&head)))
}

/// Lets a request through if its path has the route as the client wrote it. actix-web looks for routes in the path with
/// its percent signs decoded; a route has one spelling here, and any other one is the application's to answer. The prefix
/// before it is the scope's, which actix-web compares with its percent signs decoded, as it does for every scope.
fn as_written(path: &'static str) -> impl Guard {
    fn_guard(move |context| tail(context.head().uri.path(), path).is_some())
}

/// The end of `path` that is the route, whatever the prefix before it is.
fn tail<'a>(path: &'a str, route: &str) -> Option<&'a str> {
    let before_id = route.strip_suffix("{id}");
    let id = before_id.map_or("", |_| path.rsplit('/').next().unwrap_or_default());
    let start = path.strip_suffix(id)?.strip_suffix(before_id.unwrap_or(route))?.len();
    path.get(start..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_route_is_read_as_it_was_written() {
        assert_eq!(tail("/auth/passkeys/register/begin", "/register/begin"), Some("/register/begin"));
        assert_eq!(tail("/register/begin", "/register/begin"), Some("/register/begin"));
        assert_eq!(tail("/p/credentials/AA", "/credentials/{id}"), Some("/credentials/AA"));
        assert_eq!(tail("/p/credentials/%41A", "/credentials/{id}"), Some("/credentials/%41A"));
        assert_eq!(tail("/credentials/credentials/credentials", "/credentials/{id}"), Some("/credentials/credentials"));
        for (path, route) in [
            ("/p/register/%62egin", "/register/begin"),
            ("/p/register/begin/", "/register/begin"),
            ("/p/%63redentials/AA", "/credentials/{id}"),
            ("/p/credentials%2FAA", "/credentials/{id}"),
            ("", "/credentials/{id}"),
        ] {
            assert_eq!(tail(path, route), None, "{path}");
        }
    }
}
