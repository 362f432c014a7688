//! What is left when signatures and stores cost nothing. For measuring alone: it lets anybody in.

use base64ct::{Base64UrlUnpadded, Encoding};
use ceremony_axum::ceremony::error::KeyFault;
use ceremony_axum::ceremony::{
    CredentialId, CredentialRecord, KeyMaterial, RecordUpdate, SignatureInvalid, SignatureScheme, SignatureVerifier,
    Tenant, UnixTime, UserHandle,
};
use ceremony_axum::ceremony_service::store::{
    Applied, BoxFuture, CeremonyKey, CeremonyStore, CredentialStore, Handle, Inserted, Page, Realm, RemovalGuard,
    Removed, RowId, SpendList, StoreError, StoredCredential, Taken, UserHandles, UserId,
};
use std::sync::OnceLock;

/// Takes every signature.
#[derive(Debug)]
pub(super) struct Anything;

impl SignatureVerifier for Anything {
    fn supports(&self, _: SignatureScheme) -> bool {
        true
    }

    fn check_key(&self, _: SignatureScheme, _: KeyMaterial<'_>) -> Result<(), KeyFault> {
        Ok(())
    }

    fn verify(&self, _: SignatureScheme, _: KeyMaterial<'_>, _: &[&[u8]], _: &[u8]) -> Result<(), SignatureInvalid> {
        Ok(())
    }
}

/// One account with one passkey, the first that is registered; nothing is written after that. A begun ceremony's handle is
/// its state.
#[derive(Debug, Default)]
pub(super) struct Null {
    stored: OnceLock<StoredCredential>,
    user: OnceLock<(UserId, UserHandle)>,
}

fn answer<'a, T: Send + 'a>(value: T) -> BoxFuture<'a, Result<T, StoreError>> {
    Box::pin(std::future::ready(Ok(value)))
}

fn none<'a, T: Send + 'a>() -> BoxFuture<'a, Result<T, StoreError>> {
    Box::pin(std::future::ready(Err(StoreError::unavailable("this store has one passkey, and no more to do"))))
}

impl CeremonyStore for Null {
    fn put<'a>(
        &'a self,
        _: &'a CeremonyKey,
        bytes: Vec<u8>,
        _: UnixTime,
        _: UnixTime,
    ) -> BoxFuture<'a, Result<Handle, StoreError>> {
        let handle = Handle::parse(&Base64UrlUnpadded::encode_string(&bytes));
        Box::pin(std::future::ready(handle.ok_or(StoreError::Corrupt("handle"))))
    }

    fn take<'a>(
        &'a self,
        _: &'a CeremonyKey,
        handle: &'a Handle,
        _: UnixTime,
    ) -> BoxFuture<'a, Result<Taken, StoreError>> {
        let bytes = Base64UrlUnpadded::decode_vec(handle.as_str());
        answer(bytes.map_or(Taken::Unknown, Taken::State))
    }

    fn cleanup(&self, _: UnixTime) -> BoxFuture<'_, Result<u64, StoreError>> {
        answer(0)
    }
}

impl SpendList for Null {
    fn spend(&self, _: [u8; 16], _: UnixTime, _: UnixTime) -> BoxFuture<'_, Result<bool, StoreError>> {
        answer(true)
    }

    fn cleanup(&self, _: UnixTime) -> BoxFuture<'_, Result<u64, StoreError>> {
        answer(0)
    }
}

impl UserHandles for Null {
    fn get_or_create<'a>(&'a self, _: &'a Tenant, user: &'a UserId) -> BoxFuture<'a, Result<UserHandle, StoreError>> {
        let Ok(handle) = UserHandle::new([7; 64]) else { return none() };
        answer(self.user.get_or_init(|| (user.clone(), handle)).1.clone())
    }

    fn find<'a>(&'a self, _: &'a Tenant, _: &'a UserId) -> BoxFuture<'a, Result<Option<UserHandle>, StoreError>> {
        answer(self.user.get().map(|(_, handle)| handle.clone()))
    }

    fn resolve<'a>(&'a self, _: &'a Tenant, _: &'a UserHandle) -> BoxFuture<'a, Result<Option<UserId>, StoreError>> {
        answer(self.user.get().map(|(id, _)| id.clone()))
    }

    fn import<'a>(
        &'a self,
        _: &'a Tenant,
        _: &'a UserId,
        _: &'a UserHandle,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        none()
    }

    fn forget<'a>(&'a self, _: &'a Tenant, _: &'a UserId) -> BoxFuture<'a, Result<bool, StoreError>> {
        none()
    }
}

impl CredentialStore for Null {
    fn insert<'a>(
        &'a self,
        record: &'a CredentialRecord,
        _: u32,
        _: UnixTime,
    ) -> BoxFuture<'a, Result<Inserted, StoreError>> {
        let id = RowId::new([7; 16]);
        drop(self.stored.set(StoredCredential { id, record: record.clone() }));
        answer(Inserted::Stored(id))
    }

    fn find<'a>(
        &'a self,
        _: &'a Realm,
        _: &'a CredentialId,
    ) -> BoxFuture<'a, Result<Option<StoredCredential>, StoreError>> {
        answer(self.stored.get().cloned())
    }

    fn apply<'a>(&'a self, _: &'a RecordUpdate) -> BoxFuture<'a, Result<Applied, StoreError>> {
        answer(Applied::Applied)
    }

    fn get<'a>(
        &'a self,
        _: &'a Realm,
        _: &'a UserHandle,
        _: RowId,
    ) -> BoxFuture<'a, Result<Option<StoredCredential>, StoreError>> {
        answer(self.stored.get().cloned())
    }

    fn list<'a>(
        &'a self,
        _: &'a Realm,
        _: &'a UserHandle,
        _: Page,
    ) -> BoxFuture<'a, Result<Vec<StoredCredential>, StoreError>> {
        answer(self.stored.get().cloned().into_iter().collect())
    }

    fn count<'a>(&'a self, _: &'a Realm, _: &'a UserHandle) -> BoxFuture<'a, Result<u64, StoreError>> {
        answer(self.stored.get().map_or(0, |_| 1))
    }

    fn rename<'a>(
        &'a self,
        _: &'a Realm,
        _: &'a UserHandle,
        _: RowId,
        _: &'a str,
    ) -> BoxFuture<'a, Result<Option<StoredCredential>, StoreError>> {
        none()
    }

    fn suspend<'a>(
        &'a self,
        _: &'a Realm,
        _: &'a CredentialId,
        _: &'a str,
        _: UnixTime,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        none()
    }

    fn reactivate<'a>(&'a self, _: &'a Realm, _: &'a CredentialId) -> BoxFuture<'a, Result<bool, StoreError>> {
        none()
    }

    fn revoke<'a>(
        &'a self,
        _: &'a Realm,
        _: &'a UserHandle,
        _: RowId,
        _: &'a str,
        _: RemovalGuard,
        _: UnixTime,
    ) -> BoxFuture<'a, Result<Removed, StoreError>> {
        none()
    }

    fn revoke_all<'a>(
        &'a self,
        _: &'a Realm,
        _: &'a UserHandle,
        _: &'a str,
        _: UnixTime,
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        none()
    }

    fn erase<'a>(
        &'a self,
        _: &'a Realm,
        _: &'a UserHandle,
        _: RowId,
        _: UnixTime,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        none()
    }

    fn erase_user<'a>(
        &'a self,
        _: &'a Realm,
        _: &'a UserHandle,
        _: UnixTime,
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        none()
    }

    fn cleanup(&self, _: UnixTime) -> BoxFuture<'_, Result<u64, StoreError>> {
        answer(0)
    }
}
