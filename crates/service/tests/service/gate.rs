//! Stores whose every call waits at a gate, so that a test sees which calls are on their way at the same time.

use ceremony::{CredentialId, CredentialRecord, RecordUpdate, Tenant, UnixTime, UserHandle};
use ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemorySpendList, MemoryUsers};
use ceremony_service::store::{
    Applied, BoxFuture, CeremonyKey, CeremonyStore, CredentialStore, Handle, Inserted, Page, Realm, RemovalGuard,
    Removed, RowId, SpendList, StoreError, StoredCredential, Taken, UserHandles, UserId,
};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

/// What a future did: the calls of each round trip, and its result. No call of one trip waited for another of it.
pub struct Trips<T> {
    pub trips: Vec<Vec<&'static str>>,
    pub result: T,
}

#[derive(Debug, Default)]
pub struct Gate {
    /// How often the gate was opened, and who stands before it.
    waiting: Mutex<(u64, Vec<&'static str>)>,
}

impl Gate {
    /// Waits until the gate opens for whoever stands there.
    async fn pass(&self, call: &'static str) {
        let arrived = {
            let mut waiting = self.waiting.lock().unwrap();
            waiting.1.push(call);
            waiting.0
        };
        poll_fn(|_| if self.waiting.lock().unwrap().0 > arrived { Poll::Ready(()) } else { Poll::Pending }).await;
    }

    /// Runs a future, and opens the gate each time when it can do nothing more.
    pub fn run<T>(&self, future: impl Future<Output = T>) -> Trips<T> {
        let (mut future, mut trips) = (pin!(future), Vec::new());
        let mut context = Context::from_waker(Waker::noop());
        loop {
            if let Poll::Ready(result) = future.as_mut().poll(&mut context) {
                assert!(self.waiting.lock().unwrap().1.is_empty(), "a call was given up");
                return Trips { trips, result };
            }
            let mut waiting = self.waiting.lock().unwrap();
            waiting.0 += 1;
            let mut calls = std::mem::take(&mut waiting.1);
            assert!(!calls.is_empty(), "the future waits for something else");
            calls.sort_unstable();
            trips.push(calls);
        }
    }
}

/// A store behind the gate.
#[derive(Debug)]
pub struct Gated<S> {
    gate: Arc<Gate>,
    store: S,
}

impl<S> Gated<S> {
    pub fn new(gate: &Arc<Gate>, store: S) -> Arc<Self> {
        Arc::new(Self { gate: Arc::clone(gate), store })
    }
}

/// A method that waits at the gate under this name, and then does what the store does.
macro_rules! gated {
    ($label:literal $method:ident($($name:ident: $type:ty),*) -> $out:ty) => {
        fn $method<'a>(&'a self, $($name: $type),*) -> BoxFuture<'a, Result<$out, StoreError>> {
            Box::pin(async move {
                self.gate.pass($label).await;
                self.store.$method($($name),*).await
            })
        }
    };
}

impl CeremonyStore for Gated<MemoryCeremonies> {
    gated!("put" put(key: &'a CeremonyKey, bytes: Vec<u8>, expires_at: UnixTime, now: UnixTime) -> Handle);
    gated!("take" take(key: &'a CeremonyKey, handle: &'a Handle, now: UnixTime) -> Taken);
    gated!("cleanup" cleanup(now: UnixTime) -> u64);
}

impl SpendList for Gated<MemorySpendList> {
    gated!("spend" spend(id: [u8; 16], expires_at: UnixTime, now: UnixTime) -> bool);
    gated!("cleanup" cleanup(now: UnixTime) -> u64);
}

impl UserHandles for Gated<MemoryUsers> {
    gated!("handle, or make one" get_or_create(tenant: &'a Tenant, user: &'a UserId) -> UserHandle);
    gated!("handle" find(tenant: &'a Tenant, user: &'a UserId) -> Option<UserHandle>);
    gated!("resolve" resolve(tenant: &'a Tenant, handle: &'a UserHandle) -> Option<UserId>);
    gated!("import" import(tenant: &'a Tenant, user: &'a UserId, handle: &'a UserHandle) -> bool);
    gated!("forget" forget(tenant: &'a Tenant, user: &'a UserId) -> bool);
}

type Found = Option<StoredCredential>;

impl CredentialStore for Gated<MemoryCredentials> {
    gated!("insert" insert(record: &'a CredentialRecord, max_per_user: u32, now: UnixTime) -> Inserted);
    gated!("find" find(realm: &'a Realm, id: &'a CredentialId) -> Found);
    gated!("get" get(realm: &'a Realm, owner: &'a UserHandle, id: RowId) -> Found);
    gated!("list" list(realm: &'a Realm, owner: &'a UserHandle, page: Page) -> Vec<StoredCredential>);
    gated!("count" count(realm: &'a Realm, owner: &'a UserHandle) -> u64);
    gated!("apply" apply(update: &'a RecordUpdate) -> Applied);
    gated!("rename" rename(realm: &'a Realm, owner: &'a UserHandle, id: RowId, name: &'a str) -> Found);
    gated!("suspend" suspend(realm: &'a Realm, id: &'a CredentialId, reason: &'a str, now: UnixTime) -> bool);
    gated!("reactivate" reactivate(realm: &'a Realm, id: &'a CredentialId) -> bool);
    gated!("revoke" revoke(
        realm: &'a Realm, owner: &'a UserHandle, id: RowId, reason: &'a str, guard: RemovalGuard, now: UnixTime
    ) -> Removed);
    gated!("revoke all" revoke_all(realm: &'a Realm, owner: &'a UserHandle, reason: &'a str, now: UnixTime) -> u64);
    gated!("erase" erase(realm: &'a Realm, owner: &'a UserHandle, id: RowId, until: UnixTime) -> bool);
    gated!("erase user" erase_user(realm: &'a Realm, owner: &'a UserHandle, until: UnixTime) -> u64);
    gated!("cleanup" cleanup(now: UnixTime) -> u64);
}
