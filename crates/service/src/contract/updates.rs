//! Updates after an authentication.

use super::fixtures::{FAR_FUTURE, NOW, World, later, user_handle};
use super::ok;
use super::race::{RACERS, Racer};
use crate::store::{Applied, RemovalGuard, Removed, StoredCredential};
use ceremony::{RecordUpdate, UnixTime};

async fn apply(world: &World, update: &RecordUpdate) -> Applied {
    ok("apply", world.store.apply(update).await)
}

/// A changed update of a record.
fn update(stored: &StoredCredential, new_sign_count: u32, at: UnixTime) -> RecordUpdate {
    RecordUpdate::of(&stored.record, new_sign_count, at)
}

pub(super) async fn writes_its_fields_alone(world: &World) {
    let owner = user_handle();
    let mut stored = world.given(&owner).await;
    let neighbour = world.given(&owner).await;
    let mut elsewhere = Vec::new();
    for other in [world.other_tenant(), world.other_rp_id()] {
        let mut record = other.record(&owner);
        record.credential_id = stored.record.credential_id.clone();
        elsewhere.push((StoredCredential { id: other.insert(&record).await, record }, other));
    }
    let steps = [
        (7, false, false, false, later(1)),
        (u32::MAX, true, true, true, later(2)),
        (3, true, false, true, FAR_FUTURE),
        (0, false, false, false, NOW),
        (0, true, true, false, UnixTime::from_millis(0)),
    ];
    for (sign_count, eligible, backed_up, verified, at) in steps {
        let mut update = update(&stored, sign_count, at);
        update.backup_eligible = eligible;
        update.backup_state = backed_up;
        update.uv_initialized = verified;
        assert_eq!(
            apply(world, &update).await,
            Applied::Applied,
            "apply: an update with the stored counter is written"
        );
        stored.record.sign_count = sign_count;
        stored.record.backup_eligible = Some(eligible);
        stored.record.backup_state = backed_up;
        stored.record.uv_initialized = verified;
        stored.record.last_used_at = Some(at);
        let found = world.find(&stored.record.credential_id).await;
        assert_eq!(found.as_ref(), Some(&stored), "apply: writes its fields and no other");
    }
    assert!(world.holds(&neighbour).await, "apply: leaves other records alone");
    for (stored, other) in &elsewhere {
        assert!(other.holds(stored).await, "apply: leaves other realms alone");
    }
}

pub(super) async fn refused(world: &World) {
    let stored = world.given(&user_handle()).await;
    let good = update(&stored, 1, later(1));
    let mut stranger = good.clone();
    stranger.user_handle = user_handle();
    assert_eq!(apply(world, &stranger).await, Applied::Gone, "apply: an update for another owner finds nothing");
    let mut unknown = good.clone();
    unknown.credential_id = super::fixtures::credential_id();
    assert_eq!(apply(world, &unknown).await, Applied::Gone, "apply: an unknown credential is gone");
    for other in [world.other_tenant(), world.other_rp_id()] {
        let mut update = good.clone();
        update.tenant = other.realm.tenant.clone();
        update.rp_id = other.realm.rp_id.clone();
        assert_eq!(apply(world, &update).await, Applied::Gone, "apply: realms don't see each other");
    }
    let mut stale = good.clone();
    stale.expected_sign_count = 9;
    let lost = apply(world, &stale).await;
    assert_eq!(
        lost,
        Applied::Lost(Box::new(stored.record.clone())),
        "apply: another counter loses, and is told the record"
    );
    assert!(world.holds(&stored).await, "apply: a refused update changes nothing");

    let id = &stored.record.credential_id;
    ok("suspend", world.store.suspend(&world.realm, id, "clone", NOW).await);
    for update in [&good, &stale] {
        assert_eq!(apply(world, update).await, Applied::Inactive, "apply: a suspended record is inactive");
    }
    assert_eq!(apply(world, &stranger).await, Applied::Gone, "apply: another owner is not told of a suspension");
    ok("reactivate", world.store.reactivate(&world.realm, id).await);
    assert!(world.holds(&stored).await, "apply: a refused update of a suspended record changes nothing");
    let (owner, guard) = (&stored.record.user_handle, RemovalGuard::Any);
    ok("revoke", world.store.revoke(&world.realm, owner, stored.id, "lost", guard, NOW).await);
    for update in [&good, &stale] {
        assert_eq!(apply(world, update).await, Applied::Inactive, "apply: a revoked record is inactive");
    }
    ok("erase", world.store.erase(&world.realm, owner, stored.id, later(300)).await);
    assert_eq!(apply(world, &good).await, Applied::Gone, "apply: an erased record is gone");
    assert_eq!(world.find(id).await, None, "apply: does not bring an erased record back");
}

