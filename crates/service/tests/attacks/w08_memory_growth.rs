//! W8: anybody may begin, so that what is kept for them must have an end.

use crate::world::{BROWSER, World, code, json, tab};
use ceremony_service::memory::{MemoryCeremonies, MemorySpendList};
use ceremony_service::sealed::{KeyRing, SealedCeremonies, SealingKey};
use ceremony_service::store::StoreError;
use ceremony_service::{ServiceError, Subject};
use ceremony_testkit::Authenticator;
use std::sync::Arc;

#[tokio::test]
async fn a_full_store_refuses_and_drops_nobodys_ceremony() {
    let world = World::with(|rp| rp, |s| s.authentications(Arc::new(MemoryCeremonies::new(3))));
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    let first = world.begin(Subject::Anybody).await;
    for _ in 0..2 {
        world.begin(Subject::Anybody).await;
    }
    for _ in 0..100 {
        let refused = world.service.begin_authentication(Subject::Anybody, b"", BROWSER).await;
        assert!(matches!(refused, Err(ServiceError::Store(StoreError::Full))));
    }
    let response = device.authenticate_json(&json(&first.options), &tab()).unwrap();
    assert_eq!(code(world.finish(&first.handle, &response).await), "ok");
    world.begin(Subject::Anybody).await;
    world.clock.advance(world.service.ceremony().relying_party().timeout());
    for _ in 0..3 {
        world.begin(Subject::Anybody).await;
    }
}

#[tokio::test]
async fn a_sealed_store_keeps_nothing_until_finish() {
    let ring = KeyRing::new(SealingKey::random().unwrap());
    let store = SealedCeremonies::new(ring, Arc::new(MemorySpendList::new(1)));
    let world = World::with(|rp| rp, |s| s.authentications(Arc::new(store)));
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    for _ in 0..1000 {
        world.begin(Subject::Anybody).await;
    }
    assert_eq!(code(world.sign_in(&mut device).await), "ok");
}
