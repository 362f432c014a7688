//! Erasure, and what stays behind of it.

use super::fixtures::{NO_CAP, NOW, World, later, random, user_handle};
use super::ok;
use super::race::Racer;
use crate::store::{Inserted, RemovalGuard, RowId, StoredCredential};
use ceremony::{CredentialRecord, UnixTime, UserHandle};

async fn erase_row(world: &World, owner: &UserHandle, id: RowId, until: UnixTime) -> bool {
    ok("erase", world.store.erase(&world.realm, owner, id, until).await)
}

async fn insert_at(world: &World, record: &CredentialRecord, now: UnixTime) -> Inserted {
    ok("insert", world.store.insert(record, NO_CAP, now).await)
}

async fn assert_gone(world: &World, stored: &StoredCredential) {
    let owner = &stored.record.user_handle;
    assert_eq!(world.find(&stored.record.credential_id).await, None, "erase: the row is gone");
    assert_eq!(world.get(owner, stored.id).await, None, "erase: the row is gone");
    assert!(!world.list(owner).await.contains(stored), "erase: the row is gone");
}

pub(super) async fn erase(world: &World) {
    let owner = user_handle();
    let stored = world.given(&owner).await;
    let neighbour = world.given(&owner).await;
    let until = later(300);
    assert!(!erase_row(world, &user_handle(), stored.id, until).await, "erase: another user's record is not found");
    assert!(!erase_row(world, &owner, RowId::new(random()), until).await, "erase: an unknown record is not found");
    for other in [world.other_tenant(), world.other_rp_id()] {
        assert!(!erase_row(&other, &owner, stored.id, until).await, "erase: realms don't see each other");
    }
    assert!(world.holds(&stored).await, "erase: where nothing is found nothing changes");
    let mut stranger = world.record(&user_handle());
    stranger.credential_id = stored.record.credential_id.clone();
    assert_eq!(world.try_insert(&stranger).await, Inserted::Exists, "erase: where nothing is found nothing changes");

    assert!(erase_row(world, &owner, stored.id, until).await, "erase: a user's record is erased");
    assert_gone(world, &stored).await;
    assert!(!erase_row(world, &owner, stored.id, later(600)).await, "erase: an erased record is not found");
    assert!(world.holds(&neighbour).await, "erase: leaves other records alone");
    for record in [&stored.record, &stranger] {
        for now in [NOW, later(299)] {
            let inserted = insert_at(world, record, now).await;
            assert_eq!(
                inserted,
                Inserted::Exists,
                "insert: an erased credential id does not come back before its time"
            );
        }
    }
    assert_eq!(world.find(&stored.record.credential_id).await, None, "insert: a refused insertion writes nothing");
    for other in [world.other_tenant(), world.other_rp_id()] {
        let mut record = other.record(&owner);
        record.credential_id = stored.record.credential_id.clone();
        other.insert(&record).await;
    }
    let inserted = insert_at(world, &stored.record, until).await;
    assert!(matches!(inserted, Inserted::Stored(_)), "insert: an erased credential id is free after its time");
    let guard = RemovalGuard::Any;
    ok("revoke", world.store.revoke(&world.realm, &owner, neighbour.id, "lost", guard, NOW).await);
    assert!(erase_row(world, &owner, neighbour.id, until).await, "erase: a revoked record can be erased");
    assert_gone(world, &neighbour).await;
}

pub(super) async fn erase_user(world: &World) {
    let owner = user_handle();
    let mut mine = Vec::new();
    for _ in 0..3 {
        mine.push(world.given(&owner).await);
    }
    let revoked = world.given(&owner).await;
    let guard = RemovalGuard::Any;
    ok("revoke", world.store.revoke(&world.realm, &owner, revoked.id, "lost", guard, NOW).await);
    mine.push(revoked);
    let stranger = world.given(&user_handle()).await;
    let erase = async |world: &World, owner: &UserHandle| {
        ok("erase_user", world.store.erase_user(&world.realm, owner, later(300)).await)
    };
    assert_eq!(erase(world, &user_handle()).await, 0, "erase_user: a user without credentials has none erased");
    for other in [world.other_tenant(), world.other_rp_id()] {
        assert_eq!(erase(&other, &owner).await, 0, "erase_user: realms don't see each other");
    }
    assert_eq!(world.list(&owner).await.len(), 4, "erase_user: where nothing is found nothing changes");
    assert_eq!(erase(world, &owner).await, 4, "erase_user: counts every record, revoked ones included");
    for stored in &mine {
        assert_gone(world, stored).await;
        let inserted = insert_at(world, &stored.record, later(299)).await;
        assert_eq!(inserted, Inserted::Exists, "insert: an erased credential id does not come back before its time");
    }
    assert_eq!(erase(world, &owner).await, 0, "erase_user: the second finds nothing more to erase");
    assert!(world.holds(&stranger).await, "erase_user: leaves other users alone");
}

/// Whoever comes first, erasing wins: nothing brings a credential back.
pub(super) async fn erase_in_a_race(world: &World, racer: &Racer<'_>) {
    let stored = world.given(&user_handle()).await;
    let results = racer
        .race(|number| {
            let (world, stored) = (world.clone(), stored.clone());
            async move {
                let (owner, until) = (&stored.record.user_handle, later(300));
                if number % 2 == 0 {
                    return erase_row(&world, owner, stored.id, until).await;
                }
                let inserted = world.try_insert(&stored.record).await;
                assert_eq!(inserted, Inserted::Exists, "insert: beside an erasure the credential id exists");
                false
            }
        })
        .await;
    let erased = results.into_iter().filter(|erased| *erased).count();
    assert_eq!(erased, 1, "erase: of erasures at once exactly one finds the record");
    assert_gone(world, &stored).await;
}

pub(super) async fn cleanup(world: &World) {
    ok("cleanup", world.store.cleanup(later(2_000_000_000)).await);
    let owner = user_handle();
    let mut erased = Vec::new();
    for seconds in [10, 20, 30] {
        let stored = world.given(&owner).await;
        erase_row(world, &owner, stored.id, later(seconds)).await;
        erased.push(stored);
    }
    let kept = world.given(&owner).await;
    let cleanup = async |now| ok("cleanup", world.store.cleanup(now).await);
    assert_eq!(cleanup(later(9)).await, 0, "cleanup: keeps tombstones until they expire");
    assert_eq!(cleanup(later(20)).await, 2, "cleanup: drops and counts the tombstones that have expired");
    assert_eq!(cleanup(later(20)).await, 0, "cleanup: the second finds nothing more to drop");
    let last = erased.pop().expect("three were erased");
    let inserted = insert_at(world, &last.record, later(20)).await;
    assert_eq!(inserted, Inserted::Exists, "cleanup: keeps tombstones until they expire");
    for stored in &erased {
        let inserted = insert_at(world, &stored.record, later(20)).await;
        assert!(matches!(inserted, Inserted::Stored(_)), "insert: an erased credential id is free after its time");
    }
    assert!(world.holds(&kept).await, "cleanup: leaves records alone");
}
