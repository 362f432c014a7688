//! `register/begin` and `register/finish` with the purpose `sign_up`: an account that begins with its passkey.

use super::Outcome;
use crate::answer;
use crate::binding::Sender;
use crate::config::PasskeyHttp;
use crate::event::{Proof, Registered, SignedIn};
use crate::problem::{Code, Problem};
use crate::wire::ListedCredential;
use ceremony::RegistrationResponse;
use ceremony_service::store::{Handle, UserId};
use ceremony_service::{NewAccount, SignUp, SignUps};

impl PasskeyHttp {
    fn sign_ups(&self) -> Result<SignUps<'_>, Problem> {
        self.passkeys.sign_ups().ok_or_else(not_offered)
    }

    pub(super) async fn sign_up_begin(&self, account: Option<NewAccount>, sender: Sender) -> Result<Outcome, Problem> {
        let account = account.ok_or_else(not_offered)?;
        let sign_ups = self.sign_ups().inspect_err(|_| {
            tracing::warn!(
                "a sign-up was refused: the hooks offer accounts by passkey alone, and the service does not \
                 (`PasskeysBuilder::sign_ups`, or PASSKEYS_SIGN_UPS)"
            );
        })?;
        let (binding, cookie) = self.bind(sender)?;
        let begun = sign_ups.begin(account, binding).await.map_err(|error| self.failure(&error))?;
        Ok(Outcome::Answer(answer::begun(&begun.options, begun.options.mediation(), &begun.handle, cookie)))
    }

    pub(super) async fn sign_up_finish(
        &self,
        sender: &Sender,
        handle: Option<&Handle>,
        response: &RegistrationResponse,
        name: Option<&str>,
    ) -> Result<Outcome, Problem> {
        let sign_ups = self.sign_ups()?;
        let binding = sender.finish()?;
        let handle = handle.ok_or_else(|| Problem::new(Code::CeremonyUnusable))?;
        let sign_up = sign_ups.finish(handle, binding, response, name).await.map_err(|error| self.failure(&error))?;
        Ok(Outcome::SignUp(Box::new(sign_up)))
    }

    /// Gives a verified passkey to the account that the application has made for it: the passkey signs in from now on, and
    /// the application opens the account's first session.
    ///
    /// # Errors
    ///
    /// The problem to answer with. Nothing is left behind, or a cleanup takes it back.
    pub async fn complete(&self, sign_up: SignUp, user: &UserId) -> Result<(Registered, SignedIn), Problem> {
        let details = self.sign_ups()?.complete(sign_up, user).await.map_err(|error| self.failure(&error))?;
        let credential = ListedCredential::new(&details.credential, &self.shared.providers);
        let signed_in = SignedIn {
            user: details.user.clone(),
            credential: credential.clone(),
            at: self.now(),
            realm: self.passkeys.realm().clone(),
            proof: Proof::Registration(Box::new(details.clone())),
        };
        Ok((Registered { user: details.user.clone(), credential, details }, signed_in))
    }

    /// Takes a verified passkey back, as the application makes no account for it.
    pub async fn abandon(&self, sign_up: SignUp) {
        let Ok(sign_ups) = self.sign_ups() else { return };
        if let Err(error) = sign_ups.abandon(sign_up).await {
            tracing::warn!(%error, "the passkey of a refused sign-up is left to the next cleanup");
        }
    }
}

/// As for a route that is not there.
fn not_offered() -> Problem {
    Problem::new(Code::NotFound).with_detail("this server makes no accounts by passkey alone")
}
