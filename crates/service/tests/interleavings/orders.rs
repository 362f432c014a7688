//! What two threads may see, whoever comes first.

use crate::memory::{MemoryCeremonies, MemoryCredentials, MemorySpendList, MemoryUsers};
use crate::store::{
    Applied, CeremonyKey, CeremonyKind, CeremonyStore, CredentialStore, Handle, Inserted, Realm, RemovalGuard, Removed,
    RowId, SpendList, Taken, UserHandles, UserId,
};
use ceremony::{
    CredentialId, CredentialPublicKey, CredentialRecord, RecordUpdate, RelyingParty, Tenant, UnixTime, UserHandle,
};
use futures_util::FutureExt;
use loom::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

const NOW: UnixTime = UnixTime::from_secs(1_780_000_000);
const SOON: UnixTime = UnixTime::from_secs(1_780_000_060);

/// Made once: loom runs a test many times, and nothing about these changes.
static REALM: LazyLock<Realm> = LazyLock::new(|| {
    let rp = RelyingParty::builder("example.com", "Example").origin("https://example.com").build().unwrap();
    Realm { tenant: Tenant::new("").unwrap(), rp_id: rp.id().clone() }
});
static KEY: LazyLock<CeremonyKey> =
    LazyLock::new(|| CeremonyKey { kind: CeremonyKind::Authentication, realm: REALM.clone(), binding: None });

/// Runs a future of a store in memory, which never waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().unwrap()
}

fn owner() -> UserHandle {
    UserHandle::new([7; 64]).unwrap()
}

fn record(id: u8) -> CredentialRecord {
    // An Ed25519 COSE_Key whose point is the curve's base point.
    let cose = [&[0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20, 0x58][..], &[0x66; 31]].concat();
    let key = CredentialPublicKey::from_cose(&cose, true).unwrap();
    let id = CredentialId::new([id; 32]).unwrap();
    CredentialRecord::new(REALM.tenant.clone(), REALM.rp_id.clone(), owner(), id, key, NOW)
}

fn stored(inserted: Inserted) -> RowId {
    match inserted {
        Inserted::Stored(id) => id,
        other => panic!("{other:?}"),
    }
}

/// Runs both in threads of their own, in every order, and gives what came of each to the last function. Fails unless there
/// was more than one order.
fn both<S, T>(make: fn() -> S, first: fn(&S) -> T, second: fn(&S) -> T, judge: fn(&S, T, T))
where
    S: Send + Sync + 'static,
    T: Send + 'static,
{
    let orders = std::sync::Arc::new(AtomicUsize::new(0));
    let counter = std::sync::Arc::clone(&orders);
    loom::model(move || {
        counter.fetch_add(1, Ordering::Relaxed);
        let shared = Arc::new(make());
        let of_thread = Arc::clone(&shared);
        let thread = loom::thread::spawn(move || first(&of_thread));
        let here = second(&shared);
        let there = thread.join().unwrap();
        judge(&shared, there, here);
    });
    assert!(orders.load(Ordering::Relaxed) > 1, "one order alone was tried");
}

#[test]
fn one_of_two_finishes_gets_the_state() {
    struct Begun(MemoryCeremonies, Handle);
    let begin = || {
        let store = MemoryCeremonies::new(4);
        let handle = now(store.put(&KEY, b"state".to_vec(), SOON, NOW)).unwrap();
        Begun(store, handle)
    };
    let take = |begun: &Begun| now(begun.0.take(&KEY, &begun.1, NOW)).unwrap();
    both(begin, take, take, |_, there, here| match (there, here) {
        (Taken::State(state), Taken::Unknown) | (Taken::Unknown, Taken::State(state)) => assert_eq!(state, b"state"),
        other => panic!("{other:?}"),
    });
}

#[test]
fn an_id_is_spent_once() {
    let spend = |list: &MemorySpendList| now(list.spend([1; 16], SOON, NOW)).unwrap();
    both(|| MemorySpendList::new(4), spend, spend, |_, there, here| assert!(there != here, "{there} and {here}"));
}

#[test]
fn a_cleanup_takes_no_spent_id_away_too_early() {
    let spend = |list: &MemorySpendList| now(list.spend([1; 16], SOON, NOW)).unwrap();
    let clean = |list: &MemorySpendList| now(list.cleanup(NOW)).unwrap() == 0;
    both(
        || MemorySpendList::new(4),
        spend,
        clean,
        |list, spent, none| {
            assert!(spent && none);
            assert!(!now(list.spend([1; 16], SOON, NOW)).unwrap(), "spent twice");
        },
    );
}

