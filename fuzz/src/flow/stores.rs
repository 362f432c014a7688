//! The memory stores behind a [`Plan`].

use super::plan::Plan;
use ceremony::{CredentialId, CredentialRecord, RecordUpdate, Tenant, UnixTime, UserHandle};
use ceremony_service::memory::{MemoryCredentials, MemorySignUps, MemorySpendList, MemoryUsers};
use ceremony_service::store::{
    Applied, BoxFuture, CeremonyKey, CeremonyStore, CredentialStore, Handle, Inserted, Page, PendingSignUps, Realm,
    RemovalGuard, Removed, RowId, SpendList, StoreError, StoredCredential, Taken, UserHandles, UserId,
};
use std::sync::Arc;

type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// A store that asks the plan first.
#[derive(Debug)]
pub(crate) struct Planned<S: ?Sized> {
    plan: Plan,
    store: Arc<S>,
    /// What a cleanup is called.
    cleanup: &'static str,
}

impl<S: ?Sized> Planned<S> {
    pub(crate) fn new(plan: &Plan, store: &Arc<S>, cleanup: &'static str) -> Arc<Self> {
        Arc::new(Self { plan: plan.clone(), store: store.clone(), cleanup })
    }
}

impl CeremonyStore for Planned<dyn CeremonyStore> {
    fn put<'a>(&'a self, key: &'a CeremonyKey, bytes: Vec<u8>, until: UnixTime, now: UnixTime) -> Answer<'a, Handle> {
        self.plan.call("put", self.store.put(key, bytes, until, now))
    }

    fn take<'a>(&'a self, key: &'a CeremonyKey, handle: &'a Handle, now: UnixTime) -> Answer<'a, Taken> {
        self.plan.call("take", self.store.take(key, handle, now))
    }

    fn cleanup(&self, now: UnixTime) -> Answer<'_, u64> {
        self.plan.call(self.cleanup, self.store.cleanup(now))
    }
}

impl SpendList for Planned<MemorySpendList> {
    fn spend(&self, id: [u8; 16], until: UnixTime, now: UnixTime) -> Answer<'_, bool> {
        self.plan.call("spend", self.store.spend(id, until, now))
    }

    fn cleanup(&self, now: UnixTime) -> Answer<'_, u64> {
        self.plan.call(self.cleanup, self.store.cleanup(now))
    }
}

impl UserHandles for Planned<MemoryUsers> {
    fn get_or_create<'a>(&'a self, tenant: &'a Tenant, user: &'a UserId) -> Answer<'a, UserHandle> {
        self.plan.call("get or create", self.store.get_or_create(tenant, user))
    }

    fn find<'a>(&'a self, tenant: &'a Tenant, user: &'a UserId) -> Answer<'a, Option<UserHandle>> {
        self.plan.call("find user", self.store.find(tenant, user))
    }

    fn resolve<'a>(&'a self, tenant: &'a Tenant, handle: &'a UserHandle) -> Answer<'a, Option<UserId>> {
        self.plan.call("resolve", self.store.resolve(tenant, handle))
    }

    fn import<'a>(&'a self, tenant: &'a Tenant, user: &'a UserId, handle: &'a UserHandle) -> Answer<'a, bool> {
        self.plan.call("import", self.store.import(tenant, user, handle))
    }

    fn forget<'a>(&'a self, tenant: &'a Tenant, user: &'a UserId) -> Answer<'a, bool> {
        self.plan.call("forget", self.store.forget(tenant, user))
    }
}

impl PendingSignUps for Planned<MemorySignUps> {
    fn add<'a>(&'a self, realm: &'a Realm, handle: &'a UserHandle, until: UnixTime) -> Answer<'a, ()> {
        self.plan.call("add pending", self.store.add(realm, handle, until))
    }

    fn remove<'a>(&'a self, realm: &'a Realm, handle: &'a UserHandle) -> Answer<'a, bool> {
        self.plan.call("remove pending", self.store.remove(realm, handle))
    }

    fn abandoned<'a>(&'a self, realm: &'a Realm, now: UnixTime, limit: u32) -> Answer<'a, Vec<UserHandle>> {
        self.plan.call("abandoned", self.store.abandoned(realm, now, limit))
    }
}

impl CredentialStore for Planned<MemoryCredentials> {
    fn insert<'a>(&'a self, record: &'a CredentialRecord, max: u32, now: UnixTime) -> Answer<'a, Inserted> {
        self.plan.call("insert", self.store.insert(record, max, now))
    }

    fn find<'a>(&'a self, realm: &'a Realm, id: &'a CredentialId) -> Answer<'a, Option<StoredCredential>> {
        self.plan.call("find", self.store.find(realm, id))
    }

    fn get<'a>(&'a self, realm: &'a Realm, owner: &'a UserHandle, id: RowId) -> Answer<'a, Option<StoredCredential>> {
        self.plan.call("get", self.store.get(realm, owner, id))
    }

    fn list<'a>(&'a self, realm: &'a Realm, owner: &'a UserHandle, page: Page) -> Answer<'a, Vec<StoredCredential>> {
        self.plan.call("list", self.store.list(realm, owner, page))
    }

    fn count<'a>(&'a self, realm: &'a Realm, owner: &'a UserHandle) -> Answer<'a, u64> {
        self.plan.call("count", self.store.count(realm, owner))
    }

    fn apply<'a>(&'a self, update: &'a RecordUpdate) -> Answer<'a, Applied> {
        self.plan.call("apply", self.store.apply(update))
    }

    fn rename<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        id: RowId,
        name: &'a str,
    ) -> Answer<'a, Option<StoredCredential>> {
        self.plan.call("rename", self.store.rename(realm, owner, id, name))
    }

    fn suspend<'a>(
        &'a self,
        realm: &'a Realm,
        id: &'a CredentialId,
        reason: &'a str,
        now: UnixTime,
    ) -> Answer<'a, bool> {
        self.plan.call("suspend", self.store.suspend(realm, id, reason, now))
    }

    fn reactivate<'a>(&'a self, realm: &'a Realm, id: &'a CredentialId) -> Answer<'a, bool> {
        self.plan.call("reactivate", self.store.reactivate(realm, id))
    }

    fn revoke<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        id: RowId,
        reason: &'a str,
        guard: RemovalGuard,
        now: UnixTime,
    ) -> Answer<'a, Removed> {
        self.plan.call("revoke", self.store.revoke(realm, owner, id, reason, guard, now))
    }

    fn revoke_all<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        reason: &'a str,
        now: UnixTime,
    ) -> Answer<'a, u64> {
        self.plan.call("revoke all", self.store.revoke_all(realm, owner, reason, now))
    }

    fn erase<'a>(&'a self, realm: &'a Realm, owner: &'a UserHandle, id: RowId, until: UnixTime) -> Answer<'a, bool> {
        self.plan.call("erase", self.store.erase(realm, owner, id, until))
    }

    fn erase_user<'a>(&'a self, realm: &'a Realm, owner: &'a UserHandle, until: UnixTime) -> Answer<'a, u64> {
        self.plan.call("erase user", self.store.erase_user(realm, owner, until))
    }

    fn cleanup(&self, now: UnixTime) -> Answer<'_, u64> {
        self.plan.call(self.cleanup, self.store.cleanup(now))
    }
}
