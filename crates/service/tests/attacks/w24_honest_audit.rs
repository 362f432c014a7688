//! W24: a removal that removes nothing is audited as a revocation, and stored times lose their zone.

use crate::world::{World, code, id};
use ceremony_service::AuditKind;
use ceremony_service::store::RowId;
use ceremony_testkit::Authenticator;

#[tokio::test]
async fn what_did_not_happen_is_not_in_the_log() {
    let world = World::new();
    let mut device = Authenticator::new("d");
    let stored = world.register(&mut device, "ada").await;
    world.begin_registration("bob").await;
    world.audit.taken();

    let nobodys = RowId::new([9; 16]);
    for (user, row) in [("bob", stored.id), ("ada", nobodys), ("nobody", stored.id)] {
        assert_eq!(code(world.service.revoke(&id(user), row, "lost").await), "not_found");
        assert_eq!(code(world.service.rename(&id(user), row, "x").await), "not_found");
        assert_eq!(code(world.service.erase_credential(&id(user), row).await), "not_found");
    }
    assert_eq!(world.service.revoke_all(&id("bob"), "lost").await.unwrap(), 0);
    assert_eq!(world.service.erase(&id("nobody")).await.unwrap(), 0);
    assert!(!world.service.reactivate(&stored.record.credential_id).await.unwrap());
    assert_eq!(world.audit.taken(), []);

    world.service.revoke(&id("ada"), stored.id, "lost").await.unwrap();
    assert_eq!(code(world.service.revoke(&id("ada"), stored.id, "lost").await), "not_found");
    assert!(!world.service.suspend(&stored.record.credential_id, "late").await.unwrap());
    assert_eq!(world.audit.taken(), [AuditKind::CredentialRevoked { credential: stored.id }]);
}

/// Times are milliseconds since 1970 in UTC everywhere, so that there is no zone to lose; the contract suite has every
/// store give back times from 2026 to 9999 as they were.
#[tokio::test]
async fn times_come_back_to_the_millisecond() {
    let world = World::new();
    world.clock.advance(std::time::Duration::from_millis(123));
    let now = ceremony_service::Clock::now(&*world.clock);
    let mut device = Authenticator::new("d");
    let stored = world.register(&mut device, "ada").await;
    assert_eq!(stored.record.created_at, now);
    let listed = world.service.list(&id("ada")).await.unwrap();
    assert_eq!(listed[0].record.created_at, now);
    let exported = world.service.export(&id("ada")).await.unwrap();
    assert_eq!(exported["credentials"][0]["record"]["created_at"], serde_json::json!(now.as_millis()), "{exported}");
}
