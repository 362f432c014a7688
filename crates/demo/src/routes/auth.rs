//! `/auth/..`: accounts, passwords, sessions.

use crate::accounts::{User, check_email, normalize};
use crate::answer::{self, Answer, Refusal, ok};
use crate::audit::Own;
use crate::hooks::no_account;
use crate::password;
use crate::session::Proof;
use crate::site::{Site, shown, with_session};
use ceremony_http::ceremony_service::{Clock, SystemClock};
use ceremony_http::{Code, rfc3339};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};

impl Site {
    /// What a page has to know before anybody is signed in.
    pub(super) fn config(&self) -> Answer {
        ok(&json!({
            "sessions": self.sessions.kind().name(),
            "framework": self.framework.name(),
            "sign_up": self.passkeys.passkeys().sign_ups().is_some(),
        }))
    }

    pub(super) async fn register(&self, headers: &HeaderMap, members: &Map<String, Value>) -> Result<Answer, Refusal> {
        let (email, password) = credentials(members).map_err(answer::invalid)?;
        check_email(&email).map_err(answer::invalid)?;
        let hash = self.hash(password).await?;
        let user = self.accounts.create(&email, &hash).await.map_err(no_account)?;
        self.trail.note(Own::AccountCreated, Some(&user.id), None, Some("with a password".to_owned()));
        self.open(headers, StatusCode::CREATED, &user).await
    }

    pub(super) async fn login(&self, headers: &HeaderMap, members: &Map<String, Value>) -> Result<Answer, Refusal> {
        let (email, password) = credentials(members).map_err(answer::invalid)?;
        let account = self.accounts.by_email(&email).await.map_err(answer::unavailable)?;
        let (user, hash) = account.unzip();
        // An account without a password takes as long as one that is not there.
        let fits = self.passwords.verify(password, hash.flatten()).await.map_err(answer::unavailable)?;
        match user {
            Some(user) if fits => {
                self.trail.note(Own::PasswordSignIn, Some(&user.id), None, None);
                self.open(headers, StatusCode::OK, &user).await
            }
            user => {
                // What was typed as an address is not kept: it may be a password.
                self.trail.note(Own::PasswordSignInFailed, user.as_ref().map(|user| user.id.as_str()), None, None);
                let detail = "the e-mail address or the password is wrong";
                Err(answer::own(StatusCode::UNAUTHORIZED, "login_failed", detail).into())
            }
        }
    }

    pub(super) async fn me(&self, headers: &HeaderMap) -> Result<Answer, Refusal> {
        let session = self.session(headers).await?;
        Ok(ok(&json!({
            "id": session.user.id,
            "email": session.user.email,
            "authenticated_at": rfc3339(session.authenticated_at),
            "authenticated_by": session.authenticated_by,
            "has_password": session.has_password,
            "is_admin": self.is_administrator(&session.user),
        })))
    }

    /// Another token for a session whose token still holds; there is no such route where sessions are cookies.
    pub(super) async fn token(&self, headers: &HeaderMap) -> Result<Answer, Refusal> {
        if self.sessions.kind() != crate::session::Kind::Token {
            return Err(answer::known(Code::NotFound).into());
        }
        let carried = self.sessions.another_token(headers).await.map_err(answer::unavailable)?;
        let carried = carried.ok_or_else(|| answer::known(Code::NotSignedIn))?;
        Ok(with_session(StatusCode::OK, json!({}), Some(carried)))
    }

    /// Sets the account's password, or changes it; then the sessions that the old one opened end.
    pub(super) async fn password(&self, headers: &HeaderMap, members: &Map<String, Value>) -> Result<Answer, Refusal> {
        let Some(password) = members.get("password").and_then(Value::as_str) else {
            return Err(answer::invalid("the body needs the member password, a string").into());
        };
        let user = self.recent_session(headers).await?.user;
        let hash = self.hash(password.to_owned()).await?;
        self.accounts.set_password(&user.id, &hash).await.map_err(answer::unavailable)?;
        self.trail.note(Own::PasswordSet, Some(&user.id), None, None);
        self.sessions.close_others(headers, &user.id, None).await.map_err(answer::unavailable)?;
        Ok(ok(&json!({})))
    }

    pub(super) async fn logout(&self, headers: &HeaderMap) -> Result<Answer, Refusal> {
        let cleared = self.sessions.close(headers).await.map_err(answer::unavailable)?;
        Ok(signed_out(cleared))
    }

    pub(super) async fn logout_everywhere(&self, headers: &HeaderMap) -> Result<Answer, Refusal> {
        let user = self.session(headers).await?.user;
        let cleared = self.sessions.close_all(&user.id).await.map_err(answer::unavailable)?;
        self.trail.note(Own::SignedOutEverywhere, Some(&user.id), None, None);
        Ok(signed_out(cleared))
    }

    async fn hash(&self, password: String) -> Result<String, Refusal> {
        password::check(&password).map_err(answer::invalid)?;
        Ok(self.passwords.hash(password).await.map_err(answer::unavailable)?)
    }

    async fn open(&self, headers: &HeaderMap, status: StatusCode, user: &User) -> Result<Answer, Refusal> {
        let carried = self.sessions.open(headers, &user.id, Proof::Password, SystemClock.now()).await;
        let carried = carried.map_err(answer::unavailable)?;
        Ok(with_session(status, json!({ "user": shown(user) }), Some(carried)))
    }
}

/// The members `email`, normalized, and `password`.
fn credentials(members: &Map<String, Value>) -> Result<(String, String), &'static str> {
    let text = |name| members.get(name).and_then(Value::as_str);
    match (text("email"), text("password")) {
        (Some(email), Some(password)) => Ok((normalize(email), password.to_owned())),
        _ => Err("the body needs the members email and password, both strings"),
    }
}

fn signed_out(cleared: Option<HeaderValue>) -> Answer {
    let mut answer = ok(&json!({}));
    if let Some(cookie) = cleared {
        answer.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    answer
}
