use ceremony_service::contract;
use ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemorySignUps, MemorySpendList, MemoryUsers};
use ceremony_service::sealed::{KeyRing, SealedCeremonies, SealingKey};
use ceremony_service::store::BoxFuture;
use std::sync::Arc;

fn spawn(task: BoxFuture<'static, ()>) {
    drop(tokio::spawn(task));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn memory_ceremonies_keep_the_contract() {
    contract::ceremony_store(Arc::new(MemoryCeremonies::default()), spawn).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sealed_ceremonies_keep_the_contract() {
    let ring = KeyRing::new(SealingKey::random().unwrap()).with_old(SealingKey::random().unwrap());
    let store = SealedCeremonies::new(ring, Arc::new(MemorySpendList::default()));
    contract::ceremony_store(Arc::new(store), spawn).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn memory_spend_list_keeps_the_contract() {
    contract::spend_list(Arc::new(MemorySpendList::default()), spawn).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn memory_credentials_keep_the_contract() {
    contract::credential_store(Arc::new(MemoryCredentials::new()), spawn).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn memory_users_keep_the_contract() {
    contract::user_handles(Arc::new(MemoryUsers::new()), spawn).await;
    let credentials = Arc::new(MemoryCredentials::new());
    contract::handle_outlives_credentials(credentials, Arc::new(MemoryUsers::new())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn memory_sign_ups_keep_the_contract() {
    contract::pending_sign_ups(Arc::new(MemorySignUps::new()), spawn).await;
}

/// Giving turns away, and a way to start tasks that gives none away.
mod turns {
    use ceremony_service::store::BoxFuture;
    use std::future::poll_fn;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::task::{Context, Poll, Wake, Waker};

    /// Waits once, and can go on at once.
    pub(super) async fn wait_a_turn() {
        let mut waited = false;
        poll_fn(|context| {
            if std::mem::replace(&mut waited, true) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    struct Woken {
        outer: Waker,
        at_once: AtomicBool,
    }

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.at_once.store(true, Ordering::SeqCst);
            self.outer.wake_by_ref();
        }
    }

    /// Polls a task again for as long as it can go on.
    pub(super) fn spawn_in_one_go(mut task: BoxFuture<'static, ()>) {
        drop(tokio::spawn(poll_fn(move |context| {
            let woken = Arc::new(Woken { outer: context.waker().clone(), at_once: AtomicBool::new(true) });
            let waker = Waker::from(Arc::clone(&woken));
            while woken.at_once.swap(false, Ordering::SeqCst) {
                if task.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                    return Poll::Ready(());
                }
            }
            Poll::Pending
        })));
    }
}

/// The suite itself must be able to fail: a store that gives a state out twice is found out.
mod broken {
    use super::spawn;
    use super::turns::{spawn_in_one_go, wait_a_turn};
    use ceremony::UnixTime;
    use ceremony_service::contract;
    use ceremony_service::memory::{MemorySpendList, MemoryUsers};
    use ceremony_service::store::{
        BoxFuture, CeremonyKey, CeremonyStore, Handle, SpendList, StoreError, Taken, UserHandles, UserId,
    };
    use std::collections::HashMap;
    use std::sync::{Arc, Mutex};

    type State = (Vec<u8>, UnixTime);

    /// Looks first and removes later.
    #[derive(Debug, Default)]
    struct Hesitant {
        states: Mutex<HashMap<[u8; 32], State>>,
    }

    impl CeremonyStore for Hesitant {
        fn put<'a>(
            &'a self,
            key: &'a CeremonyKey,
            bytes: Vec<u8>,
            expires_at: UnixTime,
            _now: UnixTime,
        ) -> BoxFuture<'a, Result<Handle, StoreError>> {
            Box::pin(async move {
                let handle = Handle::random()?;
                self.states.lock().unwrap().insert(key.digest(&handle), (bytes, expires_at));
                Ok(handle)
            })
        }

        fn take<'a>(
            &'a self,
            key: &'a CeremonyKey,
            handle: &'a Handle,
            now: UnixTime,
        ) -> BoxFuture<'a, Result<Taken, StoreError>> {
            Box::pin(async move {
                let found = self.states.lock().unwrap().get(&key.digest(handle)).cloned();
                wait_a_turn().await;
                self.states.lock().unwrap().remove(&key.digest(handle));
                let found = found.filter(|(_, expires_at)| *expires_at > now);
                Ok(found.map_or(Taken::Unknown, |(bytes, _)| Taken::State(bytes)))
            })
        }

        fn cleanup(&self, _now: UnixTime) -> BoxFuture<'_, Result<u64, StoreError>> {
            Box::pin(async { Ok(0) })
        }
    }

    /// Forgets at once.
    #[derive(Debug, Default)]
    struct Forgetful(MemorySpendList);

    impl SpendList for Forgetful {
        fn spend(&self, id: [u8; 16], expires_at: UnixTime, now: UnixTime) -> BoxFuture<'_, Result<bool, StoreError>> {
            Box::pin(async move {
                let first = self.0.spend(id, expires_at, now).await?;
                self.0.cleanup(UnixTime::from_millis(u64::MAX)).await?;
                Ok(first)
            })
        }

        fn cleanup(&self, now: UnixTime) -> BoxFuture<'_, Result<u64, StoreError>> {
            self.0.cleanup(now)
        }
    }

    /// One tenant for all.
    #[derive(Debug, Default)]
    struct Mixing(MemoryUsers, ceremony::Tenant);

    impl UserHandles for Mixing {
        fn get_or_create<'a>(
            &'a self,
            _: &'a ceremony::Tenant,
            user: &'a UserId,
        ) -> BoxFuture<'a, Result<ceremony::UserHandle, StoreError>> {
            self.0.get_or_create(&self.1, user)
        }

        fn find<'a>(
            &'a self,
            _: &'a ceremony::Tenant,
            user: &'a UserId,
        ) -> BoxFuture<'a, Result<Option<ceremony::UserHandle>, StoreError>> {
            self.0.find(&self.1, user)
        }

        fn resolve<'a>(
            &'a self,
            _: &'a ceremony::Tenant,
            handle: &'a ceremony::UserHandle,
        ) -> BoxFuture<'a, Result<Option<UserId>, StoreError>> {
            self.0.resolve(&self.1, handle)
        }

        fn import<'a>(
            &'a self,
            _: &'a ceremony::Tenant,
            user: &'a UserId,
            handle: &'a ceremony::UserHandle,
        ) -> BoxFuture<'a, Result<bool, StoreError>> {
            self.0.import(&self.1, user, handle)
        }

        fn forget<'a>(&'a self, _: &'a ceremony::Tenant, user: &'a UserId) -> BoxFuture<'a, Result<bool, StoreError>> {
            self.0.forget(&self.1, user)
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    #[should_panic(expected = "take: of 64 calls at once exactly one gets the state")]
    async fn a_store_that_looks_before_it_removes_is_found_out() {
        contract::ceremony_store(Arc::new(Hesitant::default()), spawn).await;
    }

    /// However the runtime orders its tasks: here each is at its end before another one gets its turn.
    #[tokio::test]
    #[should_panic(expected = "take: of 64 calls at once exactly one gets the state")]
    async fn a_store_that_looks_before_it_removes_is_found_out_in_any_order() {
        contract::ceremony_store(Arc::new(Hesitant::default()), spawn_in_one_go).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    #[should_panic(expected = "spend: a second call for an id is told so")]
    async fn a_list_that_forgets_is_found_out() {
        contract::spend_list(Arc::new(Forgetful::default()), spawn).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    #[should_panic(expected = "tenants don't see each other")]
    async fn a_store_that_mixes_tenants_is_found_out() {
        contract::user_handles(Arc::new(Mixing::default()), spawn).await;
    }
}
