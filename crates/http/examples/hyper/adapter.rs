//! What an adapter does, with nothing but hyper: from a request to an answer, and the application asked in between.

use bytes::Bytes;
use ceremony_http::{
    BodyReader, Caller, Code, CurrentUser, Head, Identified, MayRemove, NewAccount, Outcome, PasskeyHttp, Prepared,
    Problem, Registered, Removal, Revoked, Route, SignUp, SignedIn, Sites, Tenant, UserId,
};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::http::uri::PathAndQuery;
use hyper::{Request, Response, Uri, header};
use serde_json::{Map, Value};
use std::future::Future;
use std::future::ready;
use std::net::IpAddr;

pub type Answer = Response<Full<Bytes>>;

/// The application's side. An adapter for a framework gives most of these an answer by default.
pub trait Hooks: Send + Sync + 'static {
    fn current_user(&self, parts: &mut Parts) -> impl Future<Output = Result<Option<CurrentUser>, Answer>> + Send;
    /// Where one server has several tenants: whose session it is.
    fn session_tenant(&self, _: &mut Parts) -> impl Future<Output = Option<Tenant>> + Send {
        ready(None)
    }
    fn signed_in(&self, parts: &mut Parts, signed_in: SignedIn) -> impl Future<Output = Answer> + Send;
    fn stepped_up(&self, parts: &mut Parts, signed_in: SignedIn) -> impl Future<Output = Answer> + Send;
    fn identify(&self, parts: &mut Parts, body: &Map<String, Value>) -> impl Future<Output = Identified> + Send;
    fn veto(&self, parts: &mut Parts, signed_in: &SignedIn) -> impl Future<Output = bool> + Send;
    fn new_account(
        &self,
        parts: &mut Parts,
        body: &Map<String, Value>,
    ) -> impl Future<Output = Result<Option<NewAccount>, Answer>> + Send;
    fn create_account(
        &self,
        parts: &mut Parts,
        sign_up: &SignUp,
    ) -> impl Future<Output = Result<UserId, Answer>> + Send;
    fn registered(&self, parts: &mut Parts, registered: &Registered) -> impl Future<Output = ()> + Send;
    fn may_remove(&self, parts: &mut Parts, removal: &Removal) -> impl Future<Output = MayRemove> + Send;
    fn revoked(&self, parts: &mut Parts, revoked: &Revoked) -> impl Future<Output = ()> + Send;
}

/// The passkey routes under a prefix.
pub struct Routes<H> {
    pub prefix: &'static str,
    pub sites: Sites,
    pub hooks: H,
}

