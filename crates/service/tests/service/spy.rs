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
    /// The next call of this name is made, and never answered.
    silent: Mutex<Option<&'static str>>,
    /// The row that the next page is to come after is erased.
    cursor_goes: Mutex<bool>,
    /// What is stored right before the second erasure of a user's, which fails.
    late: Mutex<Option<CredentialRecord>>,
    erasures: Mutex<u32>,
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

    /// Makes the next call of this name, and does not answer it.
    pub fn silence(&self, call: &'static str) {
        *self.silent.lock().unwrap() = Some(call);
    }

    /// Erases the row that the next page is to come after.
    pub fn lose_cursor(&self) {
        *self.cursor_goes.lock().unwrap() = true;
    }

    /// Stores this record before the second erasure of a user's, and fails that.
    pub fn fail_second_erasure(&self, late: CredentialRecord) {
        *self.late.lock().unwrap() = Some(late);
    }

    fn answer<'a, T: Send + 'a>(&'a self, call: &'static str, answer: Answer<'a, T>) -> Answer<'a, T> {
        if self.silent.lock().unwrap().take_if(|silent| *silent == call).is_none() {
            return answer;
        }
        Box::pin(async move {
            let _ = answer.await;
            std::future::pending().await
        })
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
        let insertion = Box::pin(async move {
            let inserted = store.insert(record, max, now).await;
            if let Some((users, user)) = forgotten {
                users.forget(&record.tenant, &user).await?;
            }
            if answer_lost {
                return Err(StoreError::unavailable("connection lost"));
            }
            inserted
        });
        self.answer("insert", insertion)
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
        let store = self.note("list");
        let gone = page.after.filter(|_| std::mem::take(&mut *self.cursor_goes.lock().unwrap()));
        Box::pin(async move {
            if let Some(cursor) = gone {
                store.erase(realm, owner, cursor, UnixTime::from_millis(0)).await?;
            }
            store.list(realm, owner, page).await
        })
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
        self.answer("rename", self.note("rename").rename(realm, owner, id, name))
    }

    fn suspend<'a>(
        &'a self,
        realm: &'a Realm,
        id: &'a CredentialId,
        reason: &'a str,
        now: UnixTime,
    ) -> Answer<'a, bool> {
        self.answer("suspend", self.note("suspend").suspend(realm, id, reason, now))
    }

    fn reactivate<'a>(&'a self, realm: &'a Realm, id: &'a CredentialId) -> Answer<'a, bool> {
        self.answer("reactivate", self.note("reactivate").reactivate(realm, id))
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
        self.answer("revoke", self.note("revoke").revoke(realm, owner, id, reason, guard, now))
    }

    fn revoke_all<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        reason: &'a str,
        now: UnixTime,
    ) -> Answer<'a, u64> {
        self.answer("revoke_all", self.note("revoke_all").revoke_all(realm, owner, reason, now))
    }

    fn erase<'a>(&'a self, realm: &'a Realm, owner: &'a UserHandle, id: RowId, until: UnixTime) -> Answer<'a, bool> {
        self.answer("erase", self.note("erase").erase(realm, owner, id, until))
    }

    fn erase_user<'a>(&'a self, realm: &'a Realm, owner: &'a UserHandle, until: UnixTime) -> Answer<'a, u64> {
        let (store, mut erasures) = (self.note("erase_user"), self.erasures.lock().unwrap());
        *erasures += 1;
        if *erasures == 2
            && let Some(late) = self.late.lock().unwrap().take()
        {
            return Box::pin(async move {
                store.insert(&late, 9, until).await?;
                Err(StoreError::unavailable("connection lost"))
            });
        }
        self.answer("erase_user", store.erase_user(realm, owner, until))
    }

    fn cleanup(&self, now: UnixTime) -> Answer<'_, u64> {
        self.note("cleanup").cleanup(now)
    }
}