pub(super) async fn race_for_one_counter(world: &World, racer: &Racer<'_>) {
    let mut record = world.record(&user_handle());
    record.sign_count = 5;
    let stored = StoredCredential { id: world.insert(&record).await, record };
    let results = racer
        .race(|number| {
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            let mut update = update(&stored, 6 + number, later(u64::from(number)));
            update.backup_state = number % 2 == 0;
            let world = world.clone();
            async move { (update.clone(), apply(&world, &update).await) }
        })
        .await;
    let now = world.find(&stored.record.credential_id).await.expect("apply: the record stays").record;
    let mut won = 0;
    for (update, applied) in results {
        match applied {
            Applied::Applied => {
                won += 1;
                let written = (now.sign_count, now.backup_state, now.last_used_at);
                let wanted = (update.new_sign_count, update.backup_state, Some(update.last_used_at));
                assert_eq!(written, wanted, "apply: the winner's update is written as a whole");
            }
            Applied::Lost(current) => assert_eq!(*current, now, "apply: a loser is told the record as it is now"),
            other => panic!("apply: of updates at once one wins and the others lose, not {other:?}"),
        }
    }
    assert_eq!(won, 1, "apply: of {RACERS} updates with one expected counter exactly one is written");
}

pub(super) async fn race_without_a_counter(world: &World, racer: &Racer<'_>) {
    let stored = world.given(&user_handle()).await;
    let results = racer
        .race(|_| {
            let (world, update) = (world.clone(), update(&stored, 0, later(1)));
            async move { apply(&world, &update).await }
        })
        .await;
    for applied in results {
        assert_eq!(applied, Applied::Applied, "apply: updates from 0 to 0 are all written");
    }
}

/// Whoever comes first, in the end the record is revoked, and no update is told that it was written when it was not.
pub(super) async fn race_with_a_revocation(world: &World, racer: &Racer<'_>) {
    let stored = world.given(&user_handle()).await;
    let results = racer
        .race(|number| {
            let world = world.clone();
            let stored = stored.clone();
            async move {
                if number == RACERS / 2 {
                    let (owner, guard) = (&stored.record.user_handle, RemovalGuard::Any);
                    let removed = world.store.revoke(&world.realm, owner, stored.id, "lost", guard, NOW).await;
                    assert!(matches!(ok("revoke", removed), Removed::Revoked(_)), "revoke: succeeds beside updates");
                    return None;
                }
                Some(apply(&world, &update(&stored, 0, later(1))).await)
            }
        })
        .await;
    let applied = results.iter().flatten().filter(|applied| **applied == Applied::Applied).count();
    let inactive = results.iter().flatten().filter(|applied| **applied == Applied::Inactive).count();
    assert_eq!(
        applied + inactive,
        RACERS - 1,
        "apply: beside a revocation an update is written or the record inactive"
    );
    let now = world.find(&stored.record.credential_id).await.expect("revoke: the row stays").record;
    assert_eq!(now.status.as_str(), "revoked", "apply: never undoes a revocation");
    assert_eq!(now.last_used_at.is_some(), applied > 0, "apply: tells the truth about what was written");
}
