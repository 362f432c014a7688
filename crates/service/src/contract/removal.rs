//! Revocation and its guard.

use super::fixtures::{NOW, World, later, random, user_handle};
use super::ok;
use super::race::Racer;
use crate::store::{RemovalGuard, Removed, RowId, StoredCredential};
use ceremony::{Status, UserHandle};

async fn remove(world: &World, owner: &UserHandle, id: RowId, guard: RemovalGuard) -> Removed {
    ok("revoke", world.store.revoke(&world.realm, owner, id, "lost", guard, later(1)).await)
}

fn revoked(stored: &StoredCredential) -> StoredCredential {
    let mut revoked = stored.clone();
    revoked.record.status = Status::Revoked { reason: String::from("lost"), since: later(1) };
    revoked
}

pub(super) async fn revoke(world: &World) {
    let owner = user_handle();
    let stored = world.given(&owner).await;
    let neighbour = world.given(&owner).await;
    let any = RemovalGuard::Any;
    let stranger = remove(world, &user_handle(), stored.id, any).await;
    assert_eq!(stranger, Removed::NotFound, "revoke: another user's record is not found");
    let unknown = remove(world, &owner, RowId::new(random()), any).await;
    assert_eq!(unknown, Removed::NotFound, "revoke: an unknown record is not found");
    for other in [world.other_tenant(), world.other_rp_id()] {
        let elsewhere = remove(&other, &owner, stored.id, any).await;
        assert_eq!(elsewhere, Removed::NotFound, "revoke: realms don't see each other");
    }
    assert!(world.holds(&stored).await, "revoke: where nothing is found nothing changes");
    let removed = remove(world, &owner, stored.id, any).await;
    let gone = revoked(&stored);
    assert_eq!(removed, Removed::Revoked(Box::new(gone.clone())), "revoke: gives the record as it is now");
    assert!(world.holds(&gone).await, "revoke: keeps the row, with reason and time, and writes nothing else");
    let (reason, guard) = ("second", RemovalGuard::Any);
    let again = world.store.revoke(&world.realm, &owner, stored.id, reason, guard, later(2)).await;
    assert_eq!(ok("revoke", again), Removed::NotFound, "revoke: a revoked record is not found");
    assert!(world.holds(&gone).await, "revoke: the first reason stays");
    assert!(world.holds(&neighbour).await, "revoke: leaves other records alone");
    let last = remove(world, &owner, neighbour.id, any).await;
    assert!(matches!(last, Removed::Revoked(_)), "revoke: without the guard the last one may go");
}

pub(super) async fn last_one(world: &World) {
    let owner = user_handle();
    let not_last = RemovalGuard::NotLast;
    let first = world.given(&owner).await;
    world.given(&user_handle()).await;
    let only = remove(world, &owner, first.id, not_last).await;
    assert_eq!(only, Removed::IsLast, "revoke: the guard keeps the last active record");
    assert!(world.holds(&first).await, "revoke: a guarded record does not change");
    let stranger = remove(world, &user_handle(), first.id, not_last).await;
    assert_eq!(stranger, Removed::NotFound, "revoke: the guard tells a stranger nothing");

    let second = world.given(&owner).await;
    ok("suspend", world.store.suspend(&world.realm, &second.record.credential_id, "clone", NOW).await);
    let only = remove(world, &owner, first.id, not_last).await;
    assert_eq!(only, Removed::IsLast, "revoke: a suspended record is no substitute for the last active one");
    let suspended = remove(world, &owner, second.id, not_last).await;
    assert!(matches!(suspended, Removed::Revoked(_)), "revoke: the guard lets a suspended record go");
    let again = remove(world, &owner, second.id, not_last).await;
    assert_eq!(again, Removed::NotFound, "revoke: a revoked record is not found, guarded or not");

    let third = world.given(&owner).await;
    let one_of_two = remove(world, &owner, first.id, not_last).await;
    assert!(matches!(one_of_two, Removed::Revoked(_)), "revoke: the guard lets one of two active records go");
    let only = remove(world, &owner, third.id, not_last).await;
    assert_eq!(only, Removed::IsLast, "revoke: the guard does not count revoked records");
}

pub(super) async fn last_two_in_a_race(world: &World, racer: &Racer<'_>) {
    for round in 0..16 {
        let owner = user_handle();
        let ids = [world.given(&owner).await.id, world.given(&owner).await.id];
        let results = racer
            .race_in_groups(2, 1 + round % 2, |number| {
                let (world, owner) = (world.clone(), owner.clone());
                let id = if number == 0 { ids[0] } else { ids[1] };
                async move { remove(&world, &owner, id, RemovalGuard::NotLast).await }
            })
            .await;
        let kept = results.iter().filter(|removed| **removed == Removed::IsLast).count();
        assert_eq!(kept, 1, "revoke: of two removals of the last two at once the guard refuses one");
        assert_eq!(world.count(&owner).await, 1, "revoke: under the guard an active record is left");
    }
}

pub(super) async fn revoke_all(world: &World) {
    let owner = user_handle();
    let active = world.given(&owner).await;
    let suspended = world.given(&owner).await;
    let earlier = world.given(&owner).await;
    let stranger = world.given(&user_handle()).await;
    ok("suspend", world.store.suspend(&world.realm, &suspended.record.credential_id, "clone", NOW).await);
    remove(world, &owner, earlier.id, RemovalGuard::Any).await;
    let all = async |world: &World, owner: &UserHandle, reason: &str| {
        ok("revoke_all", world.store.revoke_all(&world.realm, owner, reason, later(1)).await)
    };
    assert_eq!(all(world, &user_handle(), "lost").await, 0, "revoke_all: a user without credentials has none revoked");
    for other in [world.other_tenant(), world.other_rp_id()] {
        assert_eq!(all(&other, &owner, "lost").await, 0, "revoke_all: realms don't see each other");
    }
    assert!(world.holds(&active).await, "revoke_all: where nothing is found nothing changes");
    assert_eq!(all(world, &owner, "lost").await, 2, "revoke_all: counts what was not revoked before");
    for stored in [&active, &suspended, &earlier] {
        assert!(world.holds(&revoked(stored)).await, "revoke_all: every record keeps its reason and time");
    }
    assert_eq!(all(world, &owner, "again").await, 0, "revoke_all: the second finds nothing more to revoke");
    assert!(world.holds(&revoked(&active)).await, "revoke_all: the first reason stays");
    assert!(world.holds(&stranger).await, "revoke_all: leaves other users alone");
}
