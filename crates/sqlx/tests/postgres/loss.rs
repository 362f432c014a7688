//! The server goes away and comes back.

use super::{database, open};
use crate::support::{LATER, NOW, Stores, insert, realm, record, shared, stores};
use ceremony::Tenant;
use ceremony_service::store::{CeremonyKey, CeremonyKind, Inserted, StoreError, UserId};
use ceremony_sqlx::PostgresStores;
use ceremony_testbed::{POSTGRES, Postgres, pass_over};
use sqlx::postgres::PgPoolOptions;
use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A pool that does not wait long for a server that is not there.
async fn impatient(url: &str) -> PostgresStores {
    let pool = PgPoolOptions::new().acquire_timeout(Duration::from_secs(1)).connect(url).await.unwrap();
    let stores = PostgresStores::new(pool);
    stores.migrate().await.unwrap();
    stores
}

/// One call of each store and kind: single statements and transactions.
async fn everything(stores: &Stores, number: u8) -> Vec<Result<(), StoreError>> {
    let key = CeremonyKey { kind: CeremonyKind::Registration, realm: realm(), binding: None };
    let user = UserId::new(format!("user {number}")).unwrap();
    let owner = record(number).user_handle;
    let id = record(number).credential_id;
    let (realm, tenant, record) = (realm(), Tenant::default(), record(number));
    let (put, spent, inserted, found, handle, erased) = tokio::join!(
        stores.ceremonies.put(&key, b"state".to_vec(), LATER, NOW),
        stores.spend_list.spend([number; 16], LATER, NOW),
        stores.credentials.insert(&record, 5, NOW),
        stores.credentials.find(&realm, &id),
        stores.users.get_or_create(&tenant, &user),
        stores.credentials.erase_user(&realm, &owner, LATER),
    );
    vec![put.map(drop), spent.map(drop), inserted.map(drop), found.map(drop), handle.map(drop), erased.map(drop)]
}

fn assert_unavailable(result: Result<(), StoreError>) {
    let error = result.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    assert!(error.source().is_some_and(|cause| !cause.to_string().is_empty()), "{error:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everything_survives_a_crash_of_the_server() {
    if pass_over(&POSTGRES) {
        return;
    }
    let mut server = Postgres::start().unwrap();
    let url = server.database().unwrap();
    let stores = open(&url).await;
    let written = shared::write_everything(&stores!(stores)).await;
    server.kill().unwrap();
    server.start_again().unwrap();
    // What was idle for so long is asked whether it is alive.
    tokio::time::sleep(Duration::from_secs(1)).await;
    // Through the same pool, whose connections are dead.
    shared::assert_everything_is_there(&stores!(stores), written).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_is_gone_is_an_error_and_the_next_call_works() {
    if pass_over(&POSTGRES) {
        return;
    }
    let mut server = Postgres::start().unwrap();
    let url = server.database().unwrap();
    let pool = impatient(&url).await;
    let stores = stores!(pool);
    for (number, kill) in [(1, false), (2, true)] {
        if kill {
            server.kill().unwrap();
        } else {
            server.stop().unwrap();
        }
        for result in everything(&stores, number).await {
            assert_unavailable(result);
        }
        pool.migrate().await.unwrap_err();
        server.start_again().unwrap();
        for result in everything(&stores, number).await {
            result.unwrap();
        }
        pool.migrate().await.unwrap();
    }
}

/// A connection that was used a moment ago is not asked whether it is alive: each that died fails one call, and the pool
/// does not keep it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_dead_connection_fails_one_call_at_most() {
    if pass_over(&POSTGRES) {
        return;
    }
    let server = Postgres::start().unwrap();
    let stores = PostgresStores::connect_with(&server.database().unwrap(), 1).await.unwrap();
    stores.migrate().await.unwrap();
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()";
    for number in 0..5 {
        stores.spend_list().spend([number; 16], LATER, NOW).await.unwrap();
        // Ends its own connection, too.
        sqlx::raw_sql(end).execute(stores.pool()).await.unwrap_err();
        if let Err(error) = stores.spend_list().spend([number + 100; 16], LATER, NOW).await {
            assert_unavailable(Err(error));
        }
        stores.spend_list().spend([number + 200; 16], LATER, NOW).await.unwrap();
    }
}

/// After a failover a connection may lead to a server that is a replica by now. It fails one call; the next one has another
/// connection, which the name leads elsewhere.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_connection_that_became_read_only_fails_one_call() {
    if pass_over(&POSTGRES) {
        return;
    }
    let direct = PostgresStores::connect_with(&database(), 1).await.unwrap();
    direct.migrate().await.unwrap();
    for stores in [direct.clone(), direct.behind_pooler()] {
        for is_transaction in [false, true] {
            let demote = "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY";
            sqlx::raw_sql(demote).execute(stores.pool()).await.unwrap();
            let (credentials, spend_list) = (stores.credentials(), stores.spend_list());
            let owner = record(1).user_handle;
            let write = async || match is_transaction {
                true => credentials.erase_user(&realm(), &owner, LATER).await.map(drop),
                false => spend_list.spend([1; 16], LATER, NOW).await.map(drop),
            };
            // Whatever it can still do is no reason to give it up.
            credentials.find(&realm(), &record(1).credential_id).await.unwrap();
            let error = write().await.unwrap_err();
            assert!(error.source().unwrap().to_string().contains("read-only"), "{error:?}");
            write().await.unwrap();
        }
    }
}

