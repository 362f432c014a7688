//! `register_begin` and `register_finish`.

use super::account::{AccountParams, Finish, begun, context};
use super::refusal::Refusal;
use super::request::Binding;
use super::service::{Answer, Service, value};
use ceremony::RegistrationResponse;
use ceremony_service::RegisterOptions;
use serde::Deserialize;
use serde_json::json;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Begin {
    user: AccountParams,
    #[serde(default)]
    conditional: bool,
    #[serde(default)]
    context: String,
    #[serde(default)]
    binding: Option<Binding>,
}

impl Service {
    pub(super) async fn register_begin(&self, params: Begin) -> Answer {
        let Begin { user, conditional, context, binding } = params;
        let options = RegisterOptions::default().conditional(conditional).context(context);
        let binding = binding.map(|binding| binding.0);
        let made = self.passkeys().begin_registration(&user.into(), options, binding).await?;
        Ok(begun(value(&made.options), made.options.mediation(), &made.handle))
    }

    pub(super) async fn register_finish(&self, params: Finish<'_>) -> Answer {
        let user = params.user_id.as_ref().ok_or_else(|| Refusal::invalid("params: there is no user_id"))?;
        let response = self.registration(&params)?;
        let (state, binding) = (params.state.handle()?, params.binding.map(|binding| binding.0));
        let name = params.name.as_deref();
        let registered = self.passkeys().finish_registration(&user.0, state, binding, &response, name).await?;
        Ok(json!({
            "user_id": registered.user.as_str(),
            "credential": self.listed(&registered.credential),
            "discoverable": registered.discoverable,
            "context": context(&registered.context),
        }))
    }

    pub(super) fn registration(&self, params: &Finish<'_>) -> Result<RegistrationResponse, Refusal> {
        let response = RegistrationResponse::from_json_with(params.credential.get().as_bytes(), self.limits());
        response.map_err(|error| Refusal::malformed(&error))
    }
}
