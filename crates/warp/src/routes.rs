//! The routes.

use crate::body::read_body;
use crate::head::{head, peer, rest};
use crate::hooks::PasskeyHooks;
use crate::respond::Refusal;
use ceremony_http::{Caller, Code, Head, Identified, Outcome, PasskeyHttp, Prepared, Problem, Route, Sites};
use std::sync::Arc;
use warp::http::request::Parts;
use warp::http::{HeaderValue, header};
use warp::reply::{Reply, Response};
use warp::{Buf, Filter, Rejection, Stream};

/// The passkey routes, to be put under a prefix of the application's choice.
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

    /// The filter: `warp::path("auth").and(warp::path("passkeys")).and(routes.filter())`.
    ///
    /// It answers every request for one of the routes' paths, refused ones too, and rejects all others as not found.
    #[must_use]
    pub fn filter(self) -> impl Filter<Extract = (Response,), Error = Rejection> + Clone + Send + Sync + 'static {
        one_of(&Route::PATHS).and(head()).and(warp::body::stream()).then(move |parts, body| {
            let routes = self.clone();
            async move { routes.serve(parts, body).await }
        })
    }

    /// The documents below `/.well-known/`, to be joined to the application's filters by `or`: they stand on the root.
    #[must_use]
    pub fn well_known(
        &self,
    ) -> impl Filter<Extract = (Response,), Error = Rejection> + Clone + Send + Sync + 'static + use<H> {
        let sites = self.sites.clone();
        one_of(&PasskeyHttp::WELL_KNOWN).and(head()).map(move |parts| {
            let head = Head::of(&parts);
            match sites.find(&head) {
                Ok(http) => http.well_known(&head).into_response(),
                Err(problem) => Refusal(problem).into_response(),
            }
        })
    }

    async fn serve(self, parts: Parts, body: impl Stream<Item = Result<impl Buf, warp::Error>> + Send) -> Response {
        let answer = self.answer(parts, body).await;
        let mut response = answer.unwrap_or_else(|problem| Refusal(problem).into_response());
        // The application's own answers too: they open sessions.
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        response
    }

    async fn answer(
        &self,
        mut parts: Parts,
        body: impl Stream<Item = Result<impl Buf, warp::Error>> + Send,
    ) -> Result<Response, Problem> {
        let head = Head::of(&parts).peer(peer(&parts));
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
            Outcome::Answer(response) => response.into_response(),
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
                response.into_response()
            }
            Outcome::Removal(removal) => {
                let may = self.hooks.may_remove(parts, &removal).await;
                let (revoked, response) = http.remove(*removal, may).await?;
                self.hooks.revoked(parts, &revoked).await;
                response.into_response()
            }
        })
    }
}

/// Lets requests for these paths through, `{id}` standing for one segment. The body of any other stays untouched, for the
/// application's other filters.
fn one_of(paths: &'static [&'static str]) -> impl Filter<Extract = (), Error = Rejection> + Clone + Send + Sync {
    rest()
        .and_then(async move |rest: String| {
            let path = format!("/{rest}");
            if paths.iter().any(|pattern| fits(pattern, &path)) { Ok(()) } else { Err(warp::reject::not_found()) }
        })
        .untuple_one()
}

fn fits(pattern: &str, path: &str) -> bool {
    match pattern.split_once("{id}") {
        Some((before, _)) => path.strip_prefix(before).is_some_and(|id| !id.is_empty() && !id.contains('/')),
        None => path == pattern,
    }
}
