//! W4: a recorded answer sent again: an assertion signs in again, a registration revives a revoked credential.

use crate::world::{BROWSER, World, code, id, json, tab};
use ceremony::UnixTime;
use ceremony_service::memory::MemorySpendList;
use ceremony_service::sealed::{KeyRing, SealedCeremonies, SealingKey};
use ceremony_service::{AuditKind, Subject};
use ceremony_testkit::Authenticator;
use std::sync::Arc;

fn sealed() -> World {
    let store = || {
        let ring = KeyRing::new(SealingKey::random().unwrap());
        Arc::new(SealedCeremonies::new(ring, Arc::new(MemorySpendList::new(1000))))
    };
    World::with(|rp| rp, |service| service.ceremonies(store()).authentications(store()))
}

#[tokio::test]
async fn an_assertion_signs_in_once() {
    for world in [World::new(), sealed()] {
        let mut device = Authenticator::new("d");
        world.register(&mut device, "ada").await;
        let begun = world.begin(Subject::Anybody).await;
        let response = device.authenticate_json(&json(&begun.options), &tab()).unwrap();
        assert_eq!(code(world.finish(&begun.handle, &response).await), "ok");
        for _ in 0..5 {
            assert_eq!(code(world.finish(&begun.handle, &response).await), "ceremony_unusable");
        }
        let other = world.begin(Subject::Anybody).await;
        assert_eq!(code(world.finish(&other.handle, &response).await), "authentication_failed");
    }
}

/// A sealed store can tell a replay from anything else, and the log says so; the client learns nothing of it.
#[tokio::test]
async fn a_replay_and_a_late_finish_are_audited_as_such() {
    let world = sealed();
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    let begun = world.begin(Subject::Anybody).await;
    let response = device.authenticate_json(&json(&begun.options), &tab()).unwrap();
    assert_eq!(code(world.finish(&begun.handle, &response).await), "ok");
    world.audit.taken();
    assert_eq!(code(world.finish(&begun.handle, &response).await), "ceremony_unusable");
    assert_eq!(world.audit.taken(), [AuditKind::CeremonyReplayed { registration: false }]);
    let late = world.begin(Subject::Anybody).await;
    let registration = world.begin_registration("ada").await;
    world.clock.advance(world.service.ceremony().relying_party().timeout());
    world.audit.taken();
    assert_eq!(code(world.finish(&late.handle, &response).await), "ceremony_unusable");
    let response = Authenticator::new("e").register_json(&json(&registration.options), &tab()).unwrap();
    assert_eq!(code(world.finish_registration("ada", &registration.handle, &response).await), "ceremony_unusable");
    let expired = [false, true].map(|registration| AuditKind::CeremonyExpired { registration });
    assert_eq!(world.audit.taken(), expired);
    let other = ceremony_service::store::Handle::parse("AAAA").unwrap();
    assert_eq!(code(world.finish_registration("ada", &other, &response).await), "ceremony_unusable");
    assert_eq!(world.audit.taken(), [AuditKind::CeremonyUnusable { registration: true }]);
}

#[tokio::test]
async fn a_revoked_credential_does_not_come_back() {
    for world in [World::new(), sealed()] {
        let mut device = Authenticator::new("d");
        let begun = world.begin_registration("ada").await;
        let response = device.register_json(&json(&begun.options), &tab()).unwrap();
        let stored = world.finish_registration("ada", &begun.handle, &response).await.unwrap().credential;
        world.service.revoke(&id("ada"), stored.id, "stolen").await.unwrap();
        assert_eq!(code(world.finish_registration("ada", &begun.handle, &response).await), "ceremony_unusable");
        let mut options = json(&world.begin_registration("ada").await.options);
        options["excludeCredentials"] = serde_json::json!([]);
        for user in ["ada", "bob"] {
            // The same seed makes the same credential, under a fresh ceremony.
            let again = world.try_register(&mut Authenticator::new("d"), user).await;
            assert_eq!(code(again), "credential_exists");
        }
        assert_eq!(code(world.sign_in(&mut device).await), "authentication_failed");
        assert!(world.service.list(&id("ada")).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_spent_handle_stays_spent_after_cleanup() {
    let world = sealed();
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    let begun = world.service.begin_authentication(Subject::Anybody, b"", BROWSER).await.unwrap();
    let response = device.authenticate_json(&json(&begun.options), &tab()).unwrap();
    assert_eq!(code(world.finish(&begun.handle, &response).await), "ok");
    let timeout = world.service.ceremony().relying_party().timeout();
    for elapsed in [timeout / 2, timeout, timeout * 3] {
        world.clock.set(UnixTime::from_secs(1_700_000_000).saturating_add(elapsed));
        world.service.cleanup().await.unwrap();
        assert_eq!(code(world.finish(&begun.handle, &response).await), "ceremony_unusable");
    }
}
