//! PostgreSQL, with several connections and several threads.
#![cfg(feature = "postgres")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "postgres/lock.rs"]
mod lock;
#[path = "postgres/loss.rs"]
mod loss;
#[path = "postgres/pooler.rs"]
mod pooler;
#[path = "postgres/silence.rs"]
mod silence;
#[path = "support/support.rs"]
mod support;
#[path = "postgres/wire.rs"]
mod wire;

use ceremony::UnixTime;
use ceremony_service::contract;
use ceremony_service::store::{Inserted, StoreError};
use ceremony_sqlx::PostgresStores;
use ceremony_testbed::{POSTGRES, Postgres, pass_over};
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Executor};
use std::error::Error as _;
use std::time::Duration;
use support::{LATER, NOW, golden, insert, realm, record, shared, spawn, stores};
use tempfile::TempDir;

/// The URL of an empty database.
fn database() -> String {
    Postgres::shared().unwrap().database().unwrap()
}

async fn open(url: &str) -> PostgresStores {
    let stores = PostgresStores::connect(url).await.unwrap();
    stores.migrate().await.unwrap();
    stores
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ceremonies_keep_the_contract() {
    if pass_over(&POSTGRES) {
        return;
    }
    contract::ceremony_store(open(&database()).await.ceremonies(), spawn).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn spend_list_keeps_the_contract() {
    if pass_over(&POSTGRES) {
        return;
    }
    shared::spend_list_keeps_the_contract(stores!(open(&database()).await)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn credentials_keep_the_contract() {
    if pass_over(&POSTGRES) {
        return;
    }
    contract::credential_store(open(&database()).await.credentials(), spawn).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn users_keep_the_contract() {
    if pass_over(&POSTGRES) {
        return;
    }
    shared::users_keep_the_contract(stores!(open(&database()).await)).await;
}

/// What an application has set as its default is none of ours, or is tried again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stricter_isolation_keeps_the_contract() {
    if pass_over(&POSTGRES) {
        return;
    }
    for level in ["repeatable read", "serializable"] {
        let url = database();
        let name = url.rsplit('/').next().unwrap();
        let set = format!("ALTER DATABASE {name} SET default_transaction_isolation = '{level}'");
        Postgres::shared().unwrap().query(&url, &set).unwrap();
        let stores = open(&url).await;
        contract::credential_store(stores.credentials(), spawn).await;
        contract::ceremony_store(stores.ceremonies(), spawn).await;
        shared::spend_list_keeps_the_contract(stores!(stores)).await;
        shared::users_keep_the_contract(stores!(stores)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_pools_on_one_database_race() {
    if pass_over(&POSTGRES) {
        return;
    }
    let url = database();
    shared::two_pools_race([stores!(open(&url).await), stores!(open(&url).await)]).await;
}

#[tokio::test]
async fn migrations_live_beside_the_applications_own_in_both_orders() {
    if pass_over(&POSTGRES) {
        return;
    }
    for ours_first in [true, false] {
        let directory = TempDir::new().unwrap();
        let stores = PostgresStores::connect(&database()).await.unwrap();
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
        let user: i32 = sqlx::query_scalar("SELECT id FROM users").fetch_one(stores.pool()).await.unwrap();
        assert_eq!(user, 7);
        insert(&*stores.credentials(), &record(1)).await;
        // Tables, indexes and sequences.
        let names: Vec<String> = sqlx::query_scalar(
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
            AND relname NOT LIKE 'ceremony\\_%' ORDER BY relname",
        )
        .fetch_all(stores.pool())
        .await
        .unwrap();
        assert_eq!(names, ["_sqlx_migrations", "_sqlx_migrations_pkey", "users", "users_pkey"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn processes_that_start_at_once_migrate_once() {
    if pass_over(&POSTGRES) {
        return;
    }
    let url = database();
    let mut tasks = Vec::new();
    for _ in 0..8 {
        let stores = PostgresStores::connect(&url).await.unwrap();
        tasks.push(tokio::spawn(async move { stores.migrate().await }));
    }
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let stores = open(&url).await;
    let notes: i64 =
        sqlx::query_scalar("SELECT count(*) FROM ceremony_migrations").fetch_one(stores.pool()).await.unwrap();
    assert_eq!(notes, i64::try_from(GOLDEN.len()).unwrap());
}

/// The application's role may do less than the one that migrates.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_role_that_may_make_no_tables_is_enough_after_the_migration() {
    if pass_over(&POSTGRES) {
        return;
    }
    let url = database();
    let owner = PostgresStores::connect(&url).await.unwrap();
    let role = format!("role_{}", url.rsplit('/').next().unwrap());
    owner.pool().execute(AssertSqlSafe(format!("CREATE ROLE {role} LOGIN"))).await.unwrap();
    let as_role = url.replace("//ceremony@", &format!("//{role}@"));
    let stores = PostgresStores::connect(&as_role).await.unwrap();
    let error = stores.migrate().await.unwrap_err();
    assert!(error.source().unwrap().to_string().contains("permission denied"), "{error:?}");

    owner.migrate().await.unwrap();
    let grant = format!("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}");
    owner.pool().execute(AssertSqlSafe(grant)).await.unwrap();
    stores.migrate().await.unwrap();
    contract::credential_store(stores.credentials(), spawn).await;
    shared::users_keep_the_contract(stores!(stores)).await;
    let drop = format!("DROP OWNED BY {role}; DROP ROLE {role}");
    owner.pool().execute(AssertSqlSafe(drop)).await.unwrap();
}

#[tokio::test]
async fn a_database_of_a_later_version_is_refused() {
    if pass_over(&POSTGRES) {
        return;
    }
    let stores = open(&database()).await;
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
    if pass_over(&POSTGRES) {
        return;
    }
    let stores = PostgresStores::connect(&database()).await.unwrap();
    shared::a_database_that_was_not_migrated_is_unavailable(stores!(stores)).await;
}

/// The tables of each version, as they were when it was released.
const GOLDEN: [&str; 2] = [include_str!("golden/postgres_1.sql"), include_str!("golden/postgres_2.sql")];

#[tokio::test]
async fn every_released_version_is_migrated_and_read() {
    const SCHEMA: &str = "
        SELECT concat_ws(' ', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attcollation::regcollation,
            a.attnotnull, a.attidentity, pg_get_indexdef(c.oid), c.reloptions)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i') AND a.attnum > 0
        UNION ALL SELECT concat_ws(' ', conname, pg_get_constraintdef(oid)) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace ORDER BY 1";
    if pass_over(&POSTGRES) {
        return;
    }
    let fresh = open(&database()).await;
    let latest: i32 =
        sqlx::query_scalar("SELECT max(version) FROM ceremony_migrations").fetch_one(fresh.pool()).await.unwrap();
    assert_eq!(usize::try_from(latest).unwrap(), GOLDEN.len(), "each version has its dump");
    let wanted: Vec<String> = sqlx::query_scalar(SCHEMA).fetch_all(fresh.pool()).await.unwrap();
    assert!(wanted.len() > 40, "{wanted:#?}");
    for dump in GOLDEN {
        let stores = PostgresStores::connect(&database()).await.unwrap();
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
    if pass_over(&POSTGRES) {
        return;
    }
    let stores = open(&database()).await;
    for number in [1, 2] {
        insert(&*stores.credentials(), &record(number)).await;
    }
    let keep = "CREATE TABLE kept AS SELECT * FROM ceremony_credentials WHERE seq = 1";
    sqlx::query(keep).execute(stores.pool()).await.unwrap();
    for damage in [
        "UPDATE ceremony_credentials SET record = (SELECT record FROM ceremony_credentials WHERE seq = 2) WHERE seq = 1",
        "UPDATE ceremony_credentials SET record = '\\x01' WHERE seq = 1",
        "UPDATE ceremony_credentials SET status = 1 WHERE seq = 1",
        "UPDATE ceremony_credentials SET sign_count = -1 WHERE seq = 1",
        "UPDATE ceremony_credentials SET last_used_at = -1 WHERE seq = 1",
    ] {
        sqlx::query(damage).execute(stores.pool()).await.unwrap();
        let found = stores.credentials().find(&realm(), &record(1).credential_id).await;
        assert!(matches!(found, Err(StoreError::Corrupt("credential record"))), "{damage}");
        let restore = "DELETE FROM ceremony_credentials WHERE seq = 1;
            INSERT INTO ceremony_credentials OVERRIDING SYSTEM VALUE SELECT * FROM kept";
        sqlx::raw_sql(restore).execute(stores.pool()).await.unwrap();
        assert!(stores.credentials().find(&realm(), &record(1).credential_id).await.unwrap().is_some());
    }
}

/// What a thief of the tables gets to see.
#[tokio::test]
async fn handles_and_erased_ids_are_kept_as_hashes() {
    if pass_over(&POSTGRES) {
        return;
    }
    let stores = open(&database()).await;
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
    if pass_over(&POSTGRES) {
        return;
    }
    shared::a_second_tombstone_does_not_end_the_first(stores!(open(&database()).await)).await;
}

#[tokio::test]
async fn cleanup_counts_across_its_batches() {
    if pass_over(&POSTGRES) {
        return;
    }
    let stores = open(&database()).await;
    let fill = "INSERT INTO ceremony_spent (id, expires_at)
        SELECT sha256(i::text::bytea), 1000 + i FROM generate_series(1, 2500) i";
    sqlx::query(fill).execute(stores.pool()).await.unwrap();
    assert_eq!(stores.spend_list().cleanup(UnixTime::from_millis(3400)).await.unwrap(), 2400);
    assert_eq!(stores.spend_list().cleanup(UnixTime::from_millis(3500)).await.unwrap(), 100);
    assert_eq!(stores.spend_list().cleanup(UnixTime::from_millis(3500)).await.unwrap(), 0);
}

/// An insertion that began before an erasure does not bring the credential back after it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_insertion_sees_a_tombstone_that_came_while_it_ran() {
    if pass_over(&POSTGRES) {
        return;
    }
    let stores = open(&database()).await;
    // Somebody else's transaction has stored and erased the credential, and is about to end.
    let mut other = stores.pool().begin().await.unwrap();
    sqlx::raw_sql("LOCK TABLE ceremony_credentials IN SHARE MODE").execute(&mut *other).await.unwrap();
    let bury = "INSERT INTO ceremony_tombstones (tenant, rp_id, credential_hash, expires_at)
        VALUES ('', 'example.com', sha256($1), $2)";
    let later = i64::try_from(LATER.as_millis()).unwrap();
    let bury = sqlx::query(bury).bind(record(1).credential_id.as_bytes().to_vec()).bind(later);
    bury.execute(&mut *other).await.unwrap();

    let credentials = stores.credentials();
    let insertion = tokio::spawn(async move { credentials.insert(&record(1), 5, NOW).await });
    let waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'ceremony_credentials'::regclass";
    while sqlx::query_scalar::<_, i64>(waits).fetch_one(stores.pool()).await.unwrap() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    other.commit().await.unwrap();
    assert_eq!(insertion.await.unwrap().unwrap(), Inserted::Exists);
    assert_eq!(stores.credentials().find(&realm(), &record(1).credential_id).await.unwrap(), None);
}

/// Two that clean up at once do not wait for each other, and count each row once.
#[tokio::test]
async fn a_cleanup_passes_over_what_another_one_deletes() {
    if pass_over(&POSTGRES) {
        return;
    }
    let stores = open(&database()).await;
    for id in 0..3 {
        assert!(stores.spend_list().spend([id; 16], LATER, NOW).await.unwrap());
    }
    let mut other = stores.pool().begin().await.unwrap();
    let delete = "DELETE FROM ceremony_spent WHERE id = $1";
    sqlx::query(delete).bind(&[1_u8; 16][..]).execute(&mut *other).await.unwrap();
    let list = stores.spend_list();
    let cleanup = tokio::time::timeout(Duration::from_secs(30), list.cleanup(LATER));
    assert_eq!(cleanup.await.expect("a cleanup does not wait").unwrap(), 2);
    other.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_is_visible_to_other_connections_when_the_call_returns() {
    if pass_over(&POSTGRES) {
        return;
    }
    let url = database();
    let pools = [stores!(open(&url).await), stores!(open(&url).await)];
    shared::a_change_is_visible_when_the_call_returns(pools).await;
}
