//! The end of an account, a copy of its data, and the end of what has expired.

use super::{Inner, Passkeys};
use crate::account::Cleaned;
use crate::audit::AuditKind;
use crate::base64url;
use crate::error::ServiceError;
use crate::store::{RowId, StoreError, UserId};
use ceremony::{UnixTime, UserHandle};
use futures_util::future::join4;
use serde_json::{Value, json};
use std::time::Duration;

/// How long the hash of an erased credential id stays: longer than any ceremony may take, with minutes to spare for
/// servers whose clocks differ.
const TOMBSTONE: Duration = Duration::from_secs(65 * 60);

impl Passkeys {
    /// Erases all that is stored about a user, the user handle too, and tells how many credentials there were. To be
    /// called when the account is deleted; calling it again does no harm. Where several relying parties share a tenant,
    /// call [`PasskeySites::erase`](crate::PasskeySites::erase) instead: the user handle is the tenant's.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Store`]; call it again then, and where a call was dropped before its end: an
    /// [`OutcomeUnknown`](AuditKind::OutcomeUnknown) tells of it.
    pub async fn erase(&self, user: &UserId) -> Result<u64, ServiceError> {
        erase_from(std::slice::from_ref(self), user).await
    }

    /// Erases one of a user's credentials without a trace but the hash of its id, for an hour. Prefer
    /// [`revoke`](Self::revoke), after which the credential can never come back.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotFound`] for another user's or an unknown one, [`ServiceError::Store`].
    pub async fn erase_credential(&self, user: &UserId, id: RowId) -> Result<(), ServiceError> {
        let inner = &*self.inner;
        let owner = self.owner(user).await?;
        let until = Inner::tombstone_until(inner.now());
        let erased = inner.credentials.erase(&inner.realm, &owner, id, until);
        if !self.watch("credential_erased", Some(id), erased).await? {
            return Err(ServiceError::NotFound);
        }
        self.record(AuditKind::CredentialErased { credential: id });
        Ok(())
    }

    /// Everything that is stored about a user, revoked credentials too, for a request of the person. It is personal
    /// data: give it to nobody else.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Store`].
    pub async fn export(&self, user: &UserId) -> Result<Value, ServiceError> {
        let inner = &*self.inner;
        let owner = inner.handle_of(user).await?;
        let all = match &owner {
            Some(owner) => inner.every_credential(owner).await?,
            None => Vec::new(),
        };
        let credentials = all
            .iter()
            .map(|stored| Ok(json!({ "id": stored.id.to_string(), "record": serde_json::to_value(&stored.record)? })))
            .collect::<Result<Vec<Value>, serde_json::Error>>()
            .map_err(|_| StoreError::Corrupt("record"))?;
        self.record(AuditKind::UserExported { credentials: u64::try_from(all.len()).unwrap_or(u64::MAX) });
        Ok(json!({
            "version": 1,
            "tenant": inner.realm.tenant.as_str(),
            "rp_id": inner.realm.rp_id.as_str(),
            "user": user.as_str(),
            "user_handle": owner.map(|handle| base64url::encode(handle.as_bytes())),
            "credentials": credentials,
        }))
    }

    /// Drops what has expired in every store. To be called now and then; an hour is often enough.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Store`]; the other stores are cleaned all the same, and no event tells of it.
    pub async fn cleanup(&self) -> Result<Cleaned, ServiceError> {
        let inner = &*self.inner;
        let now = inner.now();
        let authentications = async {
            match &inner.authentications {
                Some(store) => store.cleanup(now).await,
                None => Ok(0),
            }
        };
        let sign_ups = async {
            match self.sign_ups() {
                Some(sign_ups) => sign_ups.cleanup(now).await,
                None => Ok(0),
            }
        };
        let (ceremonies, authentications, tombstones, sign_ups) =
            join4(inner.ceremonies.cleanup(now), authentications, inner.credentials.cleanup(now), sign_ups).await;
        let done = |dropped: &Result<u64, StoreError>| dropped.as_ref().map_or(0, |dropped| *dropped);
        let cleaned = Cleaned {
            ceremonies: done(&ceremonies).saturating_add(done(&authentications)),
            tombstones: done(&tombstones),
            sign_ups: done(&sign_ups),
        };
        // The event is what is looked for where nothing may be left over: one store that fails is no cleanup.
        for result in [ceremonies, authentications, tombstones, sign_ups] {
            result?;
        }
        let Cleaned { ceremonies: dropped, tombstones: forgotten, .. } = cleaned;
        inner.auditor.record(now, AuditKind::CleanedUp { ceremonies: dropped, tombstones: forgotten });
        Ok(cleaned)
    }
}

/// Erases a user's credentials with all of these services, which are of one tenant, and then the user handle.
pub(crate) async fn erase_from(sites: &[Passkeys], user: &UserId) -> Result<u64, ServiceError> {
    let Some(first) = sites.first() else { return Ok(0) };
    let Inner { users, realm, .. } = &*first.inner;
    let Some(owner) = users.find(&realm.tenant, user).await? else { return Ok(0) };
    let erased = first.watch("user_erased", None, async {
        let mut erased = vec![0_u64; sites.len()];
        erase_credentials(sites, &owner, &mut erased).await?;
        users.forget(&realm.tenant, user).await?;
        // A registration that comes between has either seen that the handle is gone, or is caught the second time.
        if let Err(error) = erase_credentials(sites, &owner, &mut erased).await {
            // Without the handle, a repeated call would find nothing to do.
            users.import(&realm.tenant, user, &owner).await?;
            return Err(error);
        }
        Ok(erased)
    });
    let erased = erased.await?;
    for (site, &credentials) in sites.iter().zip(&erased) {
        site.record(AuditKind::UserErased { credentials });
    }
    Ok(erased.into_iter().fold(0, u64::saturating_add))
}

async fn erase_credentials(sites: &[Passkeys], owner: &UserHandle, erased: &mut [u64]) -> Result<(), StoreError> {
    for (site, count) in sites.iter().zip(erased) {
        let inner = &*site.inner;
        let until = Inner::tombstone_until(inner.now());
        let more = inner.credentials.erase_user(&inner.realm, owner, until).await?;
        *count = count.saturating_add(more);
    }
    Ok(())
}

impl Inner {
    pub(super) fn tombstone_until(now: UnixTime) -> UnixTime {
        now.saturating_add(TOMBSTONE)
    }
}
