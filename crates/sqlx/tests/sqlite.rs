//! SQLite, in a file, with several connections and several threads.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "support/support.rs"]
mod support;

use ceremony::UnixTime;
use ceremony_service::contract;
use ceremony_service::store::StoreError;
use ceremony_sqlx::SqliteStores;
use sqlx::migrate::Migrator;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use support::{golden, insert, realm, record, shared, spawn, stores};
use tempfile::TempDir;

fn url(directory: &TempDir) -> String {
    format!("sqlite:{}", directory.path().join("test.db").display())
}

async fn open(directory: &TempDir) -> SqliteStores {
    let stores = SqliteStores::connect(&url(directory)).await.unwrap();
    stores.migrate().await.unwrap();
    stores
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ceremonies_keep_the_contract() {
    let directory = TempDir::new().unwrap();
    contract::ceremony_store(open(&directory).await.ceremonies(), spawn).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn spend_list_keeps_the_contract() {
    let directory = TempDir::new().unwrap();
    shared::spend_list_keeps_the_contract(stores!(open(&directory).await)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn credentials_keep_the_contract() {
    let directory = TempDir::new().unwrap();
    contract::credential_store(open(&directory).await.credentials(), spawn).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn users_keep_the_contract() {
    let directory = TempDir::new().unwrap();
    shared::users_keep_the_contract(stores!(open(&directory).await)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_database_in_memory_keeps_the_contract() {
    let stores = SqliteStores::connect("sqlite::memory:").await.unwrap();
    stores.migrate().await.unwrap();
    contract::credential_store(stores.credentials(), spawn).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_pools_on_one_file_race() {
    let directory = TempDir::new().unwrap();
    shared::two_pools_race([stores!(open(&directory).await), stores!(open(&directory).await)]).await;
}

/// Registrations have transactions of several statements: they come in between the others, however many there are.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn registrations_get_their_turn_under_load() {
    let directory = TempDir::new().unwrap();
    let stores = open(&directory).await;
    let stop = Arc::new(AtomicBool::new(false));
    let spending: Vec<_> = (0..16_u8)
        .map(|task| {
            let (spent, stop) = (stores.spend_list(), Arc::clone(&stop));
            tokio::spawn(async move {
                let mut id = [task; 16];
                for number in 0_u64.. {
                    if stop.load(Ordering::Relaxed) {
                        return number;
                    }
                    id[..8].copy_from_slice(&number.to_be_bytes());
                    let (now, end) = (UnixTime::from_secs(1), UnixTime::from_secs(2));
                    assert!(spent.spend(id, end, now).await.unwrap());
                }
                0
            })
        })
        .collect();
    for number in 1..=40 {
        insert(&*stores.credentials(), &record(number)).await;
    }
    stop.store(true, Ordering::Relaxed);
    for task in spending {
        assert!(task.await.unwrap() > 0);
    }
}

/// Whose passkeys there are is nobody else's on the machine to read; what an owner has opened to others stays so.
#[cfg(unix)]
#[tokio::test]
async fn a_new_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let directory = TempDir::new().unwrap();
    let mode = |name: &str| std::fs::metadata(directory.path().join(name)).unwrap().permissions().mode() & 0o777;
    let stores = open(&directory).await;
    let main = stores.pool().connect_options().get_filename().file_name().unwrap().to_str().unwrap().to_owned();
    let all = [main.clone(), format!("{main}-wal"), format!("{main}-shm")];
    assert!(all.iter().all(|name| mode(name) == 0o600), "{:?}", all.each_ref().map(|name| mode(name)));
    stores.pool().close().await;
    std::fs::set_permissions(directory.path().join(&main), std::fs::Permissions::from_mode(0o640)).unwrap();
    let stores = open(&directory).await;
    assert_eq!(mode(&main), 0o640);
    stores.pool().close().await;
}

#[tokio::test]
async fn everything_survives_a_restart() {
    let directory = TempDir::new().unwrap();
    let before = open(&directory).await;
    let written = shared::write_everything(&stores!(before)).await;
    before.pool().close().await;
    shared::assert_everything_is_there(&stores!(open(&directory).await), written).await;
}

#[tokio::test]
async fn migrations_live_beside_the_applications_own_in_both_orders() {
    for ours_first in [true, false] {
        let directory = TempDir::new().unwrap();
        let stores = SqliteStores::connect(&url(&directory)).await.unwrap();
        let theirs = Migrator::new(shared::app_migrations(&directory)).await.unwrap();
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
        insert(&*stores.credentials(), &record(1)).await;
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
    assert_eq!(notes, i64::try_from(GOLDEN.len()).unwrap());
}

#[tokio::test]
async fn a_database_of_a_later_version_is_refused() {
    let directory = TempDir::new().unwrap();
    let stores = open(&directory).await;
    let later = "INSERT INTO ceremony_migrations (version, name, oldest) VALUES (99, 'later', 99)";
    sqlx::query(later).execute(stores.pool()).await.unwrap();
    shared::assert_newer(&stores.migrate().await.unwrap_err());
    assert!(!stores.versions().await.unwrap().works());
    // One that has only added what this version need not know is no hindrance.
    sqlx::query("UPDATE ceremony_migrations SET oldest = 2").execute(stores.pool()).await.unwrap();
    stores.migrate().await.unwrap();
    let versions = stores.versions().await.unwrap();
    assert_eq!((versions.found, versions.known, versions.works()), (99, 2, true));
}

#[tokio::test]
async fn a_database_that_was_not_migrated_is_unavailable() {
    let stores = SqliteStores::connect("sqlite::memory:").await.unwrap();
    shared::a_database_that_was_not_migrated_is_unavailable(stores!(stores)).await;
}

/// The tables of each version, as they were when it was released.
const GOLDEN: [&str; 2] = [include_str!("golden/sqlite_1.sql"), include_str!("golden/sqlite_2.sql")];

#[tokio::test]
async fn every_released_version_is_migrated_and_read() {
    const SCHEMA: &str = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name";
    let fresh = SqliteStores::connect("sqlite::memory:").await.unwrap();
    fresh.migrate().await.unwrap();
    let latest: i64 =
        sqlx::query_scalar("SELECT max(version) FROM ceremony_migrations").fetch_one(fresh.pool()).await.unwrap();
    assert_eq!(usize::try_from(latest).unwrap(), GOLDEN.len(), "each version has its dump");
    let wanted: Vec<String> = sqlx::query_scalar(SCHEMA).fetch_all(fresh.pool()).await.unwrap();
    for dump in GOLDEN {
        let stores = SqliteStores::connect("sqlite::memory:").await.unwrap();
        sqlx::raw_sql(dump).execute(stores.pool()).await.unwrap();
        stores.migrate().await.unwrap();
        let schema: Vec<String> = sqlx::query_scalar(SCHEMA).fetch_all(stores.pool()).await.unwrap();
        assert_eq!(schema, wanted);
        golden::assert_all_there(&stores!(stores)).await;
    }
}

/// A row that someone has put together from two others is not a credential.
#[tokio::test]
async fn a_row_that_contradicts_itself_is_refused() {
    let directory = TempDir::new().unwrap();
    let stores = open(&directory).await;
    for number in [1, 2] {
        insert(&*stores.credentials(), &record(number)).await;
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
    let digest = shared::leave_hashes(&stores!(stores)).await;
    let pending: Vec<u8> =
        sqlx::query_scalar("SELECT key FROM ceremony_pending").fetch_one(stores.pool()).await.unwrap();
    assert_eq!(pending, digest);
    let tombstone: Vec<u8> =
        sqlx::query_scalar("SELECT credential_hash FROM ceremony_tombstones").fetch_one(stores.pool()).await.unwrap();
    shared::assert_hashed(&tombstone);
}

#[tokio::test]
async fn a_second_tombstone_does_not_end_the_first() {
    let directory = TempDir::new().unwrap();
    shared::a_second_tombstone_does_not_end_the_first(stores!(open(&directory).await)).await;
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

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_is_visible_to_other_connections_when_the_call_returns() {
    let directory = TempDir::new().unwrap();
    let pools = [stores!(open(&directory).await), stores!(open(&directory).await)];
    shared::a_change_is_visible_when_the_call_returns(pools).await;
}
