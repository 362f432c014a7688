//! What the application tells and is told.

use crate::Refusal;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use ceremony_http::{
    Code, CurrentUser, Identified, MayRemove, NewAccount, Problem, Registered, Removal, Revoked, SignUp, SignedIn,
    Tenant, UserId,
};
use serde_json::{Map, Value};
use std::future::{Future, ready};

/// The application's side of the passkey routes: its sessions and its accounts.
///
/// Every method gets the request's head as axum has it, with the extensions that the application's layers put there, so
/// that extractors work: `Session::from_request_parts(parts, &()).await`. The body is gone by then. Where one server has
/// several relying parties, `parts.extensions` holds the [`PasskeyHttp`](crate::PasskeyHttp) that the request is for.
///
/// Three methods are needed; the others have an answer that suits most applications.
pub trait PasskeyHooks: Send + Sync + 'static {
    /// Who is signed in, from the application's session; `None` for nobody.
    ///
    /// # Errors
    ///
    /// The response to send where the session can't be read.
    fn current_user(&self, parts: &mut Parts) -> impl Future<Output = Result<Option<CurrentUser>, Response>> + Send;

    /// The tenant that the session was opened at ([`SignedIn::realm`]); asked for where one server has several, and the
    /// session a user. Accounts are a tenant's own: a session of another one, or of which this says nothing, is none here.
    fn session_tenant(&self, parts: &mut Parts) -> impl Future<Output = Option<Tenant>> + Send {
        let _ = parts;
        ready(None)
    }

    /// A passkey was verified, or an account was made with it: opens the application's session, and answers with its cookie or token.
    ///
    /// The session should be a new one, so that nobody can have planted it; its time of authentication is
    /// [`SignedIn::at`].
    ///
    /// After a sign-up the account is there, whatever is answered. Do not answer 409 then: the page would tell the passkey's
    /// provider that [`create_account`](Self::create_account) refused, and it would forget the account's only passkey.
    fn signed_in(&self, parts: &mut Parts, signed_in: SignedIn) -> impl Future<Output = Response> + Send;

    /// The signed-in user confirmed that it is them: sets the session's time of authentication to [`SignedIn::at`], and
    /// answers. It opens no session.
    fn stepped_up(&self, parts: &mut Parts, signed_in: SignedIn) -> impl Future<Output = Response> + Send;

    /// Whom the body of `authenticate/begin` names. Nobody by default: the passkey tells.
    ///
    /// The members are the sender's: their types are not checked. An account that exists and one that does not must take
    /// the same way through this method.
    fn identify(&self, parts: &mut Parts, body: &Map<String, Value>) -> impl Future<Output = Identified> + Send {
        let _ = (parts, body);
        ready(Identified::Anybody)
    }

    /// Whether a verified passkey must not sign in all the same, as its account is locked, say. Nobody is refused by
    /// default.
    fn veto(&self, parts: &mut Parts, signed_in: &SignedIn) -> impl Future<Output = bool> + Send {
        let _ = (parts, signed_in);
        ready(false)
    }

    /// The account that the body of a sign-up's `register/begin` asks for. `None`, the default, where accounts are not made
    /// by passkey alone; else [`create_account`](Self::create_account) is needed too, and
    /// [`sign_ups`](crate::ceremony_service::PasskeysBuilder::sign_ups) of the service.
    ///
    /// The members are the sender's: their types are not checked. A name that is taken must be answered like a free one.
    ///
    /// # Errors
    ///
    /// The response to send to somebody whose name can't be anybody's.
    fn new_account(
        &self,
        parts: &mut Parts,
        body: &Map<String, Value>,
    ) -> impl Future<Output = Result<Option<NewAccount>, Response>> + Send {
        let _ = (parts, body);
        ready(Ok(None))
    }

    /// A stranger's passkey was verified: makes the account for it, under [`SignUp::user_handle`], and tells its id. A second
    /// call with the same handle has to find the same account.
    ///
    /// # Errors
    ///
    /// The response to send if there is to be no account, as the name is taken, say: with status 409, after which the page
    /// has the provider forget the passkey. It is taken back here.
    fn create_account(
        &self,
        parts: &mut Parts,
        sign_up: &SignUp,
    ) -> impl Future<Output = Result<UserId, Response>> + Send {
        let _ = (parts, sign_up);
        ready(Err(Refusal(Problem::new(Code::NotFound)).into_response()))
    }

    /// A passkey was added: the time for an e-mail to its owner.
    fn registered(&self, parts: &mut Parts, registered: &Registered) -> impl Future<Output = ()> + Send {
        let _ = (parts, registered);
        ready(())
    }

    /// Whether this passkey may be removed. Any may by default; [`MayRemove::UnlessLast`] is for accounts that have no other
    /// way in.
    fn may_remove(&self, parts: &mut Parts, removal: &Removal) -> impl Future<Output = MayRemove> + Send {
        let _ = (parts, removal);
        ready(MayRemove::Yes)
    }

    /// A passkey was removed: the time to end the sessions that it opened.
    fn revoked(&self, parts: &mut Parts, revoked: &Revoked) -> impl Future<Output = ()> + Send {
        let _ = (parts, revoked);
        ready(())
    }
}
