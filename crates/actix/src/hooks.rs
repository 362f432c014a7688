//! What the application tells and is told.

use crate::Refusal;
use actix_web::{HttpRequest, HttpResponse};
use ceremony_http::{
    Code, CurrentUser, Identified, MayRemove, NewAccount, Problem, Registered, Removal, Revoked, SignUp, SignedIn,
    Tenant, UserId,
};
use serde_json::{Map, Value};
use std::future::{Future, ready};

/// The application's side of the passkey routes: its sessions and its accounts.
///
/// Every method gets the request as actix-web has it, with the extensions that the application's middleware put there, so
/// that extractors work: `Session::extract(request).await`, `request.get_session()`, `request.app_data()`. The body is
/// gone by then. Where one server has several relying parties, `request.extensions()` holds the
/// [`PasskeyHttp`](crate::PasskeyHttp) that the request is for.
///
/// The futures stay on the thread of the worker that answers and need not be `Send`. The hooks themselves are shared by
/// all workers if the routes are made outside of `HttpServer::new(..)`: they are `Send` and `Sync` then.
///
/// Three methods are needed; the others have an answer that suits most applications.
pub trait PasskeyHooks: 'static {
    /// Who is signed in, from the application's session; `None` for nobody.
    ///
    /// # Errors
    ///
    /// The response to send where the session can't be read.
    fn current_user(&self, request: &HttpRequest) -> impl Future<Output = Result<Option<CurrentUser>, HttpResponse>>;

    /// The tenant that the session was opened at ([`SignedIn::realm`]); asked for where one server has several, and the
    /// session a user. Accounts are a tenant's own: a session of another one, or of which this says nothing, is none here.
    fn session_tenant(&self, request: &HttpRequest) -> impl Future<Output = Option<Tenant>> {
        let _ = request;
        ready(None)
    }

    /// A passkey was verified, or an account was made with it: opens the application's session, and answers with its cookie or token.
    ///
    /// The session should be a new one, so that nobody can have planted it; its time of authentication is
    /// [`SignedIn::at`].
    ///
    /// After a sign-up the account is there, whatever is answered. Do not answer 409 then: the page would tell the passkey's
    /// provider that [`create_account`](Self::create_account) refused, and it would forget the account's only passkey.
    fn signed_in(&self, request: &HttpRequest, signed_in: SignedIn) -> impl Future<Output = HttpResponse>;

    /// The signed-in user confirmed that it is them: sets the session's time of authentication to [`SignedIn::at`], and
    /// answers. It opens no session.
    fn stepped_up(&self, request: &HttpRequest, signed_in: SignedIn) -> impl Future<Output = HttpResponse>;

    /// Whom the body of `authenticate/begin` names. Nobody by default: the passkey tells.
    ///
    /// The members are the sender's: their types are not checked. An account that exists and one that does not must take
    /// the same way through this method.
    fn identify(&self, request: &HttpRequest, body: &Map<String, Value>) -> impl Future<Output = Identified> {
        let _ = (request, body);
        ready(Identified::Anybody)
    }

    /// Whether a verified passkey must not sign in all the same, as its account is locked, say. Nobody is refused by
    /// default.
    fn veto(&self, request: &HttpRequest, signed_in: &SignedIn) -> impl Future<Output = bool> {
        let _ = (request, signed_in);
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
        request: &HttpRequest,
        body: &Map<String, Value>,
    ) -> impl Future<Output = Result<Option<NewAccount>, HttpResponse>> {
        let _ = (request, body);
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
        request: &HttpRequest,
        sign_up: &SignUp,
    ) -> impl Future<Output = Result<UserId, HttpResponse>> {
        let _ = (request, sign_up);
        ready(Err(Refusal(Problem::new(Code::NotFound)).into()))
    }

    /// A passkey was added: the time for an e-mail to its owner.
    fn registered(&self, request: &HttpRequest, registered: &Registered) -> impl Future<Output = ()> {
        let _ = (request, registered);
        ready(())
    }

    /// Whether this passkey may be removed. Any may by default; [`MayRemove::UnlessLast`] is for accounts that have no other
    /// way in.
    fn may_remove(&self, request: &HttpRequest, removal: &Removal) -> impl Future<Output = MayRemove> {
        let _ = (request, removal);
        ready(MayRemove::Yes)
    }

    /// A passkey was removed: the time to end the sessions that it opened.
    fn revoked(&self, request: &HttpRequest, revoked: &Revoked) -> impl Future<Output = ()> {
        let _ = (request, revoked);
        ready(())
    }
}
