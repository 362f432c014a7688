//! What the passkey routes ask the application.

use crate::accounts::{Accounts, normalize};
use crate::problem;
use crate::session::{Proof, Sessions};
use axum::Json;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use ceremony_axum::{Code, CurrentUser, Identified, PasskeyHooks, Revoked, SignedIn, UserId};
use serde_json::{Map, Value, json};

/// The application's side of the passkey routes.
#[derive(Clone, Debug)]
pub(crate) struct Hooks {
    pub(crate) accounts: Accounts,
    pub(crate) sessions: Sessions,
}

impl PasskeyHooks for Hooks {
    async fn current_user(&self, parts: &mut Parts) -> Result<Option<CurrentUser>, Response> {
        let session = self.sessions.find(&parts.headers).await.map_err(problem::unavailable)?;
        Ok(session.and_then(|session| {
            Some(CurrentUser {
                id: UserId::new(session.user.id)?,
                display_name: session.user.email.clone(),
                name: session.user.email,
                authenticated_at: session.authenticated_at,
            })
        }))
    }

    async fn identify(&self, _: &mut Parts, body: &Map<String, Value>) -> Identified {
        let canonical_name = body.get("email").and_then(Value::as_str).map(normalize).unwrap_or_default();
        if canonical_name.is_empty() {
            return Identified::Anybody;
        }
        let account = self.accounts.by_email(&canonical_name).await.unwrap_or_else(|error| {
            tracing::error!(%error, "account was not looked up");
            None
        });
        match account.and_then(|(user, _)| UserId::new(user.id)) {
            Some(user) => Identified::Account { user, canonical_name },
            None => Identified::Unknown { canonical_name },
        }
    }

    async fn signed_in(&self, parts: &mut Parts, signed_in: SignedIn) -> Response {
        let user = match self.accounts.by_id(signed_in.user.as_str()).await {
            Ok(Some(user)) => user,
            Ok(None) => return problem::known(Code::SignInRefused),
            Err(error) => return problem::unavailable(error),
        };
        let proof = Proof::Passkey(&signed_in.credential.id);
        match self.sessions.open(&parts.headers, &user.id, proof, signed_in.at).await {
            Ok(cookie) => {
                let user = json!({ "id": user.id, "email": user.email });
                let body = json!({ "user": user, "credential": signed_in.credential });
                ([(header::SET_COOKIE, cookie)], Json(body)).into_response()
            }
            Err(error) => problem::unavailable(error),
        }
    }

    async fn stepped_up(&self, parts: &mut Parts, signed_in: SignedIn) -> Response {
        let proof = Proof::Passkey(&signed_in.credential.id);
        match self.sessions.renew(&parts.headers, signed_in.user.as_str(), proof, signed_in.at).await {
            Ok(()) => Json(json!({ "credential": signed_in.credential })).into_response(),
            Err(error) => problem::unavailable(error),
        }
    }

    async fn revoked(&self, parts: &mut Parts, revoked: &Revoked) {
        // Whoever took the device may be signed in elsewhere.
        let ended = self.sessions.close_others(&parts.headers, revoked.user.as_str(), &revoked.credential.id).await;
        if let Err(error) = ended {
            tracing::error!(%error, "sessions of a removed passkey were not ended");
        }
    }
}
