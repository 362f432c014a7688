//! The routes over real sockets, with a software authenticator: the tests that all adapters share.
#![allow(clippy::unwrap_used, missing_docs)]

use ceremony_adapter_suite::{Application, Hooks, Reply as Answer, Started, adapter_suite};
use ceremony_warp::{
    AuthenticateBegin, AuthenticateFinish, Caller, CurrentUser, Identified, MayRemove, Members, NewAccount, Outcome,
    PasskeyHooks, PasskeyRequest, PasskeyRoutes, Refusal, Registered, Removal, Revoked, SignUp, SignedIn, Tenant,
    UserId, members, passkey_request,
};
use serde_json::{Map, Value};
use warp::http::StatusCode;
use warp::http::request::Parts;
use warp::reply::{Reply, Response};
use warp::{Filter, any, path, post};

/// The suite's application as warp's hooks.
struct WarpHooks(Hooks);

fn answer(reply: Answer) -> Response {
    reply.into_response()
}

impl PasskeyHooks for WarpHooks {
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

async fn begin(request: Result<PasskeyRequest<AuthenticateBegin>, Refusal>) -> Result<Response, Refusal> {
    Ok(request?.run(Caller::default()).await.into_response().into_response())
}

async fn sign_in(
    request: Result<PasskeyRequest<AuthenticateFinish>, Refusal>,
    hooks: Hooks,
) -> Result<Response, Refusal> {
    Ok(match request?.run(Caller::default()).await {
        Outcome::SignedIn(signed_in) => answer(hooks.signed_in(&signed_in)),
        other => other.into_response().into_response(),
    })
}

fn start(application: Application) -> Started {
    Box::pin(async move {
        let Application { sites, http, hooks } = application;
        let routes = PasskeyRoutes::new(sites, WarpHooks(hooks.clone()));
        let own = path("own").and(
            path!("sign-in" / "begin")
                .and(post())
                .and(passkey_request(http.clone()))
                .then(begin)
                .or(path!("sign-in")
                    .and(post())
                    .and(passkey_request(http.clone()))
                    .and(any().map(move || hooks.clone()))
                    .then(sign_in))
                .or(path!("members").and(post()).and(members(http)).map(|members: Result<Members, Refusal>| {
                    members.map(|Members(members)| warp::reply::json(&members))
                })),
        );
        let app = own
            .or(routes.well_known())
            .or(path("auth").and(path("passkeys")).and(routes.filter()))
            .or(any().map(|| warp::reply::with_status("the application's own", StatusCode::NOT_FOUND)));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        tokio::spawn(warp::serve(app).incoming(listener).run());
        at
    })
}

adapter_suite!(start);
