//! What may be inserted.

use super::fixtures::{NOW, World, user_handle};
use super::ok;
use super::race::{RACERS, Racer};
use crate::store::{Inserted, RemovalGuard};
use ceremony::{CredentialRecord, Status};
use std::collections::HashSet;

pub(super) async fn unique(world: &World) {
    let stored = world.given(&user_handle()).await;
    let mut same_user = stored.record.clone();
    same_user.name = String::from("second");
    let mut other_user = world.record(&user_handle());
    other_user.credential_id = stored.record.credential_id.clone();
    for status in [Status::Active, revoked()] {
        if !status.is_active() {
            let (owner, guard) = (&stored.record.user_handle, RemovalGuard::Any);
            ok("revoke", world.store.revoke(&world.realm, owner, stored.id, "lost", guard, NOW).await);
        }
        let before = world.find(&stored.record.credential_id).await;
        for again in [&same_user, &other_user] {
            let inserted = world.try_insert(again).await;
            assert_eq!(
                inserted,
                Inserted::Exists,
                "insert: a credential id is unique among all users, revoked ones included"
            );
        }
        let after = world.find(&stored.record.credential_id).await;
        assert_eq!(after, before, "insert: a refused insertion changes nothing");
        assert!(world.list(&other_user.user_handle).await.is_empty(), "insert: a refused insertion writes nothing");
    }
    for other in [world.other_tenant(), world.other_rp_id()] {
        let mut record = other.record(&stored.record.user_handle);
        record.credential_id = stored.record.credential_id.clone();
        other.insert(&record).await;
    }
}

fn revoked() -> Status {
    Status::Revoked { reason: String::from("lost"), since: NOW }
}

pub(super) async fn unique_in_a_race(world: &World, racer: &Racer<'_>) {
    let template = world.record(&user_handle());
    let results = racer
        .race(|number| {
            let world = world.clone();
            let mut record = template.clone();
            record.name = number.to_string();
            if number % 2 == 1 {
                record.user_handle = user_handle();
            }
            async move { (number, world.try_insert(&record).await) }
        })
        .await;
    let mut stored = Vec::new();
    for (number, inserted) in results {
        match inserted {
            Inserted::Stored(id) => stored.push((number, id)),
            Inserted::Exists => {}
            Inserted::LimitReached => panic!("insert: a user below the cap has not reached it"),
        }
    }
    let [(winner, id)] = stored.as_slice() else {
        panic!("insert: of {RACERS} insertions of one credential id exactly one is stored, not {}", stored.len());
    };
    let found = world.find(&template.credential_id).await.expect("insert: the stored one is there");
    assert_eq!(found.id, *id, "insert: the row has the name that the winner was told");
    assert_eq!(found.record.name, winner.to_string(), "insert: the row holds the winner's record");
}

pub(super) async fn cap(world: &World) {
    let owner = user_handle();
    let insert = async |record: &CredentialRecord, cap| ok("insert", world.store.insert(record, cap, NOW).await);
    let refused = insert(&world.record(&owner), 0).await;
    assert_eq!(refused, Inserted::LimitReached, "insert: with a cap of 0 nothing is stored");
    let first = world.given(&owner).await;
    let second = world.given(&owner).await;
    let third = world.record(&owner);
    assert_eq!(insert(&third, 2).await, Inserted::LimitReached, "insert: a user at the cap gets no more");
    assert_eq!(world.find(&third.credential_id).await, None, "insert: a refused insertion writes nothing");
    let other = insert(&world.record(&user_handle()), 2).await;
    assert!(matches!(other, Inserted::Stored(_)), "insert: the cap is for each user");
    for elsewhere in [world.other_tenant(), world.other_rp_id()] {
        let inserted = insert(&elsewhere.record(&owner), 1).await;
        assert!(matches!(inserted, Inserted::Stored(_)), "insert: the cap is for each realm");
    }
    ok("suspend", world.store.suspend(&world.realm, &first.record.credential_id, "clone", NOW).await);
    assert_eq!(insert(&third, 2).await, Inserted::LimitReached, "insert: a suspended credential counts for the cap");
    let guard = RemovalGuard::Any;
    ok("revoke", world.store.revoke(&world.realm, &owner, second.id, "lost", guard, NOW).await);
    assert!(
        matches!(insert(&third, 2).await, Inserted::Stored(_)),
        "insert: a revoked credential does not count for the cap"
    );
}

pub(super) async fn cap_in_a_race(world: &World, racer: &Racer<'_>) {
    const CAP: u32 = 3;
    let owner = user_handle();
    let results = racer
        .race(|_| {
            let (world, record) = (world.clone(), world.record(&owner));
            async move { ok("insert in a race", world.store.insert(&record, CAP, NOW).await) }
        })
        .await;
    let mut names = HashSet::new();
    for inserted in results {
        match inserted {
            Inserted::Stored(id) => assert!(names.insert(id), "insert: no two rows have one name"),
            Inserted::LimitReached => {}
            Inserted::Exists => panic!("insert: a new credential id does not exist"),
        }
    }
    assert_eq!(names.len(), 3, "insert: of {RACERS} insertions at once exactly {CAP} fit under a cap of {CAP}");
    assert_eq!(world.list(&owner).await.len(), names.len(), "insert: what is stored can be listed");
}
