//! The application around the passkey routes: as small as one can be.

use super::USER;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use ceremony_axum::ceremony_service::{Clock, SystemClock};
use ceremony_axum::{CurrentUser, PasskeyHooks, PasskeyHttp, PasskeyRoutes, Passkeys, RateLimits, SignedIn, UserId};

/// Without sessions, which would be measured along: a header says who registers, and a sign-in is answered with the passkey
/// as JSON.
struct Hooks;

impl PasskeyHooks for Hooks {
    async fn current_user(&self, parts: &mut Parts) -> Result<Option<CurrentUser>, Response> {
        let name = parts.headers.get(USER).and_then(|name| name.to_str().ok()).unwrap_or_default();
        Ok(UserId::new(name).map(|id| CurrentUser {
            id,
            name: name.to_owned(),
            display_name: String::new(),
            authenticated_at: SystemClock.now(),
        }))
    }

    async fn signed_in(&self, _: &mut Parts, signed_in: SignedIn) -> Response {
        Json(signed_in.credential).into_response()
    }

    async fn stepped_up(&self, parts: &mut Parts, signed_in: SignedIn) -> Response {
        self.signed_in(parts, signed_in).await
    }
}

pub(super) fn router(passkeys: Passkeys) -> Router {
    // All requests come from one address, and thousands of them each second.
    let http = PasskeyHttp::new(passkeys).rate_limits(RateLimits::none());
    PasskeyRoutes::new(http, Hooks).router()
}