#[test]
fn a_full_store_has_room_for_one_of_two() {
    let put = |store: &MemoryCeremonies| now(store.put(&KEY, b"state".to_vec(), SOON, NOW)).is_ok();
    both(|| MemoryCeremonies::new(1), put, put, |_, there, here| assert!(there != here, "{there} and {here}"));
}

/// A store with two credentials of one owner.
struct Kept {
    store: MemoryCredentials,
    rows: [RowId; 2],
}

fn kept() -> Kept {
    let store = MemoryCredentials::new();
    let rows = [1, 2].map(|id| stored(now(store.insert(&record(id), 10, NOW)).unwrap()));
    Kept { store, rows }
}

#[test]
fn one_of_two_counters_that_rise_from_the_same_value_is_written() {
    fn rise(kept: &Kept, count: u32) -> Applied {
        now(kept.store.apply(&RecordUpdate::of(&record(1), count, NOW))).unwrap()
    }
    both(
        kept,
        |kept| rise(kept, 5),
        |kept| rise(kept, 9),
        |kept, five, nine| {
            let (winner, lost) = match (five, nine) {
                (Applied::Applied, Applied::Lost(current)) => (5, current),
                (Applied::Lost(current), Applied::Applied) => (9, current),
                other => panic!("{other:?}"),
            };
            assert_eq!(lost.sign_count, winner, "the loser sees what won");
            let found = now(kept.store.find(&REALM, &record(1).credential_id)).unwrap().unwrap();
            assert_eq!(found.record.sign_count, winner);
        },
    );
}

#[test]
fn the_last_credential_stays_where_two_are_removed_at_once() {
    fn remove(kept: &Kept, row: RowId) -> bool {
        let owner = owner();
        let removed = kept.store.revoke(&REALM, &owner, row, "removed", RemovalGuard::NotLast, NOW);
        match now(removed).unwrap() {
            Removed::Revoked(_) => true,
            Removed::IsLast => false,
            Removed::NotFound => panic!("not found"),
        }
    }
    both(
        kept,
        |kept| remove(kept, kept.rows[0]),
        |kept| remove(kept, kept.rows[1]),
        |kept, there, here| {
            assert!(there != here, "{there} and {here}");
            assert_eq!(now(kept.store.count(&REALM, &owner())).unwrap(), 1);
        },
    );
}

#[test]
fn no_sign_in_is_written_after_a_suspension() {
    let suspend = |kept: &Kept| {
        let suspended = now(kept.store.suspend(&REALM, &record(1).credential_id, "lost", NOW)).unwrap();
        assert!(suspended);
        None
    };
    let apply = |kept: &Kept| Some(now(kept.store.apply(&RecordUpdate::of(&record(1), 5, SOON))).unwrap());
    both(kept, suspend, apply, |kept, _, applied| {
        let found = now(kept.store.find(&REALM, &record(1).credential_id)).unwrap().unwrap().record;
        assert!(!found.status.is_active());
        match applied.unwrap() {
            Applied::Applied => assert_eq!(found.sign_count, 5),
            Applied::Inactive => assert_eq!(found.sign_count, 0),
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn two_registrations_of_one_credential_id_store_one() {
    let insert = |store: &MemoryCredentials| now(store.insert(&record(1), 10, NOW)).unwrap();
    both(MemoryCredentials::new, insert, insert, |_, there, here| match (there, here) {
        (Inserted::Stored(_), Inserted::Exists) | (Inserted::Exists, Inserted::Stored(_)) => {}
        other => panic!("{other:?}"),
    });
}

#[test]
fn two_registrations_do_not_pass_the_limit_together() {
    fn insert(store: &MemoryCredentials, id: u8) -> Inserted {
        now(store.insert(&record(id), 1, NOW)).unwrap()
    }
    both(
        MemoryCredentials::new,
        |store| insert(store, 1),
        |store| insert(store, 2),
        |_, there, here| match (there, here) {
            (Inserted::Stored(_), Inserted::LimitReached) | (Inserted::LimitReached, Inserted::Stored(_)) => {}
            other => panic!("{other:?}"),
        },
    );
}

#[test]
fn an_account_has_one_user_handle() {
    let handle = |users: &MemoryUsers| now(users.get_or_create(&REALM.tenant, &UserId::new("ada").unwrap())).unwrap();
    both(MemoryUsers::new, handle, handle, |_, there, here| assert_eq!(there, here));
}
