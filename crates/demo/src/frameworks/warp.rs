//! The application on warp.

use crate::routes::Head;
use crate::site::Site;
use ceremony_warp::{
    CurrentUser, Identified, MayRemove, NewAccount, PasskeyHooks, PasskeyRoutes, Registered, Removal, Revoked, SignUp,
    SignedIn, UserId, read_body,
};
use http::request::Parts;
use http::{HeaderMap, Method};
use serde_json::{Map, Value};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use warp::filters::path::FullPath;
use warp::reply::{Reply, Response};
use warp::{Buf, Filter, Stream};

/// Serves the application until `end`, and then as long as requests run.
pub(crate) async fn serve(
    listener: TcpListener,
    site: Arc<Site>,
    end: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let passkeys = PasskeyRoutes::new(site.passkeys.clone(), Hooks(Arc::clone(&site)));
    let passkeys = warp::path("auth").and(warp::path("passkeys")).and(passkeys.filter());
    let application = passkeys.or(own(Arc::clone(&site))).unify().map(move |mut response: Response| {
        site.headers.put(response.headers_mut());
        response
    });
    warp::serve(application).incoming(listener).graceful(end).run().await;
    Ok(())
}

/// The application's own routes.
fn own(site: Arc<Site>) -> impl Filter<Extract = (Response,), Error = warp::Rejection> + Clone + Send + Sync + 'static {
    let query = warp::query::raw().map(Some).or_else(async |_| Ok::<_, std::convert::Infallible>((None::<String>,)));
    warp::method()
        .and(path())
        .and(query)
        .and(warp::header::headers_cloned())
        .and(warp::addr::remote())
        .and(warp::body::stream())
        .then(move |method, path, query, headers, peer, body| {
            let site = Arc::clone(&site);
            async move { answer(&site, method, path, query, headers, peer, body).await }
        })
}

/// The path. [`warp::path::full`] panics where a target has none, as that of `CONNECT` has.
fn path() -> impl Filter<Extract = (String,), Error = std::convert::Infallible> + Copy + Send + Sync + 'static {
    let full = warp::path::full().map(|path: FullPath| path.as_str().to_owned());
    warp::path::end().map(|| "/".to_owned()).or(full).unify()
}

async fn answer(
    site: &Site,
    method: Method,
    path: String,
    query: Option<String>,
    headers: HeaderMap,
    peer: Option<SocketAddr>,
    body: impl Stream<Item = Result<impl Buf, warp::Error>> + Send,
) -> Response {
    let peer = peer.map(|address| address.ip());
    let head = Head { method: &method, path: &path, query: query.as_deref(), headers: &headers, peer };
    let answer = match site.admit(&head) {
        Ok(admitted) if !admitted.takes_body() => site.answer(admitted, &headers, &[]).await,
        Ok(admitted) => match read_body(body).await {
            Ok(body) => site.answer(admitted, &headers, &body).await,
            Err(problem) => problem.into_response(),
        },
        Err(refusal) => refusal.into_answer(),
    };
    answer.into_response()
}

struct Hooks(Arc<Site>);

impl PasskeyHooks for Hooks {
    async fn current_user(&self, parts: &mut Parts) -> Result<Option<CurrentUser>, Response> {
        self.0.current_user(&parts.headers).await.map_err(Reply::into_response)
    }

    async fn identify(&self, _: &mut Parts, body: &Map<String, Value>) -> Identified {
        self.0.identify(body).await
    }

    async fn signed_in(&self, parts: &mut Parts, signed_in: SignedIn) -> Response {
        self.0.signed_in(&parts.headers, &signed_in).await.into_response()
    }

    async fn stepped_up(&self, parts: &mut Parts, signed_in: SignedIn) -> Response {
        self.0.stepped_up(&parts.headers, &signed_in).await.into_response()
    }

    async fn new_account(&self, _: &mut Parts, body: &Map<String, Value>) -> Result<Option<NewAccount>, Response> {
        self.0.new_account(body).map(Some).map_err(|refusal| refusal.into_answer().into_response())
    }

    async fn create_account(&self, _: &mut Parts, sign_up: &SignUp) -> Result<UserId, Response> {
        self.0.create_account(sign_up).await.map_err(Reply::into_response)
    }

    async fn registered(&self, _: &mut Parts, registered: &Registered) {
        self.0.registered(registered);
    }

    async fn may_remove(&self, _: &mut Parts, removal: &Removal) -> MayRemove {
        self.0.may_remove(removal).await
    }

    async fn revoked(&self, parts: &mut Parts, revoked: &Revoked) {
        self.0.revoked(&parts.headers, revoked).await;
    }
}
