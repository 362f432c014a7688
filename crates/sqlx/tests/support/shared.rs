//! What every database has to do, whichever it is.

use super::{LATER, NOW, Stores, insert, realm, record, spawn};
use ceremony::Tenant;
use ceremony_service::contract;
use ceremony_service::sealed::{KeyRing, SealedCeremonies, SealingKey};
use ceremony_service::store::{CeremonyKey, CeremonyKind, Handle, Inserted, StoreError, UserId};
use ceremony_sqlx::MigrateError;
use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

pub(crate) async fn spend_list_keeps_the_contract(stores: Stores) {
    contract::spend_list(Arc::clone(&stores.spend_list), spawn).await;
    let ring = KeyRing::new(SealingKey::random().unwrap());
    let sealed = SealedCeremonies::new(ring, stores.spend_list);
    contract::ceremony_store(Arc::new(sealed), spawn).await;
}

pub(crate) async fn users_keep_the_contract(stores: Stores) {
    contract::user_handles(Arc::clone(&stores.users), spawn).await;
    contract::handle_outlives_credentials(stores.credentials, stores.users).await;
}

/// Two processes, as it were.
pub(crate) async fn two_pools_race(pools: [Stores; 2]) {
    let key = CeremonyKey { kind: CeremonyKind::Authentication, realm: realm(), binding: None };
    let handle = pools[0].ceremonies.put(&key, b"state".to_vec(), LATER, NOW).await.unwrap();
    let gate = Arc::new(tokio::sync::Barrier::new(64));
    let mut tasks = Vec::new();
    for number in 0..64 {
        let stores = pools[number % 2].clone();
        let (gate, key, handle) = (Arc::clone(&gate), key.clone(), handle.clone());
        tasks.push(tokio::spawn(async move {
            gate.wait().await;
            let taken = stores.ceremonies.take(&key, &handle, NOW).await.unwrap().state().is_some();
            let spent = stores.spend_list.spend([1; 16], LATER, NOW).await.unwrap();
            let inserted = stores.credentials.insert(&record(1), 5, NOW).await.unwrap();
            let ada = UserId::new("ada").unwrap();
            let handle = stores.users.get_or_create(&Tenant::default(), &ada).await.unwrap();
            (taken, spent, matches!(inserted, Inserted::Stored(_)), handle)
        }));
    }
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    assert_eq!(results.iter().filter(|(taken, ..)| *taken).count(), 1);
    assert_eq!(results.iter().filter(|(_, spent, ..)| *spent).count(), 1);
    assert_eq!(results.iter().filter(|(_, _, inserted, _)| *inserted).count(), 1);
    assert!(results.iter().all(|(.., handle)| *handle == results[0].3));
}

/// What was written before a restart.
pub(crate) struct Written {
    key: CeremonyKey,
    handle: Handle,
    inserted: Inserted,
    user_handle: ceremony::UserHandle,
}

pub(crate) async fn write_everything(before: &Stores) -> Written {
    let key = CeremonyKey { kind: CeremonyKind::Registration, realm: realm(), binding: Some([3; 32]) };
    let handle = before.ceremonies.put(&key, b"state".to_vec(), LATER, NOW).await.unwrap();
    assert!(before.spend_list.spend([1; 16], LATER, NOW).await.unwrap());
    let inserted = before.credentials.insert(&record(1), 5, NOW).await.unwrap();
    let ada = UserId::new("ada").unwrap();
    let user_handle = before.users.get_or_create(&Tenant::default(), &ada).await.unwrap();
    Written { key, handle, inserted, user_handle }
}

pub(crate) async fn assert_everything_is_there(after: &Stores, written: Written) {
    let taken = after.ceremonies.take(&written.key, &written.handle, NOW).await.unwrap();
    assert_eq!(taken.state().unwrap(), b"state");
    assert!(!after.spend_list.spend([1; 16], LATER, NOW).await.unwrap());
    let found = after.credentials.find(&realm(), &record(1).credential_id).await.unwrap().unwrap();
    assert_eq!(written.inserted, Inserted::Stored(found.id));
    assert_eq!(found.record, record(1));
    let ada = UserId::new("ada").unwrap();
    assert_eq!(after.users.find(&Tenant::default(), &ada).await.unwrap(), Some(written.user_handle));
}

/// The application's own migrations.
pub(crate) fn app_migrations(directory: &tempfile::TempDir) -> std::path::PathBuf {
    let folder = directory.path().join("migrations");
    std::fs::create_dir(&folder).unwrap();
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY); INSERT INTO users VALUES (7);";
    std::fs::write(folder.join("0001_users.sql"), sql).unwrap();
    folder
}

pub(crate) fn assert_newer(error: &MigrateError) {
    assert!(matches!(error, MigrateError::Newer { found: 99, known: 2 }));
    assert_eq!(
        error.to_string(),
        "database has ceremony migration 99, and this version of ceremony-sqlx knows none after 2"
    );
    assert!(error.source().is_none());
}

pub(crate) async fn a_database_that_was_not_migrated_is_unavailable(stores: Stores) {
    let error = stores.credentials.insert(&record(1), 5, NOW).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)));
    assert!(error.source().unwrap().to_string().contains("ceremony_credentials"), "{error:?}");
}

/// What a handle and an erased id leave in the tables `ceremony_pending` and `ceremony_tombstones`.
pub(crate) async fn leave_hashes(stores: &Stores) -> [u8; 32] {
    let key = CeremonyKey { kind: CeremonyKind::Authentication, realm: realm(), binding: Some([3; 32]) };
    let handle = stores.ceremonies.put(&key, b"state".to_vec(), LATER, NOW).await.unwrap();
    let id = insert(&*stores.credentials, &record(9)).await;
    assert!(stores.credentials.erase(&realm(), &record(9).user_handle, id, LATER).await.unwrap());
    key.digest(&handle)
}

pub(crate) fn assert_hashed(tombstone: &[u8]) {
    assert_eq!(tombstone.len(), 32);
    assert_ne!(tombstone[..16], record(9).credential_id.as_bytes()[..]);
}

/// Whatever the clocks of two servers say, a tombstone stays as long as either wanted.
pub(crate) async fn a_second_tombstone_does_not_end_the_first(stores: Stores) {
    let (credentials, record) = (stores.credentials, record(1));
    let later = |seconds| LATER.saturating_add(Duration::from_secs(seconds));
    for (now, until) in [(NOW, later(60)), (later(60), later(10))] {
        let Inserted::Stored(id) = credentials.insert(&record, 5, now).await.unwrap() else { panic!() };
        assert!(credentials.erase(&realm(), &record.user_handle, id, until).await.unwrap());
    }
    assert_eq!(credentials.insert(&record, 5, later(59)).await.unwrap(), Inserted::Exists);
    assert!(matches!(credentials.insert(&record, 5, later(60)).await.unwrap(), Inserted::Stored(_)));
}

/// Whoever waits for a write learns of it: another connection sees at once what a call has returned.
pub(crate) async fn a_change_is_visible_when_the_call_returns(pools: [Stores; 2]) {
    let stored = insert(&*pools[0].credentials, &record(1)).await;
    let owner = record(1).user_handle;
    for round in 0..200 {
        let name = round.to_string();
        pools[round % 2].credentials.rename(&realm(), &owner, stored, &name).await.unwrap().unwrap();
        let seen = pools[(round + 1) % 2].credentials.get(&realm(), &owner, stored).await.unwrap().unwrap();
        assert_eq!(seen.record.name, name);
    }
}
