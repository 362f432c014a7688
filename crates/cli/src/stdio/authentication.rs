//! `authenticate_begin`, `step_up_begin` and `authenticate_finish`.

use super::account::{Finish, begun, context};
use super::refusal::Refusal;
use super::request::{Binding, User};
use super::service::{Answer, Service, value};
use ceremony::AuthenticationResponse;
use ceremony_service::{Purpose, Subject};
use serde::Deserialize;
use serde_json::json;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Begin {
    #[serde(default)]
    user_id: Option<User>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    context: String,
    #[serde(default)]
    binding: Option<Binding>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BeginStepUp {
    user_id: User,
    #[serde(default)]
    context: String,
    #[serde(default)]
    binding: Option<Binding>,
}

impl Service {
    pub(super) async fn authenticate_begin(&self, params: Begin) -> Answer {
        let Begin { user_id, name, context, binding } = params;
        let subject = match (user_id, name) {
            (None, None) => Subject::Anybody,
            (Some(user), Some(canonical_name)) => Subject::Account { user: user.0, canonical_name },
            (None, Some(canonical_name)) => Subject::Unknown { canonical_name },
            (Some(_), None) => return Err(Refusal::invalid("params: a user_id needs the name that led to it")),
        };
        let binding = binding.map(|binding| binding.0);
        let made = self.passkeys().begin_authentication(subject, context.as_bytes(), binding).await?;
        Ok(begun(value(&made.options), None, &made.handle))
    }

    pub(super) async fn step_up_begin(&self, params: BeginStepUp) -> Answer {
        let BeginStepUp { user_id, context, binding } = params;
        let binding = binding.map(|binding| binding.0);
        let made = self.passkeys().begin_step_up(&user_id.0, context.as_bytes(), binding).await?;
        Ok(begun(value(&made.options), None, &made.handle))
    }

    pub(super) async fn authenticate_finish(&self, params: Finish<'_>) -> Answer {
        if params.name.is_some() {
            return Err(Refusal::invalid("params: a name is given when a passkey is registered"));
        }
        let response = AuthenticationResponse::from_json_with(params.credential.get().as_bytes(), self.limits());
        let response = response.map_err(|error| Refusal::malformed(&error))?;
        let session = params.user_id.as_ref().map(|user| &user.0);
        let (state, binding) = (params.state.handle()?, params.binding.map(|binding| binding.0));
        let done = self.passkeys().finish_authentication(session, state, binding, &response).await?;
        Ok(json!({
            "user_id": done.user.as_str(),
            "purpose": match done.purpose {
                Purpose::SignIn => "sign_in",
                Purpose::StepUp => "step_up",
            },
            "credential": self.listed(&done.credential),
            "user_verified": done.authentication.uv_flag(),
            "sign_count_regressed": done.authentication.sign_count_regressed(),
            "context": context(done.context()),
        }))
    }
}
