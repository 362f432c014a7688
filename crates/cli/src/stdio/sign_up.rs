//! Accounts that begin with a passkey: `sign_up_begin`, `sign_up_finish`, and `sign_up_complete` or `sign_up_abandon`.

use super::account::{Finish, begun, context};
use super::refusal::Refusal;
use super::request::{Binding, Row, User};
use super::service::{Answer, Service, value};
use crate::text::base64url;
use ceremony_http::Code;
use ceremony_service::store::RowId;
use ceremony_service::{NewAccount, SignUp, SignUps};
use serde::Deserialize;
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many verified passkeys may wait for their accounts.
const MOST: usize = 1024;

/// After this time a cleanup takes the passkey back.
const PENDING: Duration = Duration::from_secs(60 * 60);

/// Sign-ups between finish and complete, by the public ids of their passkeys. What is forgotten here, because the program
/// ends or the application never comes back, a cleanup takes back an hour later.
#[derive(Debug, Default)]
pub(super) struct SignUpsInHand(Mutex<HashMap<RowId, (Instant, SignUp)>>);

impl SignUpsInHand {
    fn held(&self) -> MutexGuard<'_, HashMap<RowId, (Instant, SignUp)>> {
        // Nothing is left half done by a panic between two calls of a map.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether another one can be held.
    fn has_room(&self) -> bool {
        let mut held = self.held();
        if held.len() >= MOST {
            held.retain(|_, (since, _)| since.elapsed() < PENDING);
        }
        held.len() < MOST
    }

    fn keep(&self, sign_up: SignUp) {
        self.held().insert(sign_up.credential().id, (Instant::now(), sign_up));
    }

    fn take(&self, id: RowId) -> Result<SignUp, Refusal> {
        let found = self.held().remove(&id);
        found.map(|(_, sign_up)| sign_up).ok_or_else(Refusal::ceremony_unusable)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Begin {
    name: String,
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    context: String,
    #[serde(default)]
    binding: Option<Binding>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Complete {
    sign_up: Row,
    user_id: User,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Abandon {
    sign_up: Row,
}

impl Service {
    fn sign_ups(&self) -> Result<SignUps<'_>, Refusal> {
        let off = || Refusal::new(Code::NotFound, "sign-ups are off: the setting sign_ups turns them on");
        self.passkeys().sign_ups().ok_or_else(off)
    }

    pub(super) async fn sign_up_begin(&self, params: Begin) -> Answer {
        let Begin { name, display_name, context, binding } = params;
        let account = NewAccount { name, display_name, context: context.into_bytes() };
        let made = self.sign_ups()?.begin(account, binding.map(|binding| binding.0)).await?;
        Ok(begun(value(&made.options), made.options.mediation(), &made.handle))
    }

    pub(super) async fn sign_up_finish(&self, params: Finish<'_>) -> Answer {
        if params.user_id.is_some() {
            return Err(Refusal::invalid("params: the account's id is given to sign_up_complete"));
        }
        let sign_ups = self.sign_ups()?;
        let response = self.registration(&params)?;
        let (state, binding) = (params.state.handle()?, params.binding.map(|binding| binding.0));
        if !self.sign_ups.has_room() {
            return Err(Refusal::new(Code::Unavailable, "too many sign-ups wait to be completed"));
        }
        let sign_up = sign_ups.finish(state, binding, &response, params.name.as_deref()).await?;
        let answer = json!({
            "sign_up": sign_up.credential().id.to_string(),
            "user_handle": base64url(sign_up.user_handle().as_bytes()),
            "credential": self.listed(sign_up.credential()),
            "context": context(sign_up.context()),
        });
        self.sign_ups.keep(sign_up);
        Ok(answer)
    }

    pub(super) async fn sign_up_complete(&self, Complete { sign_up, user_id }: Complete) -> Answer {
        let registered = self.sign_ups()?.complete(self.sign_ups.take(sign_up.0)?, &user_id.0).await?;
        Ok(json!({ "user_id": registered.user.as_str(), "credential": self.listed(&registered.credential) }))
    }

    pub(super) async fn sign_up_abandon(&self, Abandon { sign_up }: Abandon) -> Answer {
        self.sign_ups()?.abandon(self.sign_ups.take(sign_up.0)?).await?;
        Ok(json!({}))
    }
}
