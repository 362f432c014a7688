//! A credential store that notes every call and can be told what `apply` answers.

use ceremony::{CredentialId, CredentialRecord, RecordUpdate, UnixTime, UserHandle};
use ceremony_service::memory::{MemoryCredentials, MemoryUsers};
use ceremony_service::store::{
    Applied, BoxFuture, CredentialStore, Inserted, Page, Realm, RemovalGuard, Removed, RowId, StoreError,
    StoredCredential, UserHandles, UserId,
};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

#[derive(Debug, Default)]
pub struct Spy {
    store: MemoryCredentials,
    calls: Mutex<Vec<&'static str>>,
    applies: Mutex<VecDeque<Applied>>,
    /// The next search fails.
    unreachable: Mutex<bool>,
    /// The next insertion is made and reported as failed.
    answer_lost: Mutex<bool>,
    /// Whose handle the next insertion finds forgotten right after.
    forgotten: Mutex<Option<(Arc<MemoryUsers>, UserId)>>,
}

impl Spy {
    /// The calls since the last time.
    pub fn taken(&self) -> Vec<&'static str> {
        std::mem::take(&mut *self.calls.lock().unwrap())
    }

    /// What the next calls of `apply` answer, without writing.
    pub fn apply_with(&self, answers: impl IntoIterator<Item = Applied>) {
        self.applies.lock().unwrap().extend(answers);
    }

    pub fn fail_once(&self) {
        *self.unreachable.lock().unwrap() = true;
    }

    pub fn lose_answer_of_insert(&self) {
        *self.answer_lost.lock().unwrap() = true;
    }

    pub fn forget_at_insert(&self, users: &Arc<MemoryUsers>, user: UserId) {
        *self.forgotten.lock().unwrap() = Some((users.clone(), user));
    }

    fn note(&self, call: &'static str) -> &MemoryCredentials {
        self.calls.lock().unwrap().push(call);
        &self.store
    }
}

impl CredentialStore for Spy {
    fn insert<'a>(&'a self, record: &'a CredentialRecord, max: u32, now: UnixTime) -> Answer<'a, Inserted> {
        let store = self.note("insert");
        let forgotten = self.forgotten.lock().unwrap().take();
        let answer_lost = std::mem::take(&mut *self.answer_lost.lock().unwrap());
        Box::pin(async move {
            let inserted = store.insert(record, max, now).await;
            if let Some((users, user)) = forgotten {
                users.forget(&record.tenant, &user).await?;
            }
            if answer_lost {
                return Err(StoreError::unavailable("connection lost"));
            }
            inserted
        })
    }

    fn find<'a>(&'a self, realm: &'a Realm, id: &'a CredentialId) -> Answer<'a, Option<StoredCredential>> {
        if std::mem::take(&mut *self.unreachable.lock().unwrap()) {
            return Box::pin(async { Err(StoreError::unavailable("connection lost")) });
        }
        self.note("find").find(realm, id)
    }

    fn get<'a>(&'a self, realm: &'a Realm, owner: &'a UserHandle, id: RowId) -> Answer<'a, Option<StoredCredential>> {
        if std::mem::take(&mut *self.unreachable.lock().unwrap()) {
            return Box::pin(async { Err(StoreError::unavailable("connection lost")) });
        }
        self.note("get").get(realm, owner, id)
    }

    fn list<'a>(&'a self, realm: &'a Realm, owner: &'a UserHandle, page: Page) -> Answer<'a, Vec<StoredCredential>> {
        self.note("list").list(realm, owner, page)
    }

    fn count<'a>(&'a self, realm: &'a Realm, owner: &'a UserHandle) -> Answer<'a, u64> {
        self.note("count").count(realm, owner)
    }

    fn apply<'a>(&'a self, update: &'a RecordUpdate) -> Answer<'a, Applied> {
        let store = self.note("apply");
        match self.applies.lock().unwrap().pop_front() {
            Some(answer) => Box::pin(async { Ok(answer) }),
            None => store.apply(update),
        }
    }

    fn rename<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        id: RowId,
        name: &'a str,
    ) -> Answer<'a, Option<StoredCredential>> {
        self.note("rename").rename(realm, owner, id, name)
    }

    fn suspend<'a>(
        &'a self,
        realm: &'a Realm,
        id: &'a CredentialId,
        reason: &'a str,
        now: UnixTime,
    ) -> Answer<'a, bool> {
        self.note("suspend").suspend(realm, id, reason, now)
    }

    fn reactivate<'a>(&'a self, realm: &'a Realm, id: &'a CredentialId) -> Answer<'a, bool> {
        self.note("reactivate").reactivate(realm, id)
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
        self.note("revoke").revoke(realm, owner, id, reason, guard, now)
    }

    fn revoke_all<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        reason: &'a str,
        now: UnixTime,
    ) -> Answer<'a, u64> {
        self.note("revoke_all").revoke_all(realm, owner, reason, now)
    }

    fn erase<'a>(&'a self, realm: &'a Realm, owner: &'a UserHandle, id: RowId, until: UnixTime) -> Answer<'a, bool> {
        self.note("erase").erase(realm, owner, id, until)
    }

    fn erase_user<'a>(&'a self, realm: &'a Realm, owner: &'a UserHandle, until: UnixTime) -> Answer<'a, u64> {
        self.note("erase_user").erase_user(realm, owner, until)
    }

    fn cleanup(&self, now: UnixTime) -> Answer<'_, u64> {
        self.note("cleanup").cleanup(now)
    }
}
