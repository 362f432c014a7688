//! The passkeys of a user, the end of an account, and the end of what has expired.

use super::account::{AccountParams, OfUser};
use super::refusal::Refusal;
use super::request::{Bytes, Row, User};
use super::service::{Answer, Service, value};
use ceremony::CredentialId;
use ceremony_service::store::{RemovalGuard, StoredCredential};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfPasskey {
    user_id: User,
    id: Row,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rename {
    user_id: User,
    id: Row,
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Revoke {
    user_id: User,
    id: Row,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    keep_last: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RevokeAll {
    user_id: User,
    #[serde(default)]
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Suspend {
    credential_id: Bytes,
    #[serde(default)]
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reactivate {
    credential_id: Bytes,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Details {
    user: AccountParams,
}

impl Service {
    fn one(&self, stored: &StoredCredential) -> Value {
        json!({ "credential": self.listed(stored) })
    }

    fn all(&self, stored: &[StoredCredential]) -> Vec<Value> {
        stored.iter().map(|stored| self.listed(stored)).collect()
    }

    pub(super) async fn list(&self, OfUser { user_id }: OfUser) -> Answer {
        let stored = self.passkeys().list(&user_id.0).await?;
        let signal = self.passkeys().signal_accepted(&user_id.0).await?;
        Ok(json!({ "credentials": self.all(&stored), "signal": value(&signal) }))
    }

    pub(super) async fn history(&self, OfUser { user_id }: OfUser) -> Answer {
        let stored = self.passkeys().history(&user_id.0).await?;
        Ok(json!({ "credentials": self.all(&stored) }))
    }

    pub(super) async fn get(&self, OfPasskey { user_id, id }: OfPasskey) -> Answer {
        Ok(self.one(&self.passkeys().get(&user_id.0, id.0).await?))
    }

    pub(super) async fn rename(&self, Rename { user_id, id, name }: Rename) -> Answer {
        Ok(self.one(&self.passkeys().rename(&user_id.0, id.0, &name).await?))
    }

    pub(super) async fn revoke(&self, Revoke { user_id, id, reason, keep_last }: Revoke) -> Answer {
        let guard = if keep_last { RemovalGuard::NotLast } else { RemovalGuard::Any };
        Ok(self.one(&self.passkeys().revoke_unless(&user_id.0, id.0, &reason, guard).await?))
    }

    pub(super) async fn revoke_all(&self, RevokeAll { user_id, reason }: RevokeAll) -> Answer {
        Ok(json!({ "credentials": self.passkeys().revoke_all(&user_id.0, &reason).await? }))
    }

    pub(super) async fn suspend(&self, Suspend { credential_id, reason }: Suspend) -> Answer {
        Ok(json!({ "changed": self.passkeys().suspend(&id(credential_id)?, &reason).await? }))
    }

    pub(super) async fn reactivate(&self, Reactivate { credential_id }: Reactivate) -> Answer {
        Ok(json!({ "changed": self.passkeys().reactivate(&id(credential_id)?).await? }))
    }

    pub(super) async fn erase(&self, OfUser { user_id }: OfUser) -> Answer {
        Ok(json!({ "credentials": self.passkeys().erase(&user_id.0).await? }))
    }

    pub(super) async fn erase_credential(&self, OfPasskey { user_id, id }: OfPasskey) -> Answer {
        self.passkeys().erase_credential(&user_id.0, id.0).await?;
        Ok(json!({}))
    }

    pub(super) async fn export(&self, OfUser { user_id }: OfUser) -> Answer {
        Ok(self.passkeys().export(&user_id.0).await?)
    }

    pub(super) async fn user_details_changed(&self, Details { user }: Details) -> Answer {
        Ok(json!({ "signal": value(&self.passkeys().user_details_changed(&user.into()).await?) }))
    }

    pub(super) async fn signal_accepted(&self, OfUser { user_id }: OfUser) -> Answer {
        Ok(json!({ "signal": value(&self.passkeys().signal_accepted(&user_id.0).await?) }))
    }

    pub(super) async fn cleanup(&self) -> Answer {
        let cleaned = self.passkeys().cleanup().await?;
        Ok(json!({
            "ceremonies": cleaned.ceremonies, "tombstones": cleaned.tombstones, "sign_ups": cleaned.sign_ups,
        }))
    }
}

fn id(Bytes(bytes): Bytes) -> Result<CredentialId, Refusal> {
    CredentialId::new(bytes).map_err(|misuse| Refusal::invalid(misuse.to_string()))
}
