//! The application: what its routes and the passkey routes' hooks work with, whatever framework serves them.

use crate::accounts::{Accounts, User};
use crate::answer::{self, Answer, Refusal};
use crate::audit::Trail;
use crate::conformance::Harness;
use crate::frameworks::Framework;
use crate::framing::Headers;
use crate::password::Passwords;
use crate::session::{Carried, Session, Sessions};
use ceremony_http::ceremony_service::{Clock, SystemClock};
use ceremony_http::{Code, PasskeyHttp, rfc3339};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

/// Where the passkey routes stand.
pub(crate) const PREFIX: &str = "/auth/passkeys";

/// The one application that every framework serves.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) accounts: Accounts,
    pub(crate) sessions: Sessions,
    pub(crate) passwords: Passwords,
    pub(crate) passkeys: PasskeyHttp,
    pub(crate) trail: Trail,
    /// The e-mail addresses of administrators, normalized.
    pub(crate) administrators: BTreeSet<String>,
    /// How long a sign-in is recent, as the passkey routes have it.
    pub(crate) max_auth_age: Duration,
    pub(crate) framework: Framework,
    /// What every answer carries.
    pub(crate) headers: Headers,
    /// For the FIDO conformance tool, if it is asked for.
    pub(crate) conformance: Option<Harness>,
}

impl Site {
    /// The session of whoever is signed in.
    pub(crate) async fn session(&self, headers: &HeaderMap) -> Result<Session, Refusal> {
        let session = self.sessions.find(headers).await.map_err(answer::unavailable)?;
        Ok(session.ok_or_else(|| answer::known(Code::NotSignedIn))?)
    }

    /// As [`session`](Self::session), if the sign-in is as recent as adding and removing passkeys wants it.
    pub(crate) async fn recent_session(&self, headers: &HeaderMap) -> Result<Session, Refusal> {
        let session = self.session(headers).await?;
        let age = SystemClock.now().saturating_since(session.authenticated_at);
        if age <= self.max_auth_age { Ok(session) } else { Err(answer::known(Code::StepUpRequired).into()) }
    }

    pub(crate) fn is_administrator(&self, user: &User) -> bool {
        self.administrators.contains(&user.email)
    }
}

/// What an account shows of itself.
pub(crate) fn shown(user: &User) -> Value {
    json!({ "id": user.id, "email": user.email })
}

/// An answer that hands a session out: its cookie, or the members `token` and `expires_at`.
pub(crate) fn with_session(status: StatusCode, mut body: Value, carried: Option<Carried>) -> Answer {
    let cookie = match carried {
        Some(Carried::Token { token, expires_at }) => {
            if let Value::Object(members) = &mut body {
                members.insert("token".to_owned(), token.into());
                members.insert("expires_at".to_owned(), rfc3339(expires_at).into());
            }
            None
        }
        Some(Carried::Cookie(cookie)) => Some(cookie),
        None => None,
    };
    let mut answer = answer::json(status, &body);
    if let Some(cookie) = cookie {
        answer.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    answer
}
