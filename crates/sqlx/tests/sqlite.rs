//! SQLite, in a file, with several connections and several threads.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use ceremony::{CredentialId, CredentialPublicKey, CredentialRecord, RelyingParty, Tenant, UnixTime, UserHandle};
use ceremony_service::contract;
use ceremony_service::sealed::{KeyRing, SealedCeremonies, SealingKey};
use ceremony_service::store::{
    BoxFuture, CeremonyKey, CeremonyKind, CredentialStore, Inserted, Realm, StoreError, UserId,
};
use ceremony_sqlx::{MigrateError, SqliteStores};
use sqlx::migrate::Migrator;
use std::error::Error as _;
use std::sync::Arc;
use tempfile::TempDir;

const NOW: UnixTime = UnixTime::from_millis(1_780_000_000_123);
const LATER: UnixTime = UnixTime::from_millis(1_780_000_300_123);

fn spawn(task: BoxFuture<'static, ()>) {
    drop(tokio::spawn(task));
}

fn url(directory: &TempDir) -> String {
    format!("sqlite:{}", directory.path().join("test.db").display())
}

async fn open(directory: &TempDir) -> SqliteStores {
    let stores = SqliteStores::connect(&url(directory)).await.unwrap();
    stores.migrate().await.unwrap();
    stores
}

fn realm() -> Realm {
    let relying_party = RelyingParty::builder("example.com", "Example").origin("https://example.com").build().unwrap();
    Realm { tenant: Tenant::default(), rp_id: relying_party.id().clone() }
}

