//! Renaming, suspending and reactivating.

use super::fixtures::{NOW, World, credential_id, later, random, user_handle};
use super::ok;
use crate::store::{RemovalGuard, RowId, StoredCredential};
use ceremony::{CredentialId, Status};

pub(super) async fn rename(world: &World) {
    let owner = user_handle();
    let mut stored = world.given(&owner).await;
    let neighbour = world.given(&owner).await;
    let rename =
        async |world: &World, owner, id, name| ok("rename", world.store.rename(&world.realm, owner, id, name).await);
    for name in ["Ada's phone", "🔑 'quoted'", ""] {
        name.clone_into(&mut stored.record.name);
        let renamed = rename(world, &owner, stored.id, name).await;
        assert_eq!(renamed.as_ref(), Some(&stored), "rename: gives the record with its new name");
        assert!(world.holds(&stored).await, "rename: writes the name and nothing else");
    }
    let stranger = user_handle();
    assert_eq!(rename(world, &stranger, stored.id, "x").await, None, "rename: another user's record is not found");
    let unknown = RowId::new(random());
    assert_eq!(rename(world, &owner, unknown, "x").await, None, "rename: an unknown record is not found");
    for other in [world.other_tenant(), world.other_rp_id()] {
        assert_eq!(rename(&other, &owner, stored.id, "x").await, None, "rename: realms don't see each other");
    }
    assert_eq!(world.get(&stranger, stored.id).await, None, "get: another user's record is not found");
    assert_eq!(world.get(&owner, unknown).await, None, "get: an unknown record is not found");
    assert!(world.holds(&stored).await, "rename: where nothing is found nothing changes");
    assert!(world.holds(&neighbour).await, "rename: leaves other records alone");

    let (id, guard) = (&stored.record.credential_id, RemovalGuard::Any);
    ok("suspend", world.store.suspend(&world.realm, id, "clone", NOW).await);
    let renamed = rename(world, &owner, stored.id, "still mine").await;
    assert!(renamed.is_some(), "rename: a suspended record can be renamed");
    ok("revoke", world.store.revoke(&world.realm, &owner, stored.id, "lost", guard, NOW).await);
    assert_eq!(rename(world, &owner, stored.id, "x").await, None, "rename: a revoked record is not found");
    let now = world.find(id).await.expect("revoke: the row stays");
    assert_eq!(now.record.name, "still mine", "rename: where nothing is found nothing changes");
}

pub(super) async fn suspend_and_reactivate(world: &World) {
    let stored = world.given(&user_handle()).await;
    let neighbour = world.given(&stored.record.user_handle).await;
    let id = &stored.record.credential_id;
    let suspend = async |world: &World, id: &CredentialId, reason: &str, at| {
        ok("suspend", world.store.suspend(&world.realm, id, reason, at).await)
    };
    let reactivate =
        async |world: &World, id: &CredentialId| ok("reactivate", world.store.reactivate(&world.realm, id).await);
    assert!(!reactivate(world, id).await, "reactivate: an active record is not reactivated");
    assert!(!suspend(world, &credential_id(), "x", NOW).await, "suspend: an unknown record is not suspended");
    assert!(!reactivate(world, &credential_id()).await, "reactivate: an unknown record is not reactivated");
    for other in [world.other_tenant(), world.other_rp_id()] {
        assert!(!suspend(&other, id, "x", NOW).await, "suspend: realms don't see each other");
        assert!(!reactivate(&other, id).await, "reactivate: realms don't see each other");
    }
    assert!(world.holds(&stored).await, "suspend: where nothing is found nothing changes");

    let reason = "ß".repeat(64);
    assert!(suspend(world, id, &reason, later(1)).await, "suspend: an active record is suspended");
    let mut suspended = stored.clone();
    suspended.record.status = Status::Suspended { reason, since: later(1) };
    assert!(world.holds(&suspended).await, "suspend: keeps reason and time, and writes nothing else");
    assert!(!suspend(world, id, "second", later(2)).await, "suspend: a suspended record is not suspended again");
    assert!(world.holds(&suspended).await, "suspend: the first reason stays");
    assert!(reactivate(world, id).await, "reactivate: a suspended record is reactivated");
    assert!(world.holds(&stored).await, "reactivate: writes the status and nothing else");
    assert!(world.holds(&neighbour).await, "suspend: leaves other records alone");

    let (owner, guard) = (&stored.record.user_handle, RemovalGuard::Any);
    ok("revoke", world.store.revoke(&world.realm, owner, stored.id, "lost", guard, later(3)).await);
    let mut revoked = StoredCredential { id: stored.id, record: stored.record.clone() };
    revoked.record.status = Status::Revoked { reason: String::from("lost"), since: later(3) };
    assert!(!suspend(world, id, "x", later(4)).await, "suspend: a revoked record is not suspended");
    assert!(!reactivate(world, id).await, "reactivate: a revoked record is not reactivated");
    assert!(world.holds(&revoked).await, "reactivate: never undoes a revocation");
}
