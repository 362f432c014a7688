//! What the passkey routes ask the application: plain functions over headers, to which each framework's adapter is tied in
//! `frameworks`.

use crate::accounts::{NoAccount, check_email, normalize};
use crate::answer::{self, Answer, Refusal};
use crate::audit::Own;
use crate::session::Proof;
use crate::site::{Site, shown, with_session};
use ceremony_http::{
    Code, CurrentUser, Identified, MayRemove, NewAccount, Registered, Removal, Revoked, SignUp, SignedIn, UserId,
};
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};

impl Site {
    /// Who is signed in.
    pub(crate) async fn current_user(&self, headers: &HeaderMap) -> Result<Option<CurrentUser>, Answer> {
        let session = self.sessions.find(headers).await.map_err(answer::unavailable)?;
        Ok(session.and_then(|session| {
            Some(CurrentUser {
                id: UserId::new(session.user.id)?,
                display_name: session.user.email.clone(),
                name: session.user.email,
                authenticated_at: session.authenticated_at,
            })
        }))
    }

    /// Whom the body of `authenticate/begin` names: the member `email`, if there is one.
    pub(crate) async fn identify(&self, body: &Map<String, Value>) -> Identified {
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

    /// A passkey was verified, or an account was made with one: a session of its own.
    pub(crate) async fn signed_in(&self, headers: &HeaderMap, signed_in: &SignedIn) -> Answer {
        let user = match self.accounts.by_id(signed_in.user.as_str()).await {
            Ok(Some(user)) => user,
            Ok(None) => return answer::known(Code::SignInRefused),
            Err(error) => return answer::unavailable(error),
        };
        self.trail.belongs(&signed_in.credential.id, &user.id);
        let proof = Proof::Passkey(&signed_in.credential.id);
        match self.sessions.open(headers, &user.id, proof, signed_in.at).await {
            Ok(carried) => {
                let body = json!({ "user": shown(&user), "credential": signed_in.credential });
                with_session(StatusCode::OK, body, Some(carried))
            }
            Err(error) => answer::unavailable(error),
        }
    }

    /// The signed-in user confirmed that it is them: the session is as recent as that.
    pub(crate) async fn stepped_up(&self, headers: &HeaderMap, signed_in: &SignedIn) -> Answer {
        self.trail.belongs(&signed_in.credential.id, signed_in.user.as_str());
        let proof = Proof::Passkey(&signed_in.credential.id);
        match self.sessions.renew(headers, signed_in.user.as_str(), proof, signed_in.at).await {
            Ok(carried) => with_session(StatusCode::OK, json!({ "credential": signed_in.credential }), carried),
            Err(error) => answer::unavailable(error),
        }
    }

    /// A passkey was added.
    pub(crate) fn registered(&self, registered: &Registered) {
        self.trail.belongs(&registered.credential.id, registered.user.as_str());
    }

    /// Whether a passkey may be removed: not the last active one of an account that has no password.
    pub(crate) async fn may_remove(&self, removal: &Removal) -> MayRemove {
        match self.accounts.has_password(removal.user.as_str()).await {
            Ok(true) => MayRemove::Yes,
            Ok(false) => MayRemove::UnlessLast,
            Err(error) => {
                tracing::error!(%error, "whether an account has a password was not looked up");
                MayRemove::UnlessLast
            }
        }
    }

    /// A passkey was removed: whoever took the device may be signed in elsewhere.
    pub(crate) async fn revoked(&self, headers: &HeaderMap, revoked: &Revoked) {
        let (user, passkey) = (revoked.user.as_str(), &revoked.credential.id);
        self.trail.belongs(passkey, user);
        if let Err(error) = self.sessions.close_others(headers, user, Some(passkey)).await {
            tracing::error!(%error, "sessions of a removed passkey were not ended");
        }
    }

    /// What somebody wants to be called who signs up with a passkey alone: the members `email` and, perhaps,
    /// `display_name`. Nothing is looked up: an address that is taken is answered like one that is free.
    pub(crate) fn new_account(&self, body: &Map<String, Value>) -> Result<NewAccount, Refusal> {
        let Some(name) = body.get("email").and_then(Value::as_str).map(normalize) else {
            return Err(answer::invalid("the body needs the member email, a string").into());
        };
        check_email(&name).map_err(answer::invalid)?;
        let display_name = match body.get("display_name") {
            None => name.clone(),
            Some(Value::String(text)) if text.len() <= MAX_DISPLAY_NAME => text.trim().to_owned(),
            Some(_) => return Err(answer::invalid("the member display_name is a string of at most 64 bytes").into()),
        };
        Ok(NewAccount { context: name.clone().into_bytes(), name, display_name })
    }

    /// Makes the account of a sign-up whose passkey is verified, once for each user handle. Nobody has confirmed the
    /// address: it claims no account that is there.
    pub(crate) async fn create_account(&self, sign_up: &SignUp) -> Result<UserId, Answer> {
        let email = std::str::from_utf8(sign_up.context()).map_err(answer::unavailable)?;
        let user = self.accounts.create_for(sign_up.user_handle(), email).await.map_err(no_account)?;
        self.trail.note(Own::AccountCreated, Some(&user.id), None, Some("with a passkey".to_owned()));
        UserId::new(user.id).ok_or_else(|| answer::known(Code::Unavailable))
    }
}

/// What an authenticator is given to show is kept by it: it need not be long.
const MAX_DISPLAY_NAME: usize = 64;

/// Why there is no new account.
pub(crate) fn no_account(error: NoAccount) -> Answer {
    match error {
        NoAccount::EmailTaken => {
            answer::own(StatusCode::CONFLICT, "email_taken", "there is an account with this e-mail address")
        }
        NoAccount::Failed(error) => answer::unavailable(error),
    }
}
