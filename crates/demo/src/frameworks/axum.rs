//! The application on axum.

use crate::routes::Head;
use crate::site::{PREFIX, Site};
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::middleware::map_response_with_state;
use axum::response::Response;
use ceremony_axum::{
    CurrentUser, Identified, MayRemove, NewAccount, PasskeyHooks, PasskeyRoutes, Registered, Removal, Revoked, SignUp,
    SignedIn, UserId, read_body,
};
use serde_json::{Map, Value};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Serves the application until `end`, and then as long as requests run.
pub(crate) async fn serve(
    listener: TcpListener,
    site: Arc<Site>,
    end: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = router(site).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(end).await
}

fn router(site: Arc<Site>) -> Router {
    let passkeys = PasskeyRoutes::new(site.passkeys.clone(), Hooks(Arc::clone(&site)));
    let secure = async |State(site): State<Arc<Site>>, mut response: Response| {
        site.headers.put(response.headers_mut());
        response
    };
    Router::new()
        .nest(PREFIX, passkeys.router())
        .fallback(own)
        .with_state(Arc::clone(&site))
        .layer(map_response_with_state(site, secure))
}

/// The application's own routes.
async fn own(State(site): State<Arc<Site>>, request: Request) -> Response {
    let (Parts { method, uri, headers, extensions, .. }, body) = request.into_parts();
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
    let head = Head { method: &method, path: uri.path(), query: uri.query(), headers: &headers, peer };
    let answer = match site.admit(&head) {
        Ok(admitted) if !admitted.takes_body() => site.answer(admitted, &headers, &[]).await,
        Ok(admitted) => match read_body(body).await {
            Ok(body) => site.answer(admitted, &headers, &body).await,
            Err(problem) => problem.into_response(),
        },
        Err(refusal) => refusal.into_answer(),
    };
    answer.map(Body::from)
}

struct Hooks(Arc<Site>);

impl PasskeyHooks for Hooks {
    async fn current_user(&self, parts: &mut Parts) -> Result<Option<CurrentUser>, Response> {
        self.0.current_user(&parts.headers).await.map_err(|answer| answer.map(Body::from))
    }

    async fn identify(&self, _: &mut Parts, body: &Map<String, Value>) -> Identified {
        self.0.identify(body).await
    }

    async fn signed_in(&self, parts: &mut Parts, signed_in: SignedIn) -> Response {
        self.0.signed_in(&parts.headers, &signed_in).await.map(Body::from)
    }

    async fn stepped_up(&self, parts: &mut Parts, signed_in: SignedIn) -> Response {
        self.0.stepped_up(&parts.headers, &signed_in).await.map(Body::from)
    }

    async fn new_account(&self, _: &mut Parts, body: &Map<String, Value>) -> Result<Option<NewAccount>, Response> {
        self.0.new_account(body).map(Some).map_err(|refusal| refusal.into_answer().map(Body::from))
    }

    async fn create_account(&self, _: &mut Parts, sign_up: &SignUp) -> Result<UserId, Response> {
        self.0.create_account(sign_up).await.map_err(|answer| answer.map(Body::from))
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
