//! Lists and counts.

use super::fixtures::{FAR_FUTURE, NOW, World, later, random, user_handle};
use super::ok;
use crate::store::{Page, RemovalGuard, RowId, StoredCredential};
use ceremony::{RecordUpdate, UnixTime, UserHandle};
use std::collections::HashSet;

async fn page(world: &World, owner: &UserHandle, after: Option<RowId>, limit: u32) -> Vec<StoredCredential> {
    ok("list", world.store.list(&world.realm, owner, Page { after, limit }).await)
}

pub(super) async fn pages(world: &World) {
    let owner = user_handle();
    assert!(world.list(&owner).await.is_empty(), "list: a user without credentials has an empty list");
    let times = [NOW, later(5), NOW, UnixTime::from_millis(0), NOW, FAR_FUTURE, NOW, later(5), NOW];
    for created_at in times {
        let mut record = world.record(&owner);
        record.created_at = created_at;
        world.insert(&record).await;
        world.given(&user_handle()).await;
    }
    let whole = world.list(&owner).await;
    assert_eq!(whole.len(), times.len(), "list: has all of the user's records and no other");
    let created: Vec<UnixTime> = whole.iter().map(|stored| stored.record.created_at).collect();
    assert!(created.is_sorted(), "list: the oldest comes first");
    for limit in [1, 2, 4, 9, 10] {
        let mut joined = Vec::new();
        let mut after = None;
        loop {
            let part = page(world, &owner, after, limit).await;
            let asked = usize::try_from(limit).unwrap_or(usize::MAX);
            assert!(part.len() <= asked, "list: a page has at most as many rows as asked for");
            let Some(last) = part.last() else { break };
            after = Some(last.id);
            assert!(joined.len() < whole.len(), "list: pages come to an end");
            joined.extend(part);
        }
        assert_eq!(
            joined, whole,
            "list: pages of {limit} make the whole list, in its order, also where times are equal"
        );
    }
    let order: Vec<RowId> = whole.iter().map(|stored| stored.id).collect();
    let (first, second) = (whole.first().expect("nine rows"), whole.get(2).expect("nine rows"));
    let (guard, id) = (RemovalGuard::Any, second.id);
    ok("rename", world.store.rename(&world.realm, &owner, first.id, "renamed").await);
    ok("revoke", world.store.revoke(&world.realm, &owner, id, "lost", guard, NOW).await);
    ok("apply", world.store.apply(&RecordUpdate::of(&first.record, 1, FAR_FUTURE)).await);
    let now: Vec<RowId> = world.list(&owner).await.iter().map(|stored| stored.id).collect();
    assert_eq!(now, order, "list: changes leave the order as it is, and revoked records in it");
    assert_eq!(now.iter().collect::<HashSet<_>>().len(), times.len(), "list: no row stands twice");
}

/// A cursor that is none of the user's rows: better to see a row twice than to miss one.
pub(super) async fn cursors(world: &World) {
    let owner = user_handle();
    let mut mine = Vec::new();
    for _ in 0..3 {
        mine.push(world.given(&owner).await.id);
    }
    let stranger = world.given(&user_handle()).await;
    for cursor in [stranger.id, RowId::new(random())] {
        let rows = page(world, &owner, Some(cursor), 10).await;
        assert_eq!(rows.len(), 3, "list: a cursor that is not the user's starts from the beginning");
    }
    let first = *mine.first().expect("three rows");
    ok("erase", world.store.erase(&world.realm, &owner, first, later(300)).await);
    let rows = page(world, &owner, Some(first), 10).await;
    assert_eq!(rows.len(), 2, "list: no row is missed when the cursor's row was erased");
    for other in [world.other_tenant(), world.other_rp_id()] {
        assert!(page(&other, &owner, None, 10).await.is_empty(), "list: realms don't see each other");
    }
}

pub(super) async fn count(world: &World) {
    let owner = user_handle();
    assert_eq!(world.count(&owner).await, 0, "count: a user without credentials has none");
    let first = world.given(&owner).await;
    let second = world.given(&owner).await;
    let third = world.given(&owner).await;
    world.given(&user_handle()).await;
    assert_eq!(world.count(&owner).await, 3, "count: counts the user's active records");
    ok("suspend", world.store.suspend(&world.realm, &first.record.credential_id, "clone", NOW).await);
    assert_eq!(world.count(&owner).await, 2, "count: a suspended record is not active");
    let guard = RemovalGuard::Any;
    ok("revoke", world.store.revoke(&world.realm, &owner, second.id, "lost", guard, NOW).await);
    assert_eq!(world.count(&owner).await, 1, "count: a revoked record is not active");
    ok("reactivate", world.store.reactivate(&world.realm, &first.record.credential_id).await);
    assert_eq!(world.count(&owner).await, 2, "count: a reactivated record is active");
    ok("erase", world.store.erase(&world.realm, &owner, third.id, later(300)).await);
    assert_eq!(world.count(&owner).await, 1, "count: an erased record is not there");
}
