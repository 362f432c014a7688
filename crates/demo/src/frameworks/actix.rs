//! The application on actix-web.

use crate::answer::Answer;
use crate::routes::Head;
use crate::site::{PREFIX, Site};
use actix_web::http::header::HeaderMap as ActixHeaders;
use actix_web::middleware::DefaultHeaders;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, rt, web};
use ceremony_actix::{
    CurrentUser, Identified, MayRemove, NewAccount, PasskeyHooks, PasskeyRoutes, Registered, Removal, Revoked, SignUp,
    SignedIn, UserId, read_body, respond,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Map, Value};
use std::io::Error;
use std::sync::Arc;
use tokio::net::TcpListener;

/// How long requests that run may take when the server is told to end, in seconds.
const SHUTDOWN: u64 = 10;

/// Serves the application until `end`, and then as long as requests run.
///
/// actix-web has runtimes of its own, one for each of its threads; the stores' connections stay with the runtime that opened
/// them, and are asked from here.
pub(crate) async fn serve(
    listener: TcpListener,
    site: Arc<Site>,
    end: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let listener = listener.into_std()?;
    let (told, ending) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        end.await;
        // Nobody waits for it once the server has ended.
        let _ = told.send(());
    });
    let (over, ended) = tokio::sync::oneshot::channel();
    // Not a task: whoever ends the demo does not wait for it.
    std::thread::spawn(move || {
        let outcome = rt::System::new().block_on(async move {
            let routes = PasskeyRoutes::new(site.passkeys.clone(), Hooks(Arc::clone(&site)));
            let server = HttpServer::new(move || {
                let headers = site.headers.iter().fold(DefaultHeaders::new(), DefaultHeaders::add);
                App::new()
                    .app_data(web::Data::from(Arc::clone(&site)))
                    .service(routes.scope(PREFIX))
                    .default_service(web::to(own))
                    .wrap(headers)
            });
            let server = server.disable_signals().shutdown_timeout(SHUTDOWN).listen(listener)?.run();
            let handle = server.handle();
            rt::spawn(async move {
                let _ = ending.await;
                handle.stop(true).await;
            });
            server.await
        });
        let _ = over.send(outcome);
    });
    ended.await.map_err(Error::other)?
}

/// The application's own routes.
async fn own(site: web::Data<Site>, request: HttpRequest, body: web::Payload) -> HttpResponse {
    let Ok(method) = Method::from_bytes(request.method().as_str().as_bytes()) else {
        return HttpResponse::BadRequest().finish();
    };
    let headers = headers(request.headers());
    let (path, query) = (request.uri().path(), request.uri().query());
    let peer = request.peer_addr().map(|address| address.ip());
    let head = Head { method: &method, path, query, headers: &headers, peer };
    respond(match site.admit(&head) {
        Ok(admitted) if !admitted.takes_body() => site.answer(admitted, &headers, &[]).await,
        Ok(admitted) => match read_body(body).await {
            Ok(body) => site.answer(admitted, &headers, &body).await,
            Err(problem) => problem.into_response(),
        },
        Err(refusal) => refusal.into_answer(),
    })
}

/// actix-web's headers, of version 0.2 of the `http` crate, as those of version 1.
fn headers(headers: &ActixHeaders) -> HeaderMap {
    let convert = |(name, value): (&actix_web::http::header::HeaderName, &actix_web::http::header::HeaderValue)| {
        let name = HeaderName::from_bytes(name.as_str().as_bytes()).ok()?;
        Some((name, HeaderValue::from_bytes(value.as_bytes()).ok()?))
    };
    let mut converted = HeaderMap::new();
    headers.iter().filter_map(convert).for_each(|(name, value)| {
        converted.append(name, value);
    });
    converted
}

struct Hooks(Arc<Site>);

fn refuse(answer: Answer) -> HttpResponse {
    respond(answer)
}

impl PasskeyHooks for Hooks {
    async fn current_user(&self, request: &HttpRequest) -> Result<Option<CurrentUser>, HttpResponse> {
        self.0.current_user(&headers(request.headers())).await.map_err(refuse)
    }

    async fn identify(&self, _: &HttpRequest, body: &Map<String, Value>) -> Identified {
        self.0.identify(body).await
    }

    async fn signed_in(&self, request: &HttpRequest, signed_in: SignedIn) -> HttpResponse {
        respond(self.0.signed_in(&headers(request.headers()), &signed_in).await)
    }

    async fn stepped_up(&self, request: &HttpRequest, signed_in: SignedIn) -> HttpResponse {
        respond(self.0.stepped_up(&headers(request.headers()), &signed_in).await)
    }

    async fn new_account(
        &self,
        _: &HttpRequest,
        body: &Map<String, Value>,
    ) -> Result<Option<NewAccount>, HttpResponse> {
        self.0.new_account(body).map(Some).map_err(|refusal| refuse(refusal.into_answer()))
    }

    async fn create_account(&self, _: &HttpRequest, sign_up: &SignUp) -> Result<UserId, HttpResponse> {
        self.0.create_account(sign_up).await.map_err(refuse)
    }

    async fn registered(&self, _: &HttpRequest, registered: &Registered) {
        self.0.registered(registered);
    }

    async fn may_remove(&self, _: &HttpRequest, removal: &Removal) -> MayRemove {
        self.0.may_remove(removal).await
    }

    async fn revoked(&self, request: &HttpRequest, revoked: &Revoked) {
        self.0.revoked(&headers(request.headers()), revoked).await;
    }
}
