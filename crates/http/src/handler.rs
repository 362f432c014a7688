//! From a request to a response, in beats: [`admit`](PasskeyHttp::admit) looks at the headers, the adapter reads the
//! body, [`prepare`](PasskeyHttp::prepare) parses it, the adapter asks the application who is calling,
//! [`run`](PasskeyHttp::run) calls the service. Nothing is used up before the body is known to be well formed.

mod authenticate;
mod credentials;
mod failure;
mod prepare;
mod register;
mod sign_up;

pub use prepare::{Admitted, Prepared};

use crate::answer;
use crate::caller::{Caller, CurrentUser};
use crate::config::PasskeyHttp;
use crate::event::{Registered, Removal, SignedIn};
use crate::problem::{Code, Problem};
use crate::wire::One;
use bytes::Bytes;
use ceremony_service::{SignUp, Subject};
use http::Response;
use prepare::Action;
use std::sync::Once;

/// What a request came to.
#[derive(Debug)]
#[must_use = "an event without an answer leaves the client waiting"]
pub enum Outcome {
    /// The answer; nothing for the application to do.
    Answer(Response<Bytes>),
    /// A passkey for an account that is still to be made: the application makes it, and [`PasskeyHttp::complete`] goes on,
    /// or it does not, and [`PasskeyHttp::abandon`] takes the passkey back.
    SignUp(Box<SignUp>),
    /// A sign-in: the application may refuse it with [`Code::SignInRefused`], or opens its session and answers.
    SignedIn(Box<SignedIn>),
    /// A step-up: the application renews its session's `authenticated_at` and answers.
    SteppedUp(Box<SignedIn>),
    /// A passkey was added, and the answer.
    Registered(Box<Registered>, Response<Bytes>),
    /// A passkey is to be removed: [`PasskeyHttp::remove`] goes on, with the application's word on it.
    Removal(Box<Removal>),
}

impl Outcome {
    /// The answer: as it stands, or for what the application does not care to answer itself, the passkey
    /// (`{credential}`). A sign-up or a removal that ends here was not gone through with.
    #[must_use]
    pub fn into_response(self) -> Response<Bytes> {
        match self {
            Self::Answer(response) | Self::Registered(_, response) => response,
            Self::SignedIn(signed_in) | Self::SteppedUp(signed_in) => {
                answer::json(&One { credential: &signed_in.credential })
            }
            Self::SignUp(_) => Problem::new(Code::NotFound).into_response(),
            Self::Removal(_) => Problem::new(Code::RemovalRefused).into_response(),
        }
    }
}

impl PasskeyHttp {
    /// Does what was asked.
    ///
    /// `caller` says who is asking, as far as `prepared` wants to know. The effects are written when this returns.
    pub async fn run(&self, prepared: Prepared, mut caller: Caller) -> Outcome {
        let Prepared { action, sender, head } = prepared;
        if !self.is_session_here(&caller) {
            caller.user = None;
        }
        if let Err(problem) = self.count(&action, &caller) {
            return Outcome::Answer(problem.into_response());
        }
        let user = caller.user;
        let result = match action {
            Action::RegisterBegin { conditional } => self.register_begin(user, sender, conditional).await,
            Action::RegisterFinish { response, handle, name } => {
                self.register_finish(user, &sender, handle.as_ref(), &response, name.as_deref()).await
            }
            Action::SignUpBegin { .. } => self.sign_up_begin(caller.new_account, sender).await,
            Action::SignUpFinish { response, handle, name } => {
                self.sign_up_finish(&sender, handle.as_ref(), &response, name.as_deref()).await
            }
            Action::AuthenticateBegin { .. } => self.authenticate_begin(caller.identified, sender).await,
            Action::StepUpBegin => self.step_up_begin(user, sender).await,
            Action::AuthenticateFinish { response, handle } => {
                self.authenticate_finish(user, &sender, handle.as_ref(), &response).await
            }
            Action::List => self.list(user).await,
            Action::Show(id) => self.show(user, id).await,
            Action::Rename(id, name) => self.rename(user, id, &name).await,
            Action::Revoke(id) => self.revoke(user, id).await,
            Action::Script(if_none_match) => Ok(Outcome::Answer(self.shared.script.serve(if_none_match.as_ref()))),
            Action::Types(if_none_match) => Ok(Outcome::Answer(self.shared.types.serve(if_none_match.as_ref()))),
            Action::Document(if_none_match) => match &self.shared.openapi {
                Some(document) => Ok(Outcome::Answer(document.serve(if_none_match.as_ref()))),
                None => Err(Problem::new(Code::NotFound)),
            },
        };
        match result {
            Ok(Outcome::Answer(response)) if head => Outcome::Answer(answer::without_body(response)),
            Ok(outcome) => outcome,
            Err(problem) if head => Outcome::Answer(answer::without_body(problem.into_response())),
            Err(problem) => Outcome::Answer(problem.into_response()),
        }
    }

    /// Whether [`run`](Self::run) wants to know the tenant of the session's user: the server has several, one of which
    /// this relying party is.
    #[must_use]
    pub fn wants_session_tenant(&self) -> bool {
        self.shared.several_tenants
    }

    /// Accounts are the tenant's: what is user 1 of one is a stranger to the other, who may have a user 1 too.
    fn is_session_here(&self, caller: &Caller) -> bool {
        let here = &self.passkeys.realm().tenant;
        match (&caller.user, &caller.session_tenant) {
            (None, _) => true,
            (Some(_), Some(tenant)) => tenant == here,
            (Some(_), None) if self.shared.several_tenants => {
                static SAID: Once = Once::new();
                SAID.call_once(|| {
                    tracing::error!(
                        "the server has several tenants, and the hook session_tenant does not say whose a session is: nobody \
                         is signed in"
                    );
                });
                false
            }
            (Some(_), None) => true,
        }
    }

    /// Counts what changes something for the account that it is about. A name counts whether it is anybody's or not: the
    /// limit must not tell.
    fn count(&self, action: &Action, caller: &Caller) -> Result<(), Problem> {
        if let Subject::Account { canonical_name, .. } | Subject::Unknown { canonical_name } = &caller.identified {
            self.count_name(canonical_name)?;
        }
        match (&caller.user, action) {
            (_, Action::List | Action::Show(_)) | (None, _) => Ok(()),
            (Some(user), _) => self.count_user(&user.id),
        }
    }

    /// A session's user who proved themselves not long ago.
    fn recent(&self, user: Option<CurrentUser>) -> Result<CurrentUser, Problem> {
        let user = signed_in(user)?;
        if self.is_recent(user.authenticated_at) { Ok(user) } else { Err(Problem::new(Code::StepUpRequired)) }
    }
}

fn signed_in(user: Option<CurrentUser>) -> Result<CurrentUser, Problem> {
    user.ok_or_else(|| Problem::new(Code::NotSignedIn))
}
