//! The end of an account, exports, and cleaning up.

use crate::world::{World, code, id, json, tab};
use ceremony::CredentialRecord;
use ceremony_service::{AuditKind, BuildError, Passkeys};
use ceremony_testkit::Authenticator;
use std::time::Duration;

#[tokio::test]
async fn erasure_leaves_nothing_and_nothing_comes_back() {
    let world = World::new();
    let mut device = Authenticator::new("1");
    world.register(&mut device, "ada").await;
    let begun = world.begin_registration("ada").await;
    let late = Authenticator::new("2").register_json(&json(&begun.options), &tab()).unwrap();
    assert_eq!(world.service.erase(&id("ada")).await.unwrap(), 1);
    assert_eq!(world.service.erase(&id("ada")).await.unwrap(), 0);
    assert_eq!(world.audit.names().iter().filter(|name| **name == "user_erased").count(), 1);
    assert!(world.service.list(&id("ada")).await.unwrap().is_empty());
    assert_eq!(code(world.sign_in(&mut device).await), "unknown_credential");
    assert_eq!(code(world.finish_registration("ada", &begun.handle, &late).await), "ceremony_unusable");
    assert!(world.service.export(&id("ada")).await.unwrap()["credentials"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn an_erased_credential_id_is_not_registered_again_at_once() {
    let world = World::new();
    let stored = world.register(&mut Authenticator::new("1"), "ada").await;
    world.service.erase_credential(&id("ada"), stored.id).await.unwrap();
    // The same seed makes the same credential again.
    assert_eq!(code(world.try_register(&mut Authenticator::new("1"), "ada").await), "credential_exists");
    world.clock.advance(Duration::from_secs(66 * 60));
    assert_eq!(world.service.cleanup().await.unwrap().tombstones, 1);
    assert_eq!(code(world.try_register(&mut Authenticator::new("1"), "ada").await), "ok");
}

#[tokio::test]
async fn an_export_holds_every_record_in_its_readable_form() {
    let world = World::new();
    let one = world.register(&mut Authenticator::new("1"), "ada").await;
    let two = world.register(&mut Authenticator::new("2"), "ada").await;
    let two = world.service.revoke(&id("ada"), two.id, "lost").await.unwrap_or(two);
    world.register(&mut Authenticator::new("3"), "bob").await;
    let export = world.service.export(&id("ada")).await.unwrap();
    assert_eq!(export["user"], "ada");
    let read: Vec<(String, CredentialRecord)> = export["credentials"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            (entry["id"].as_str().unwrap().to_owned(), serde_json::from_value(entry["record"].clone()).unwrap())
        })
        .collect();
    assert_eq!(read.len(), 2);
    for stored in [one, two] {
        assert!(read.contains(&(stored.id.to_string(), stored.record)));
    }
}

#[tokio::test]
async fn cleanup_drops_what_has_expired_and_nothing_else() {
    let world = World::new();
    let mut device = Authenticator::new("1");
    world.register(&mut device, "ada").await;
    world.begin(ceremony_service::Subject::Anybody).await;
    world.clock.advance(world.service.ceremony().relying_party().timeout());
    let begun = world.begin(ceremony_service::Subject::Anybody).await;
    assert_eq!(world.service.cleanup().await.unwrap().ceremonies, 1);
    let response = device.authenticate_json(&json(&begun.options), &tab()).unwrap();
    let _ = world.finish(&begun.handle, &response).await.unwrap();
    assert!(world.audit.kinds().contains(&AuditKind::CleanedUp { ceremonies: 1, tombstones: 0 }));
}

#[test]
fn a_service_without_its_parts_is_not_built() {
    let rp = || {
        let rp = ceremony::RelyingParty::builder("example.com", "").origin("https://example.com").build().unwrap();
        Passkeys::builder(ceremony::Ceremony::new(rp))
    };
    assert!(matches!(rp().build(), Err(BuildError::Missing("credentials"))));
    let stores = || {
        rp().credentials(std::sync::Arc::new(ceremony_service::memory::MemoryCredentials::new()))
            .users(std::sync::Arc::new(ceremony_service::memory::MemoryUsers::new()))
            .ceremonies(std::sync::Arc::new(ceremony_service::memory::MemoryCeremonies::new(10)))
    };
    assert!(stores().build().is_ok());
    assert!(matches!(stores().max_credentials_per_user(0).build(), Err(BuildError::CredentialLimit(0))));
    assert!(matches!(stores().max_credentials_per_user(129).build(), Err(BuildError::CredentialLimit(129))));
}
