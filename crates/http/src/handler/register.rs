//! `register/begin` and `register/finish`.

use super::Outcome;
use crate::answer;
use crate::binding::Sender;
use crate::caller::CurrentUser;
use crate::config::PasskeyHttp;
use crate::event::Registered;
use crate::problem::{Code, Problem};
use crate::wire::{ListedCredential, One};
use ceremony::RegistrationResponse;
use ceremony_service::store::Handle;
use ceremony_service::{Account, RegisterOptions};

impl PasskeyHttp {
    pub(super) async fn register_begin(
        &self,
        user: Option<CurrentUser>,
        sender: Sender,
        conditional: bool,
    ) -> Result<Outcome, Problem> {
        let user = self.recent(user)?;
        let account = Account { id: user.id, name: user.name, display_name: user.display_name };
        let options = RegisterOptions::default().conditional(conditional);
        let (binding, cookie) = self.bind(sender)?;
        let begun = self.passkeys.begin_registration(&account, options, binding).await;
        let begun = begun.map_err(|error| self.failure(&error))?;
        Ok(Outcome::Answer(answer::begun(&begun.options, begun.options.mediation(), &begun.handle, cookie)))
    }

    pub(super) async fn register_finish(
        &self,
        user: Option<CurrentUser>,
        sender: &Sender,
        handle: Option<&Handle>,
        response: &RegistrationResponse,
        name: Option<&str>,
    ) -> Result<Outcome, Problem> {
        let user = self.recent(user)?;
        let binding = sender.finish()?;
        let handle = handle.ok_or_else(|| Problem::new(Code::CeremonyUnusable))?;
        let details = self
            .passkeys
            .finish_registration(&user.id, handle, binding, response, name)
            .await
            .map_err(|error| self.failure(&error))?;
        let credential = ListedCredential::new(&details.credential, &self.shared.providers);
        let response = answer::json(&One { credential: &credential });
        let registered = Registered { user: details.user.clone(), credential, details };
        Ok(Outcome::Registered(Box::new(registered), response))
    }
}
