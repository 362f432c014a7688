//! The routes over real sockets, with a software authenticator: the tests that all adapters share.
#![allow(clippy::unwrap_used, missing_docs)]

use axum::Router;
use axum::body::Body;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::post;
use ceremony_adapter_suite::{Application, Hooks, Reply, Started, adapter_suite};
use ceremony_axum::{
    AuthenticateBegin, AuthenticateFinish, Caller, CurrentUser, Identified, MayRemove, Members, NewAccount, Outcome,
    PasskeyHooks, PasskeyHttp, PasskeyRequest, PasskeyRoutes, Registered, Removal, Revoked, SignUp, SignedIn, Tenant,
    UserId,
};
use serde_json::{Map, Value};
use std::net::SocketAddr;

/// The suite's application as axum's hooks.
struct AxumHooks(Hooks);

fn answer(reply: Reply) -> Response {
    reply.map(Body::from)
}

impl PasskeyHooks for AxumHooks {
    async fn current_user(&self, parts: &mut Parts) -> Result<Option<CurrentUser>, Response> {
        self.0.current_user(&parts.headers).map_err(answer)
    }

    async fn session_tenant(&self, parts: &mut Parts) -> Option<Tenant> {
        self.0.session_tenant(&parts.headers)
    }

    async fn signed_in(&self, _: &mut Parts, signed_in: SignedIn) -> Response {
        answer(self.0.signed_in(&signed_in))
    }

    async fn stepped_up(&self, _: &mut Parts, signed_in: SignedIn) -> Response {
        answer(self.0.stepped_up(&signed_in))
    }

    async fn identify(&self, _: &mut Parts, body: &Map<String, Value>) -> Identified {
        self.0.identify(body)
    }

    async fn veto(&self, _: &mut Parts, signed_in: &SignedIn) -> bool {
        self.0.veto(signed_in)
    }

    async fn new_account(&self, _: &mut Parts, body: &Map<String, Value>) -> Result<Option<NewAccount>, Response> {
        self.0.new_account(body).map_err(answer)
    }

    async fn create_account(&self, _: &mut Parts, sign_up: &SignUp) -> Result<UserId, Response> {
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

#[derive(Clone)]
struct Own {
    http: PasskeyHttp,
    hooks: Hooks,
}

impl axum::extract::FromRef<Own> for PasskeyHttp {
    fn from_ref(own: &Own) -> Self {
        own.http.clone()
    }
}

async fn begin(request: PasskeyRequest<AuthenticateBegin>) -> Response {
    request.run(Caller::default()).await.into_response().map(Body::from)
}

async fn sign_in(
    axum::extract::State(own): axum::extract::State<Own>,
    request: PasskeyRequest<AuthenticateFinish>,
) -> Response {
    match request.run(Caller::default()).await {
        Outcome::SignedIn(signed_in) => answer(own.hooks.signed_in(&signed_in)),
        other => other.into_response().map(Body::from),
    }
}

fn start(application: Application) -> Started {
    Box::pin(async move {
        let Application { sites, http, hooks } = application;
        let routes = PasskeyRoutes::new(sites, AxumHooks(hooks.clone()));
        let app = Router::new()
            .route("/own/sign-in/begin", post(begin))
            .route("/own/sign-in", post(sign_in))
            .route("/own/members", post(async |Members(members)| axum::Json(members)))
            .merge(routes.well_known())
            .nest("/auth/passkeys", routes.router())
            .fallback(async || (StatusCode::NOT_FOUND, "the application's own"))
            .with_state(Own { http, hooks });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let service = app.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        at
    })
}

adapter_suite!(start);
