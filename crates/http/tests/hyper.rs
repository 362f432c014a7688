//! The adapter of the example `hyper` passes the tests that all adapters share.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, missing_debug_implementations, unreachable_pub)]

#[path = "../examples/hyper/adapter.rs"]
mod adapter;

use adapter::{Answer, Hooks, Routes, members, read_body, refuse};
use bytes::Bytes;
use ceremony_adapter_suite::{Application, Reply, Started, adapter_suite};
use ceremony_http::{
    AuthenticateBegin, AuthenticateFinish, Caller, CurrentUser, Head, Identified, MayRemove, NewAccount, Operation,
    Outcome, PasskeyHttp, Problem, Registered, Removal, Revoked, SignUp, SignedIn, Tenant, UserId,
};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value};
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// The suite's application as the example's hooks.
struct Suite(ceremony_adapter_suite::Hooks);

fn answer(reply: Reply) -> Answer {
    reply.map(Full::new)
}

impl Hooks for Suite {
    async fn current_user(&self, parts: &mut Parts) -> Result<Option<CurrentUser>, Answer> {
        self.0.current_user(&parts.headers).map_err(answer)
    }

    async fn session_tenant(&self, parts: &mut Parts) -> Option<Tenant> {
        self.0.session_tenant(&parts.headers)
    }

    async fn signed_in(&self, _: &mut Parts, signed_in: SignedIn) -> Answer {
        answer(self.0.signed_in(&signed_in))
    }

    async fn stepped_up(&self, _: &mut Parts, signed_in: SignedIn) -> Answer {
        answer(self.0.stepped_up(&signed_in))
    }

    async fn identify(&self, _: &mut Parts, body: &Map<String, Value>) -> Identified {
        self.0.identify(body)
    }

    async fn veto(&self, _: &mut Parts, signed_in: &SignedIn) -> bool {
        self.0.veto(signed_in)
    }

    async fn new_account(&self, _: &mut Parts, body: &Map<String, Value>) -> Result<Option<NewAccount>, Answer> {
        self.0.new_account(body).map_err(answer)
    }

    async fn create_account(&self, _: &mut Parts, sign_up: &SignUp) -> Result<UserId, Answer> {
        self.0.create_account(sign_up).map_err(answer)
    }

    async fn registered(&self, _: &mut Parts, registered: &Registered) {
        self.0.registered(registered);
    }

    async fn may_remove(&self, _: &mut Parts, removal: &Removal) -> MayRemove {
        self.0.may_remove(removal)
    }

    async fn revoked(&self, _: &mut Parts, revoked: &Revoked) {
        self.0.revoked(revoked);
    }
}

/// A ceremony's request under a path of the application's own.
async fn own<O: Operation>(http: &PasskeyHttp, request: Request<Incoming>, peer: IpAddr) -> Result<Outcome, Problem> {
    let (parts, body) = request.into_parts();
    let admitted = http.admit_as(O::ROUTE, &Head::of(&parts).peer(Some(peer)))?;
    let prepared = http.prepare(admitted, &read_body(body).await?)?;
    Ok(http.run(prepared, Caller::default()).await)
}

struct Server {
    http: PasskeyHttp,
    hooks: ceremony_adapter_suite::Hooks,
    routes: Routes<Suite>,
}

impl Server {
    async fn serve(&self, request: Request<Incoming>, peer: IpAddr) -> Result<Answer, Problem> {
        let path = request.uri().path().to_owned();
        if let Some(path) = self.routes.path(&path) {
            return Ok(self.routes.serve(request, path, peer).await);
        }
        Ok(match path.as_str() {
            "/own/sign-in/begin" => {
                own::<AuthenticateBegin>(&self.http, request, peer).await?.into_response().map(Full::new)
            }
            "/own/sign-in" => match own::<AuthenticateFinish>(&self.http, request, peer).await? {
                Outcome::SignedIn(signed_in) => answer(self.hooks.signed_in(&signed_in)),
                other => other.into_response().map(Full::new),
            },
            "/own/members" => {
                let members = members(&self.http, request, peer).await?;
                Response::new(Bytes::from(Value::Object(members).to_string()).into())
            }
            path if PasskeyHttp::WELL_KNOWN.contains(&path) => {
                let (parts, _) = request.into_parts();
                let head = Head::of(&parts);
                self.routes.sites.find(&head)?.well_known(&head).map(Full::new)
            }
            _ => {
                let mut answer = Response::new(Bytes::from("the application's own").into());
                *answer.status_mut() = StatusCode::NOT_FOUND;
                answer
            }
        })
    }
}

fn start(application: Application) -> Started {
    Box::pin(async move {
        let Application { sites, http, hooks } = application;
        let routes = Routes { prefix: "/auth/passkeys", sites, hooks: Suite(hooks.clone()) };
        let server = Arc::new(Server { http, hooks, routes });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((stream, peer)) = listener.accept().await {
                let server = Arc::clone(&server);
                let service = service_fn(move |request| {
                    let server = Arc::clone(&server);
                    async move {
                        let answer = server.serve(request, peer.ip()).await;
                        Ok::<_, Infallible>(answer.unwrap_or_else(refuse))
                    }
                });
                let connection =
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                tokio::spawn(connection);
            }
        });
        at
    })
}

adapter_suite!(start);
