//! The filters among an application's others.
#![allow(clippy::unwrap_used, missing_docs)]

use ceremony_warp::ceremony::{Ceremony, RelyingParty};
use ceremony_warp::ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemoryUsers};
use ceremony_warp::{
    Code, CurrentUser, Members, PasskeyHooks, PasskeyHttp, PasskeyRoutes, Passkeys, Problem, Refusal, SignedIn,
    members, read_body,
};
use std::net::SocketAddr;
use std::sync::Arc;
use warp::http::StatusCode;
use warp::http::request::Parts;
use warp::reply::{Reply, Response};
use warp::test::RequestBuilder;
use warp::{Filter, Rejection};

/// Answers with what a hook gets to see.
struct Telling;

impl PasskeyHooks for Telling {
    async fn current_user(&self, parts: &mut Parts) -> Result<Option<CurrentUser>, Response> {
        let address = parts.extensions.get::<SocketAddr>().copied();
        let http = parts.extensions.get::<PasskeyHttp>();
        let rp_id = http.map(|http| http.passkeys().ceremony().relying_party().id().as_str().to_owned());
        Err(format!("{} {} {address:?} {rp_id:?}", parts.method, parts.uri).into_response())
    }

    async fn signed_in(&self, _: &mut Parts, _: SignedIn) -> Response {
        StatusCode::IM_A_TEAPOT.into_response()
    }

    async fn stepped_up(&self, _: &mut Parts, _: SignedIn) -> Response {
        StatusCode::IM_A_TEAPOT.into_response()
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

/// The routes, a handler of the application's own, and a filter that takes whatever is left.
fn app() -> impl Filter<Extract = (impl Reply,), Error = Rejection> + Clone {
    let routes = PasskeyRoutes::new(http(), Telling);
    let own = warp::path!("own").and(warp::post()).and(members(http()));
    let own = own.map(|members: Result<Members, Refusal>| members.map(|Members(members)| warp::reply::json(&members)));
    let rest = warp::body::aggregate().map(|body: _| format!("{} bytes are left", warp::Buf::remaining(&body)));
    warp::path("auth").and(warp::path("passkeys")).and(routes.filter()).or(own).or(rest)
}

fn post(path: &str) -> RequestBuilder {
    warp::test::request().method("POST").path(path).header("content-type", "application/json")
}

#[tokio::test]
async fn what_is_refused_goes_no_further() {
    for path in ["/auth/passkeys/authenticate/begin", "/own"] {
        let foreign = post(path).header("origin", "https://evil.example").body("{}").reply(&app()).await;
        assert_eq!(foreign.status(), 403, "{path}");
        let broken = post(path).body("{").reply(&app()).await;
        assert_eq!(
            (broken.status(), &broken.headers()["content-type"]),
            (StatusCode::BAD_REQUEST, &"application/problem+json".parse().unwrap())
        );
        let large = post(path).body(vec![b' '; 70_000]).reply(&app()).await;
        assert_eq!(large.status(), 413, "{path}");
    }
    let wrong = warp::test::request().method("PUT").path("/auth/passkeys/credentials").reply(&app()).await;
    assert_eq!(wrong.status(), 405);
}

#[tokio::test]
async fn what_is_not_ours_goes_on_whole() {
    for path in ["/auth/passkeys/other", "/auth/passkeys/credentials/a/b", "/auth/passkeys/credentials/", "/elsewhere"]
    {
        let answer = post(path).body("untouched").reply(&app()).await;
        assert_eq!((answer.status(), &answer.body()[..]), (StatusCode::OK, &b"9 bytes are left"[..]), "{path}");
    }
}

#[tokio::test]
async fn hooks_see_the_request_below_the_prefix() {
    let request = warp::test::request().path("/auth/passkeys/credentials?a=b").remote_addr(([192, 0, 2, 7], 9).into());
    let answer = request.reply(&app()).await;
    assert_eq!(answer.body(), r#"GET /credentials?a=b Some(192.0.2.7:9) Some("example.com")"#);
    assert_eq!(answer.headers()["cache-control"], "no-store");
}

#[tokio::test]
async fn a_refusal_can_be_a_rejection() {
    let refusing = warp::any()
        .and_then(async || Err::<Response, _>(warp::reject::custom(Refusal(Problem::new(Code::RateLimited)))));
    let recovered =
        refusing.recover(async |rejection: Rejection| rejection.find::<Refusal>().cloned().ok_or(rejection));
    assert_eq!(warp::test::request().reply(&recovered).await.status(), 429);
}

#[tokio::test]
async fn bodies_are_kept_up_to_the_cap() {
    let filter = warp::body::stream().then(async |body| match read_body(body).await {
        Ok(body) => body.len().to_string().into_response(),
        Err(problem) => Refusal(problem).into_response(),
    });
    for (size, status) in [(0, 200), (65_536, 200), (65_537, 413), (16 * 1024 * 1024 + 1, 413)] {
        let answer = warp::test::request().body(vec![b' '; size]).reply(&filter).await;
        assert_eq!(answer.status(), status, "{size}");
    }
}

/// `CONNECT`, and whoever writes the target of another method that way.
#[tokio::test]
async fn a_target_without_a_path_is_nobodys() {
    let routes = PasskeyRoutes::new(http(), Telling);
    let rest = warp::any().map(|| "nobody's");
    let guarded = members(http()).map(|members: Result<Members, Refusal>| members.map(|_| "read"));
    let site = routes.well_known().or(routes.clone().filter()).or(warp::path!("x").and(guarded.clone())).or(rest);
    for method in ["CONNECT", "GET", "POST"] {
        let request = || warp::test::request().method(method).path("a.example:443");
        assert_eq!(request().reply(&site).await.body(), "nobody's", "{method}");
        let answer = request().header("content-type", "application/json").body("{}").reply(&guarded).await;
        assert_eq!(answer.body(), "read", "{method}");
    }
}
