//! What is actix-web's own: its paths, its scopes, its data, and hooks that stay on one thread.
#![allow(clippy::unwrap_used, missing_docs)]

use actix_web::body::to_bytes;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, HttpMessage, HttpRequest, HttpResponse, ResponseError, web};
use ceremony_actix::ceremony::{Ceremony, RelyingParty};
use ceremony_actix::ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemoryUsers};
use ceremony_actix::{
    Code, CurrentUser, Members, PasskeyHooks, PasskeyHttp, PasskeyRoutes, Passkeys, Problem, Refusal, SignedIn,
};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

/// Hooks that could not leave their thread: `current_user` holds them across an await.
#[derive(Clone, Default)]
struct Local(Rc<Cell<u32>>);

impl PasskeyHooks for Local {
    async fn current_user(&self, request: &HttpRequest) -> Result<Option<CurrentUser>, HttpResponse> {
        let asked = Rc::clone(&self.0);
        actix_web::rt::task::yield_now().await;
        asked.set(asked.get() + 1);
        // The relying party is told, and the prefix may have parameters of its own.
        let http = request.extensions().get::<PasskeyHttp>().cloned().unwrap();
        let tenant = request.match_info().query("tenant").to_owned();
        let mut answer = HttpResponse::Accepted();
        if tenant == "cached" {
            answer.insert_header((CACHE_CONTROL, "max-age=1"));
        }
        Err(answer.body(format!("{} {tenant}", http.passkeys().ceremony().relying_party().id().as_str())))
    }

    async fn signed_in(&self, _: &HttpRequest, _: SignedIn) -> HttpResponse {
        HttpResponse::Ok().finish()
    }

    async fn stepped_up(&self, _: &HttpRequest, _: SignedIn) -> HttpResponse {
        HttpResponse::Ok().finish()
    }
}

fn http() -> PasskeyHttp {
    let relying_party = RelyingParty::builder("example.com", "Example").origin("https://example.com").build().unwrap();
    let passkeys = Passkeys::builder(Ceremony::new(relying_party))
        .credentials(Arc::new(MemoryCredentials::new()))
        .users(Arc::new(MemoryUsers::new()))
        .ceremonies(Arc::new(MemoryCeremonies::new(10)))
        .build();
    PasskeyHttp::new(passkeys.unwrap())
}

/// Status, `Cache-Control` and body.
async fn read(response: ServiceResponse) -> (u16, Option<String>, String) {
    let cache = response.headers().get(CACHE_CONTROL).map(|value| value.to_str().unwrap().to_owned());
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body()).await.unwrap();
    (status, cache, String::from_utf8(body.to_vec()).unwrap())
}

macro_rules! get {
    ($app:expr, $path:expr) => {
        read(call_service(&$app, TestRequest::get().uri($path).to_request()).await).await
    };
}

#[actix_web::test]
async fn hooks_may_stay_on_their_thread() {
    let hooks = Local::default();
    let routes = PasskeyRoutes::new(http(), hooks.clone());
    let app = init_service(App::new().service(web::scope("/{tenant}").service(routes.scope("/auth/passkeys"))));
    let app = app.await;
    let no_store = Some("no-store".to_owned());
    assert_eq!(get!(app, "/blue/auth/passkeys/credentials"), (202, no_store, "example.com blue".to_owned()));
    // What the application says of caches stands.
    let own = Some("max-age=1".to_owned());
    assert_eq!(get!(app, "/cached/auth/passkeys/credentials"), (202, own, "example.com cached".to_owned()));
    assert_eq!(hooks.0.get(), 2);
}

#[actix_web::test]
async fn a_route_has_one_spelling() {
    let routes = PasskeyRoutes::new(http(), Local::default());
    let app = App::new()
        .service(routes.well_known())
        .service(routes.scope("/auth/passkeys"))
        .default_service(web::to(|| async { HttpResponse::NotFound().body("the application's own") }));
    let app = init_service(app).await;
    for path in [
        "/auth/passkeys/%63redentials",
        "/auth/passkeys/register%2Fbegin",
        "/auth/passkeys/%63redentials/AAAAAAAAAAAAAAAAAAAAAA",
        "/auth/passkeys/passkeys%2Ejs",
        "/%2Ewell-known/webauthn",
    ] {
        assert_eq!(get!(app, path), (404, None, "the application's own".to_owned()), "{path}");
    }
    assert_eq!(get!(app, "/auth/passkeys/passkeys.js").0, 200);
    assert!(get!(app, "/.well-known/webauthn").2.contains("not_found"));
}

#[actix_web::test]
async fn the_applications_own_routes_stand_in_the_same_scope() {
    let routes = PasskeyRoutes::new(http(), Local::default());
    let scope = routes.scope("/auth").route("/login", web::get().to(|| async { "login" }));
    let app = init_service(App::new().service(scope)).await;
    assert_eq!(get!(app, "/auth/login"), (200, None, "login".to_owned()));
    assert_eq!(get!(app, "/auth/credentials").0, 202);
}

#[actix_web::test]
async fn extractors_need_the_applications_data() {
    let members = || web::get().to(async |Members(members): Members| HttpResponse::Ok().json(members));
    let without = init_service(App::new().route("/", members())).await;
    assert_eq!(get!(without, "/").0, 500);
    let with = App::new().app_data(web::Data::new(http())).route("/", members());
    let with = init_service(with).await;
    assert_eq!(get!(with, "/").0, 415);
}

#[actix_web::test]
async fn a_refusal_is_an_answer_and_an_error() {
    let problem = || Refusal(Problem::new(Code::NotSignedIn));
    let app = App::new()
        .route("/answer", web::get().to(move || async move { problem() }))
        .route("/error", web::get().to(move || async move { Err::<HttpResponse, _>(problem()) }));
    let app = init_service(app).await;
    let (answer, error) = (get!(app, "/answer"), get!(app, "/error"));
    assert_eq!((answer.0, answer.1.as_deref()), (401, Some("no-store")));
    assert!(answer.2.contains(r#""code":"not_signed_in""#));
    assert_eq!(answer, error);
    assert_eq!(problem().status_code(), 401);
    assert_eq!(problem().to_string(), "refused: not_signed_in");
}