fn record(number: u8) -> CredentialRecord {
    let mut cose = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
    cose.extend([1; 32]);
    cose.extend([0x22, 0x58, 0x20]);
    cose.extend([2; 32]);
    let realm = realm();
    let mut record = CredentialRecord::new(
        realm.tenant,
        realm.rp_id,
        UserHandle::new([number; 64]).unwrap(),
        CredentialId::new([number; 16]).unwrap(),
        CredentialPublicKey::from_cose(&cose, true).unwrap(),
        NOW,
    );
    record.name = String::from("Ada's phone");
    record.sign_count = 7;
    record
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ceremonies_keep_the_contract() {
    let directory = TempDir::new().unwrap();
    contract::ceremony_store(open(&directory).await.ceremonies(), spawn).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn spend_list_keeps_the_contract() {
    let directory = TempDir::new().unwrap();
    let stores = open(&directory).await;
    contract::spend_list(stores.spend_list(), spawn).await;
    let ring = KeyRing::new(SealingKey::random().unwrap());
    let sealed = SealedCeremonies::new(ring, stores.spend_list());
    contract::ceremony_store(Arc::new(sealed), spawn).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn credentials_keep_the_contract() {
    let directory = TempDir::new().unwrap();
    contract::credential_store(open(&directory).await.credentials(), spawn).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn users_keep_the_contract() {
    let directory = TempDir::new().unwrap();
    let stores = open(&directory).await;
    contract::user_handles(stores.users(), spawn).await;
    contract::handle_outlives_credentials(stores.credentials(), stores.users()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_database_in_memory_keeps_the_contract() {
    let stores = SqliteStores::connect("sqlite::memory:").await.unwrap();
    stores.migrate().await.unwrap();
    contract::credential_store(stores.credentials(), spawn).await;
}

/// Two processes, as it were.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_pools_on_one_file_race() {
    let directory = TempDir::new().unwrap();
    let pools = [open(&directory).await, open(&directory).await];
    let key = CeremonyKey { kind: CeremonyKind::Authentication, realm: realm(), binding: None };
    let handle = pools[0].ceremonies().put(&key, b"state".to_vec(), LATER, NOW).await.unwrap();
    let gate = Arc::new(tokio::sync::Barrier::new(64));
    let mut tasks = Vec::new();
    for number in 0..64 {
        let stores = pools[number % 2].clone();
        let (gate, key, handle) = (Arc::clone(&gate), key.clone(), handle.clone());
        tasks.push(tokio::spawn(async move {
            gate.wait().await;
            let taken = stores.ceremonies().take(&key, &handle, NOW).await.unwrap().is_some();
            let spent = stores.spend_list().spend([1; 16], LATER, NOW).await.unwrap();
            let inserted = stores.credentials().insert(&record(1), 5, NOW).await.unwrap();
            let ada = UserId::new("ada").unwrap();
            let handle = stores.users().get_or_create(&Tenant::default(), &ada).await.unwrap();
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

#[tokio::test]
async fn everything_survives_a_restart() {
    let directory = TempDir::new().unwrap();
    let key = CeremonyKey { kind: CeremonyKind::Registration, realm: realm(), binding: Some([3; 32]) };
    let ada = UserId::new("ada").unwrap();
    let before = open(&directory).await;
    let handle = before.ceremonies().put(&key, b"state".to_vec(), LATER, NOW).await.unwrap();
    assert!(before.spend_list().spend([1; 16], LATER, NOW).await.unwrap());
    let inserted = before.credentials().insert(&record(1), 5, NOW).await.unwrap();
    let user_handle = before.users().get_or_create(&Tenant::default(), &ada).await.unwrap();
    before.pool().close().await;

    let after = open(&directory).await;
    assert_eq!(after.ceremonies().take(&key, &handle, NOW).await.unwrap().unwrap(), b"state");
    assert!(!after.spend_list().spend([1; 16], LATER, NOW).await.unwrap());
    let found = after.credentials().find(&realm(), &record(1).credential_id).await.unwrap().unwrap();
    assert_eq!(inserted, Inserted::Stored(found.id));
    assert_eq!(found.record, record(1));
    assert_eq!(after.users().find(&Tenant::default(), &ada).await.unwrap(), Some(user_handle));
}

fn app_migrations(directory: &TempDir) -> std::path::PathBuf {
    let folder = directory.path().join("migrations");
    std::fs::create_dir(&folder).unwrap();
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY); INSERT INTO users VALUES (7);";
    std::fs::write(folder.join("0001_users.sql"), sql).unwrap();
    folder
}

#[tokio::test]
async fn migrations_live_beside_the_applications_own_in_both_orders() {
    for ours_first in [true, false] {
        let directory = TempDir::new().unwrap();
        let stores = SqliteStores::connect(&url(&directory)).await.unwrap();
        let theirs = Migrator::new(app_migrations(&directory)).await.unwrap();
        if ours_first {
            stores.migrate().await.unwrap();
            theirs.run(stores.pool()).await.unwrap();
        } else {
            theirs.run(stores.pool()).await.unwrap();
            stores.migrate().await.unwrap();
        }
        // Both again, as at every start.
        theirs.run(stores.pool()).await.unwrap();
        stores.migrate().await.unwrap();
        let user: i64 = sqlx::query_scalar("SELECT id FROM users").fetch_one(stores.pool()).await.unwrap();
        assert_eq!(user, 7);
        stores.credentials().insert(&record(1), 5, NOW).await.unwrap();
        let names: Vec<String> = sqlx::query_scalar(
            "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'ceremony\\_%' ESCAPE '\\'
            AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
        )
        .fetch_all(stores.pool())
        .await
        .unwrap();
        assert_eq!(names, ["_sqlx_migrations", "users"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn processes_that_start_at_once_migrate_once() {
    let directory = TempDir::new().unwrap();
    let mut tasks = Vec::new();
    for _ in 0..8 {
        let stores = SqliteStores::connect(&url(&directory)).await.unwrap();
        tasks.push(tokio::spawn(async move { stores.migrate().await }));
    }
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let stores = open(&directory).await;
    let notes: i64 =
        sqlx::query_scalar("SELECT count(*) FROM ceremony_migrations").fetch_one(stores.pool()).await.unwrap();
    assert_eq!(notes, 1);
}

#[tokio::test]
async fn a_database_of_a_later_version_is_refused() {
    let directory = TempDir::new().unwrap();
    let stores = open(&directory).await;
    sqlx::query("INSERT INTO ceremony_migrations (version, name) VALUES (99, 'later')")
        .execute(stores.pool())
        .await
        .unwrap();
    let error = stores.migrate().await.unwrap_err();
    assert!(matches!(error, MigrateError::Newer { found: 99, known: 1 }));
    assert_eq!(
        error.to_string(),
        "database has ceremony migration 99, and this version of ceremony-sqlx knows none after 1"
    );
    assert!(error.source().is_none());
}

#[tokio::test]
async fn a_database_that_was_not_migrated_is_unavailable() {
    let stores = SqliteStores::connect("sqlite::memory:").await.unwrap();
    let error = stores.credentials().insert(&record(1), 5, NOW).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)));
}

/// A row that someone has put together from two others is not a credential.
#[tokio::test]
async fn a_row_that_contradicts_itself_is_refused() {
    let directory = TempDir::new().unwrap();
    let stores = open(&directory).await;
    for number in [1, 2] {
        stores.credentials().insert(&record(number), 5, NOW).await.unwrap();
    }
    for damage in [
        "UPDATE ceremony_credentials SET record = (SELECT record FROM ceremony_credentials WHERE seq = 2) WHERE seq = 1",
        "UPDATE ceremony_credentials SET record = x'01' WHERE seq = 1",
        "UPDATE ceremony_credentials SET status = 1 WHERE seq = 1",
        "UPDATE ceremony_credentials SET sign_count = -1 WHERE seq = 1",
    ] {
        let mut transaction = stores.pool().begin().await.unwrap();
        sqlx::query("CREATE TABLE IF NOT EXISTS kept AS SELECT * FROM ceremony_credentials WHERE seq = 1")
            .execute(&mut *transaction)
            .await
            .unwrap();
        sqlx::query(damage).execute(&mut *transaction).await.unwrap();
        transaction.commit().await.unwrap();
        let found = stores.credentials().find(&realm(), &record(1).credential_id).await;
        assert!(matches!(found, Err(StoreError::Corrupt("credential record"))), "{damage}");
        let restore = "DELETE FROM ceremony_credentials WHERE seq = 1;
            INSERT INTO ceremony_credentials SELECT * FROM kept";
        sqlx::raw_sql(restore).execute(stores.pool()).await.unwrap();
        assert!(stores.credentials().find(&realm(), &record(1).credential_id).await.unwrap().is_some());
    }
}

/// What a thief of the file gets to see.
#[tokio::test]
async fn handles_and_erased_ids_are_kept_as_hashes() {
    let directory = TempDir::new().unwrap();
    let stores = open(&directory).await;
    let key = CeremonyKey { kind: CeremonyKind::Authentication, realm: realm(), binding: Some([3; 32]) };
    let handle = stores.ceremonies().put(&key, b"state".to_vec(), LATER, NOW).await.unwrap();
    let id = match stores.credentials().insert(&record(9), 5, NOW).await.unwrap() {
        Inserted::Stored(id) => id,
        other => panic!("{other:?}"),
    };
    assert!(stores.credentials().erase(&realm(), &record(9).user_handle, id, LATER).await.unwrap());
    let pending: Vec<u8> =
        sqlx::query_scalar("SELECT key FROM ceremony_pending").fetch_one(stores.pool()).await.unwrap();
    assert_eq!(pending, key.digest(&handle));
    let tombstone: Vec<u8> =
        sqlx::query_scalar("SELECT credential_hash FROM ceremony_tombstones").fetch_one(stores.pool()).await.unwrap();
    assert_eq!(tombstone.len(), 32);
    assert_ne!(tombstone[..16], record(9).credential_id.as_bytes()[..]);
}

#[tokio::test]
async fn cleanup_counts_across_its_batches() {
    let directory = TempDir::new().unwrap();
    let stores = open(&directory).await;
    sqlx::query(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
        INSERT INTO ceremony_spent SELECT randomblob(16), 1000 + i FROM n",
    )
    .execute(stores.pool())
    .await
    .unwrap();
    assert_eq!(stores.spend_list().cleanup(UnixTime::from_millis(3400)).await.unwrap(), 2400);
    assert_eq!(stores.spend_list().cleanup(UnixTime::from_millis(3500)).await.unwrap(), 100);
    assert_eq!(stores.spend_list().cleanup(UnixTime::from_millis(3500)).await.unwrap(), 0);
}

/// Whoever waits for a write learns of it: another connection sees at once what a call has returned.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_is_visible_to_other_connections_when_the_call_returns() {
    let directory = TempDir::new().unwrap();
    let pools = [open(&directory).await, open(&directory).await];
    let stored = match pools[0].credentials().insert(&record(1), 5, NOW).await.unwrap() {
        Inserted::Stored(id) => id,
        other => panic!("{other:?}"),
    };
    let owner = record(1).user_handle;
    let credentials: [Arc<dyn CredentialStore>; 2] = [pools[0].credentials(), pools[1].credentials()];
    for round in 0..200 {
        let name = round.to_string();
        credentials[round % 2].rename(&realm(), &owner, stored, &name).await.unwrap().unwrap();
        let seen = credentials[(round + 1) % 2].get(&realm(), &owner, stored).await.unwrap().unwrap();
        assert_eq!(seen.record.name, name);
    }
}
