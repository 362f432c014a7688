//! `credentials` and `credentials/{id}`.

use super::{Outcome, signed_in};
use crate::answer;
use crate::caller::CurrentUser;
use crate::config::PasskeyHttp;
use crate::event::{MayRemove, Removal, Revoked};
use crate::problem::{Code, Problem};
use crate::wire::{All, ListedCredential, One};
use bytes::Bytes;
use ceremony_service::store::{RemovalGuard, RowId, StoredCredential};
use http::Response;

/// What stands in the record of a passkey that its owner removed.
const REMOVED: &str = "removed by its user";

impl PasskeyHttp {
    pub(super) async fn list(&self, user: Option<CurrentUser>) -> Result<Outcome, Problem> {
        let user = signed_in(user)?;
        let fail = |error| self.failure(&error);
        let stored = self.passkeys.list(&user.id).await.map_err(fail)?;
        let signal = self.passkeys.signal_accepted(&user.id).await.map_err(fail)?;
        let credentials = stored.iter().map(|stored| self.listed(stored)).collect();
        Ok(Outcome::Answer(answer::json(&All { credentials, signal })))
    }

    pub(super) async fn show(&self, user: Option<CurrentUser>, id: RowId) -> Result<Outcome, Problem> {
        let user = signed_in(user)?;
        let stored = self.passkeys.get(&user.id, id).await.map_err(|error| self.failure(&error))?;
        Ok(Outcome::Answer(answer::json(&One { credential: &self.listed(&stored) })))
    }

    pub(super) async fn rename(&self, user: Option<CurrentUser>, id: RowId, name: &str) -> Result<Outcome, Problem> {
        let user = signed_in(user)?;
        let stored = self.passkeys.rename(&user.id, id, name).await.map_err(|error| self.failure(&error))?;
        Ok(Outcome::Answer(answer::json(&One { credential: &self.listed(&stored) })))
    }

    pub(super) async fn revoke(&self, user: Option<CurrentUser>, id: RowId) -> Result<Outcome, Problem> {
        let user = self.recent(user)?;
        let stored = self.passkeys.get(&user.id, id).await.map_err(|error| self.failure(&error))?;
        Ok(Outcome::Removal(Box::new(Removal { user: user.id, stored })))
    }

    /// Removes a passkey if the application says so: what happened, and the answer.
    ///
    /// # Errors
    ///
    /// The problem to answer with; [`Code::RemovalRefused`] if it has to stay.
    pub async fn remove(&self, removal: Removal, may: MayRemove) -> Result<(Revoked, Response<Bytes>), Problem> {
        let Removal { user, stored } = removal;
        let guard = match may {
            MayRemove::Yes => RemovalGuard::Any,
            MayRemove::UnlessLast => RemovalGuard::NotLast,
            MayRemove::No => return Err(Problem::new(Code::RemovalRefused)),
        };
        let removed = self.passkeys.revoke_unless(&user, stored.id, REMOVED, guard).await;
        let stored = removed.map_err(|error| self.failure(&error))?;
        let credential = self.listed(&stored);
        let response = answer::json(&One { credential: &credential });
        Ok((Revoked { user, credential, stored }, response))
    }

    /// A stored credential as its owner gets to see it.
    #[must_use]
    pub fn listed(&self, stored: &StoredCredential) -> ListedCredential {
        ListedCredential::new(stored, &self.shared.providers)
    }
}