/// The server ends in the middle of calls: each of them returns, and none panics.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn calls_that_lose_their_server_end_with_an_error() {
    if pass_over(&POSTGRES) {
        return;
    }
    let mut server = Postgres::start().unwrap();
    let url = server.database().unwrap();
    let pool = impatient(&url).await;
    let stores = stores!(pool);
    let (is_over, [done, failed]) = (Arc::new(AtomicBool::new(false)), [(); 2].map(|()| Arc::new(AtomicU64::new(0))));
    let mut tasks = Vec::new();
    for number in 0..8 {
        let (stores, is_over) = (stores.clone(), Arc::clone(&is_over));
        let (done, failed) = (Arc::clone(&done), Arc::clone(&failed));
        tasks.push(tokio::spawn(async move {
            while !is_over.load(Ordering::Relaxed) {
                for result in everything(&stores, number).await {
                    let counter = if result.is_ok() { &done } else { &failed };
                    counter.fetch_add(1, Ordering::Relaxed);
                    if result.is_err() {
                        assert_unavailable(result);
                    }
                }
            }
        }));
    }
    for kill in [true, false, true] {
        wait_for_more(&done).await;
        let before = failed.load(Ordering::Relaxed);
        if kill {
            server.kill().unwrap();
        } else {
            server.stop().unwrap();
        }
        wait_for_more(&failed).await;
        assert!(failed.load(Ordering::Relaxed) > before);
        server.start_again().unwrap();
    }
    wait_for_more(&done).await;
    is_over.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.unwrap();
    }
    for result in everything(&stores, 100).await {
        result.unwrap();
    }
}

async fn wait_for_more(counter: &AtomicU64) {
    let (before, start) = (counter.load(Ordering::Relaxed), Instant::now());
    while counter.load(Ordering::Relaxed) < before + 20 {
        assert!(start.elapsed() < Duration::from_secs(60), "nothing happens");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A transaction whose caller went away is rolled back, and its lock is given up.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_call_that_is_given_up_leaves_no_lock() {
    if pass_over(&POSTGRES) {
        return;
    }
    let stores = open(&Postgres::shared().unwrap().database().unwrap()).await;
    for micros in (0..3_000).step_by(30) {
        let credentials = stores.credentials();
        let call = tokio::spawn(async move {
            let record = record(1);
            let _ = credentials.insert(&record, 5, NOW).await;
            credentials.erase_user(&realm(), &record.user_handle, NOW).await.map(drop)
        });
        tokio::time::sleep(Duration::from_micros(micros)).await;
        call.abort();
    }
    let (credentials, realm, owner) = (stores.credentials(), realm(), record(1).user_handle);
    let erased = tokio::time::timeout(Duration::from_secs(30), credentials.erase_user(&realm, &owner, NOW));
    erased.await.expect("nobody holds the lock").unwrap();
    insert(&*credentials, &record(1)).await;
    assert_idle(&stores).await;
}

/// The same, for a call that was given up while it waited for the lock.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_call_that_is_given_up_in_the_queue_leaves_no_lock() {
    if pass_over(&POSTGRES) {
        return;
    }
    let stores = open(&Postgres::shared().unwrap().database().unwrap()).await;
    let mut other = stores.pool().begin().await.unwrap();
    sqlx::raw_sql("LOCK TABLE ceremony_credentials IN SHARE MODE").execute(&mut *other).await.unwrap();
    let insertion = |number| {
        let (credentials, mut record) = (stores.credentials(), record(number));
        record.user_handle = crate::support::record(1).user_handle;
        tokio::spawn(async move { credentials.insert(&record, 5, NOW).await })
    };
    let holder = insertion(1);
    waits(&stores, "relation").await;
    let given_up = insertion(2);
    waits(&stores, "advisory").await;
    given_up.abort();
    assert!(given_up.await.unwrap_err().is_cancelled());
    other.commit().await.unwrap();
    assert!(matches!(holder.await.unwrap().unwrap(), Inserted::Stored(_)));
    let next = tokio::time::timeout(Duration::from_secs(30), insertion(3));
    assert!(matches!(next.await.expect("nobody holds the lock").unwrap().unwrap(), Inserted::Stored(_)));
    assert_idle(&stores).await;
}

/// Until somebody waits for a lock of this kind.
async fn waits(stores: &PostgresStores, kind: &str) {
    let waiting = "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database
        WHERE datname = current_database() AND NOT granted AND locktype = $1";
    while sqlx::query_scalar::<_, i64>(waiting).bind(kind).fetch_one(stores.pool()).await.unwrap() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// No connection of the pool stays within a transaction.
async fn assert_idle(stores: &PostgresStores) {
    let open = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    let start = Instant::now();
    while sqlx::query_scalar::<_, i64>(open).fetch_one(stores.pool()).await.unwrap() > 0 {
        assert!(start.elapsed() < Duration::from_secs(30), "a connection stays within a transaction");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
