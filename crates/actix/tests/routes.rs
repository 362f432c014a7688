//! The routes over real sockets, with a software authenticator: the tests that all adapters share.
#![allow(clippy::unwrap_used, missing_docs)]

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use ceremony_actix::{
    AuthenticateBegin, AuthenticateFinish, Caller, CurrentUser, Identified, MayRemove, Members, NewAccount, Outcome,
    PasskeyHooks, PasskeyRequest, PasskeyRoutes, Registered, Removal, Revoked, SignUp, SignedIn, Tenant, UserId,
    respond,
};
use ceremony_adapter_suite::{Application, Hooks, Started, adapter_suite};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};
use std::net::TcpListener;

/// The suite's application as actix-web's hooks.
struct ActixHooks(Hooks);

/// The suite speaks version 1 of the `http` crate.
fn headers(request: &HttpRequest) -> HeaderMap {
    let pairs = request.headers().iter().map(|(name, value)| {
        let name = HeaderName::from_bytes(name.as_str().as_bytes()).unwrap();
        (name, HeaderValue::from_bytes(value.as_bytes()).unwrap())
    });
    pairs.collect()
}

impl PasskeyHooks for ActixHooks {
    async fn current_user(&self, request: &HttpRequest) -> Result<Option<CurrentUser>, HttpResponse> {
        self.0.current_user(&headers(request)).map_err(respond)
    }

    async fn session_tenant(&self, request: &HttpRequest) -> Option<Tenant> {
        self.0.session_tenant(&headers(request))
    }

    async fn signed_in(&self, _: &HttpRequest, signed_in: SignedIn) -> HttpResponse {
        respond(self.0.signed_in(&signed_in))
    }

    async fn stepped_up(&self, _: &HttpRequest, signed_in: SignedIn) -> HttpResponse {
        respond(self.0.stepped_up(&signed_in))
    }

    async fn identify(&self, _: &HttpRequest, body: &Map<String, Value>) -> Identified {
        self.0.identify(body)
    }

    async fn veto(&self, _: &HttpRequest, signed_in: &SignedIn) -> bool {
        self.0.veto(signed_in)
    }

    async fn new_account(
        &self,
        _: &HttpRequest,
        body: &Map<String, Value>,
    ) -> Result<Option<NewAccount>, HttpResponse> {
        self.0.new_account(body).map_err(respond)
    }

    async fn create_account(&self, _: &HttpRequest, sign_up: &SignUp) -> Result<UserId, HttpResponse> {
        self.0.create_account(sign_up).map_err(respond)
    }

    async fn registered(&self, _: &HttpRequest, registered: &Registered) {
        self.0.registered(registered);
    }

    async fn may_remove(&self, _: &HttpRequest, removal: &Removal) -> MayRemove {
        self.0.may_remove(removal)
    }

    async fn revoked(&self, _: &HttpRequest, revoked: &Revoked) {
        self.0.revoked(revoked);
    }
}

async fn begin(request: PasskeyRequest<AuthenticateBegin>) -> HttpResponse {
    respond(request.run(Caller::default()).await.into_response())
}

async fn sign_in(hooks: web::Data<Hooks>, request: PasskeyRequest<AuthenticateFinish>) -> HttpResponse {
    match request.run(Caller::default()).await {
        Outcome::SignedIn(signed_in) => respond(hooks.signed_in(&signed_in)),
        other => respond(other.into_response()),
    }
}

async fn members(Members(members): Members) -> HttpResponse {
    HttpResponse::Ok().json(members)
}

async fn otherwise() -> HttpResponse {
    HttpResponse::NotFound().body("the application's own")
}

fn start(application: Application) -> Started {
    let Application { sites, http, hooks } = application;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    let routes = PasskeyRoutes::new(sites, ActixHooks(hooks.clone()));
    let server = move || {
        let app = move || {
            App::new()
                .app_data(web::Data::new(http.clone()))
                .app_data(web::Data::new(hooks.clone()))
                .route("/own/sign-in/begin", web::post().to(begin))
                .route("/own/sign-in", web::post().to(sign_in))
                .route("/own/members", web::post().to(members))
                .service(routes.well_known())
                .service(routes.scope("/auth/passkeys"))
                .default_service(web::to(otherwise))
        };
        let server = HttpServer::new(app).workers(2).disable_signals().listen(listener).unwrap();
        actix_web::rt::System::new().block_on(server.run()).unwrap();
    };
    // A thread of its own, as an actix system wants it; it ends with the test's process.
    std::thread::spawn(server);
    // The socket listens already: whoever connects before the server runs waits for it.
    Box::pin(async move { at })
}

adapter_suite!(start);
