//! `authenticate/begin` and `authenticate/finish`, for sign-ins and step-ups.

use super::{Outcome, signed_in};
use crate::answer;
use crate::binding::{Key, Sender};
use crate::caller::CurrentUser;
use crate::config::PasskeyHttp;
use crate::event::{Proof, SignedIn};
use crate::problem::{Code, Problem};
use crate::wire::ListedCredential;
use ceremony::{AuthenticationResponse, RequestOptions};
use ceremony_service::store::Handle;
use ceremony_service::{Purpose, ServiceError, Subject};
use http::HeaderValue;

const NO_PASSKEY: &str = "this account has no passkey to confirm with";

impl PasskeyHttp {
    pub(super) async fn authenticate_begin(&self, subject: Subject, sender: Sender) -> Result<Outcome, Problem> {
        let (binding, cookie) = self.bind(sender)?;
        let begun = self.passkeys.begin_authentication(subject, &[], binding).await;
        self.begun(begun, cookie)
    }

    pub(super) async fn step_up_begin(&self, user: Option<CurrentUser>, sender: Sender) -> Result<Outcome, Problem> {
        let user = signed_in(user)?;
        let (binding, cookie) = self.bind(sender)?;
        let begun = self.passkeys.begin_step_up(&user.id, &[], binding).await;
        let nothing_to_confirm_with = matches!(begun, Err(ServiceError::NotFound));
        self.begun(begun, cookie)
            .map_err(|problem| if nothing_to_confirm_with { problem.with_detail(NO_PASSKEY) } else { problem })
    }

    /// What a new ceremony is filed under, and the cookie to set if the browser has none yet.
    pub(super) fn bind(&self, sender: Sender) -> Result<(Key, Option<HeaderValue>), Problem> {
        sender.begin(&*self.shared.entropy).map_err(|error| self.failure(&error))
    }

    fn begun(
        &self,
        begun: Result<ceremony_service::Begun<RequestOptions>, ServiceError>,
        cookie: Option<HeaderValue>,
    ) -> Result<Outcome, Problem> {
        let begun = begun.map_err(|error| self.failure(&error))?;
        Ok(Outcome::Answer(answer::begun(&begun.options, None, &begun.handle, cookie)))
    }

    pub(super) async fn authenticate_finish(
        &self,
        user: Option<CurrentUser>,
        sender: &Sender,
        handle: Option<&Handle>,
        response: &AuthenticationResponse,
    ) -> Result<Outcome, Problem> {
        let binding = sender.finish()?;
        let handle = handle.ok_or_else(|| Problem::new(Code::CeremonyUnusable))?;
        let session_user = user.as_ref().map(|user| &user.id);
        let details = self
            .passkeys
            .finish_authentication(session_user, handle, binding, response)
            .await
            .map_err(|error| self.failure(&error))?;
        let purpose = details.purpose;
        let signed_in = Box::new(SignedIn {
            user: details.user.clone(),
            credential: ListedCredential::new(&details.credential, &self.shared.providers),
            at: self.now(),
            realm: self.passkeys.realm().clone(),
            proof: Proof::Authentication(Box::new(details)),
        });
        Ok(match purpose {
            Purpose::SignIn => Outcome::SignedIn(signed_in),
            Purpose::StepUp => Outcome::SteppedUp(signed_in),
        })
    }
}