impl<H: Hooks> Routes<H> {
    /// What comes after the prefix, if that is one of the routes' paths; whatever the method.
    pub fn path<'a>(&self, path: &'a str) -> Option<&'a str> {
        let path = path.strip_prefix(self.prefix)?;
        let fits = |pattern: &&str| match pattern.split_once("{id}") {
            Some((before, _)) => path.strip_prefix(before).is_some_and(|id| !id.is_empty() && !id.contains('/')),
            None => path == *pattern,
        };
        Route::PATHS.iter().any(fits).then_some(path)
    }

    /// Answers a request for a path that [`path`](Self::path) found.
    pub async fn serve(&self, request: Request<Incoming>, path: &str, peer: IpAddr) -> Answer {
        let answer = self.answer(request, path, peer).await;
        let mut answer = answer.unwrap_or_else(refuse);
        let no_store = header::HeaderValue::from_static("no-store");
        answer.headers_mut().entry(header::CACHE_CONTROL).or_insert(no_store);
        answer
    }

    async fn answer(&self, request: Request<Incoming>, path: &str, peer: IpAddr) -> Result<Answer, Problem> {
        // Head: the path without the prefix, the rest as it came, and the socket's address.
        let (mut parts, body) = request.into_parts();
        parts.uri = below_prefix(parts.uri, path);
        let head = Head::of(&parts).peer(Some(peer));
        // Admit: which relying party, which route, whose page, which content type.
        let http = self.sites.find(&head)?;
        let admitted = http.admit(&head)?;
        // Body, only now.
        let body = if admitted.takes_body() { read_body(body).await? } else { Vec::new() };
        // Prepare: the body is what the route takes. Nothing was used up so far.
        let prepared = http.prepare(admitted, &body)?;
        // Caller: what the application knows.
        let caller = match self.caller(&mut parts, http, &prepared).await {
            Ok(caller) => caller,
            Err(answer) => return Ok(answer),
        };
        // Run, and what it came to.
        let outcome = http.run(prepared, caller).await;
        self.outcome(&mut parts, http, outcome).await
    }

    async fn caller(&self, parts: &mut Parts, http: &PasskeyHttp, prepared: &Prepared) -> Result<Caller, Answer> {
        let mut caller = Caller::default();
        if prepared.needs_user() {
            caller.user = self.hooks.current_user(parts).await?;
        }
        if caller.user.is_some() && http.wants_session_tenant() {
            caller.session_tenant = self.hooks.session_tenant(parts).await;
        }
        if let Some(members) = prepared.identify() {
            caller.identified = self.hooks.identify(parts, members).await;
        }
        if let Some(members) = prepared.new_account() {
            caller.new_account = self.hooks.new_account(parts, members).await?;
        }
        Ok(caller)
    }

    async fn outcome(&self, parts: &mut Parts, http: &PasskeyHttp, outcome: Outcome) -> Result<Answer, Problem> {
        Ok(match outcome {
            Outcome::Answer(response) => response.map(Full::new),
            Outcome::SignedIn(signed_in) => {
                if self.hooks.veto(parts, &signed_in).await {
                    return Err(Problem::new(Code::SignInRefused));
                }
                self.hooks.signed_in(parts, *signed_in).await
            }
            Outcome::SteppedUp(signed_in) => self.hooks.stepped_up(parts, *signed_in).await,
            Outcome::SignUp(sign_up) => match self.hooks.create_account(parts, &sign_up).await {
                Ok(user) => {
                    let (registered, signed_in) = http.complete(*sign_up, &user).await?;
                    self.hooks.registered(parts, &registered).await;
                    self.hooks.signed_in(parts, signed_in).await
                }
                Err(answer) => {
                    http.abandon(*sign_up).await;
                    answer
                }
            },
            Outcome::Registered(registered, response) => {
                self.hooks.registered(parts, &registered).await;
                response.map(Full::new)
            }
            Outcome::Removal(removal) => {
                let may = self.hooks.may_remove(parts, &removal).await;
                let (revoked, response) = http.remove(*removal, may).await?;
                self.hooks.revoked(parts, &revoked).await;
                response.map(Full::new)
            }
        })
    }
}

/// Reads a body and keeps at most 64 KiB of it.
pub async fn read_body(mut body: Incoming) -> Result<Vec<u8>, Problem> {
    let mut reader = BodyReader::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Problem::new(Code::InvalidRequest))?;
        let Ok(data) = frame.into_data() else { continue };
        if !reader.push(&data) {
            break;
        }
    }
    reader.finish()
}

/// The members of a request of the application's own, by the passkey routes' rules.
pub async fn members(
    http: &PasskeyHttp,
    request: Request<Incoming>,
    peer: IpAddr,
) -> Result<Map<String, Value>, Problem> {
    let (parts, body) = request.into_parts();
    http.guard(&Head::of(&parts).peer(Some(peer)))?;
    http.members(&parts.headers, &read_body(body).await?)
}

/// A problem as an answer of the routes' shape.
pub fn refuse(problem: Problem) -> Answer {
    problem.into_response().map(Full::new)
}

/// The target with another path: its host stays, for [`Sites`].
fn below_prefix(uri: Uri, path: &str) -> Uri {
    let mut parts = uri.into_parts();
    parts.path_and_query = PathAndQuery::try_from(path).ok();
    Uri::from_parts(parts).unwrap_or_default()
}
