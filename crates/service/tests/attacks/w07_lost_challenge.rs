//! W7: a store that drops the challenge without a word, so that nothing can ever finish.

use ceremony::UnixTime;
use ceremony_service::contract;
use ceremony_service::store::{BoxFuture, CeremonyKey, CeremonyStore, Handle, StoreError, Taken};
use std::sync::Arc;

/// Says that it keeps states, and keeps none.
#[derive(Debug)]
struct Sieve;

impl CeremonyStore for Sieve {
    fn put<'a>(
        &'a self,
        _: &'a CeremonyKey,
        _: Vec<u8>,
        _: UnixTime,
        _: UnixTime,
    ) -> BoxFuture<'a, Result<Handle, StoreError>> {
        Box::pin(async { Handle::random() })
    }

    fn take<'a>(&'a self, _: &'a CeremonyKey, _: &'a Handle, _: UnixTime) -> BoxFuture<'a, Result<Taken, StoreError>> {
        Box::pin(async { Ok(Taken::Unknown) })
    }

    fn cleanup(&self, _: UnixTime) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(async { Ok(0) })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[should_panic(expected = "take: gives out what was put")]
async fn the_contract_finds_a_store_that_keeps_nothing() {
    contract::ceremony_store(Arc::new(Sieve), |task| drop(tokio::spawn(task))).await;
}

mod restored_session {
    use crate::world::{World, code, json, tab};
    use ceremony_service::Subject;
    use ceremony_testkit::Authenticator;

    /// The browser's cookies as they were before the sign-in, put back: what was begun then is used up on the server.
    #[tokio::test]
    async fn a_cookie_put_back_replays_nothing() {
        let world = World::new();
        let mut device = Authenticator::new("d");
        world.register(&mut device, "ada").await;
        let begun = world.begin(Subject::Anybody).await;
        let response = device.authenticate_json(&json(&begun.options), &tab()).unwrap();
        assert_eq!(code(world.finish(&begun.handle, &response).await), "ok");
        // The binding is the cookie's; handle and binding are those of the first time.
        assert_eq!(code(world.finish(&begun.handle, &response).await), "ceremony_unusable");
    }
}
