//! All routes, and the headers that every answer carries.

use crate::accounts::Accounts;
use crate::conformance::{self, Harness};
use crate::hooks::Hooks;
use crate::password::Passwords;
use crate::session::Sessions;
use crate::{auth_routes, page, problem};
use axum::Router;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::Response;
use ceremony_axum::{Code, PasskeyHttp, PasskeyRoutes};

/// What the routes work with. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) accounts: Accounts,
    pub(crate) sessions: Sessions,
    pub(crate) passwords: Passwords,
    pub(crate) passkeys: PasskeyHttp,
    /// For the FIDO conformance tool, if it is asked for.
    pub(crate) conformance: Option<Harness>,
}

/// Nothing but the page's own files runs, nothing is sent elsewhere, and nobody frames the page.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'";

const HEADERS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        HeaderName::from_static("permissions-policy"),
        "publickey-credentials-get=(self), publickey-credentials-create=(self)",
    ),
];

/// The whole site.
pub(crate) fn router(app: App) -> Router {
    let hooks = Hooks { accounts: app.accounts.clone(), sessions: app.sessions.clone() };
    let site = Router::new()
        .merge(page::router())
        .merge(auth_routes::router())
        .nest("/auth/passkeys", PasskeyRoutes::new(app.passkeys.clone(), hooks).router())
        .fallback(async || problem::known(Code::NotFound))
        .method_not_allowed_fallback(async || {
            problem::own(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", "this route does not have that method")
        })
        .layer(map_response(secure));
    match app.conformance.clone() {
        Some(harness) => site.with_state(app).merge(conformance::router(harness)),
        None => site.with_state(app),
    }
}

async fn secure(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
