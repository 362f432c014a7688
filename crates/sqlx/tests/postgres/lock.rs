//! A user's lock that somebody holds for long: a process that is stopped, or whose network is gone.

use super::{database, open};
use crate::support::{LATER, NOW, insert, realm, record};
use ceremony_service::store::{CredentialStore, Page, RemovalGuard, Removed, RowId, StoreError};
use ceremony_sqlx::PostgresStores;
use ceremony_testbed::{POSTGRES, pass_over};
use sha2::{Digest, Sha256};
use sqlx::{Connection, PgConnection};
use std::error::Error as _;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// Longer than anything here may take, on a machine that has other things to do.
const LONG: Duration = Duration::from_secs(60);

/// The lock of the owner of the record of this number, as the stores take it.
fn lock_of(number: u8) -> i64 {
    let mut hash = Sha256::new();
    for part in ["ceremony user", "", "example.com"] {
        hash.update(part);
        hash.update([0]);
    }
    hash.update(record(number).user_handle.as_bytes());
    let hash: [u8; 32] = hash.finalize().into();
    i64::from_be_bytes(hash[..8].try_into().unwrap())
}

/// Takes a lock, and keeps it until the connection is dropped.
async fn hold(url: &str, lock: i64) -> PgConnection {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::query("SELECT pg_advisory_lock($1)").bind(lock).execute(&mut connection).await.unwrap();
    connection
}

async fn revoke(credentials: &dyn CredentialStore, id: RowId) -> Result<Removed, StoreError> {
    credentials.revoke(&realm(), &record(1).user_handle, id, "lost", RemovalGuard::Any, NOW).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lock_that_is_not_given_up_ends_the_call() {
    if pass_over(&POSTGRES) {
        return;
    }
    let url = database();
    let stores = PostgresStores::connect_with(&url, 1).await.unwrap();
    stores.migrate().await.unwrap();
    for stores in [stores.clone(), stores.behind_pooler()] {
        let credentials = stores.credentials();
        let id = insert(&*credentials, &record(1)).await;
        let held = hold(&url, lock_of(1)).await;
        let start = Instant::now();
        let error = timeout(LONG, revoke(&*credentials, id)).await.expect("a call ends").unwrap_err();
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
        let cause = error.source().unwrap().to_string();
        assert!(cause.contains("lock timeout"), "{cause}");
        // Others are let in meanwhile, so that it is no use to hurry.
        assert!(start.elapsed() >= Duration::from_secs(2), "{:?}", start.elapsed());
        // The same connection, for there is no other: its transaction is over.
        let page = Page { after: None, limit: 10 };
        assert_eq!(credentials.list(&realm(), &record(1).user_handle, page).await.unwrap().len(), 1);
        insert(&*credentials, &record(2)).await;
        drop(held);
        let revoked = timeout(LONG, revoke(&*credentials, id)).await.expect("the lock is free").unwrap();
        assert!(matches!(revoked, Removed::Revoked(_)), "{revoked:?}");
        for number in [1, 2] {
            assert_eq!(credentials.erase_user(&realm(), &record(number).user_handle, NOW).await.unwrap(), 1);
        }
    }
}

/// The owner tries again and again, and gives up each time: that is no reason why others should wait.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lock_that_is_not_given_up_does_not_take_the_pool() {
    if pass_over(&POSTGRES) {
        return;
    }
    let url = database();
    let stores = open(&url).await;
    let credentials = stores.credentials();
    let id = insert(&*credentials, &record(1)).await;
    let _held = hold(&url, lock_of(1)).await;
    for _ in 0..20 {
        timeout(Duration::from_millis(100), revoke(&*credentials, id)).await.unwrap_err();
    }
    let (start, page) = (Instant::now(), Page { after: None, limit: 10 });
    while let Err(error) = credentials.list(&realm(), &record(2).user_handle, page).await {
        assert!(start.elapsed() < LONG, "{error:?}");
    }
    assert_eq!(credentials.erase_user(&realm(), &record(2).user_handle, LATER).await.unwrap(), 0);
}

/// Processes that start at once wait for one that has much to migrate.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_migration_waits_longer_than_a_call() {
    if pass_over(&POSTGRES) {
        return;
    }
    let url = database();
    let held = hold(&url, i64::from_be_bytes(*b"ceremony")).await;
    let stores = PostgresStores::connect(&url).await.unwrap();
    let migrating = stores.clone();
    let migration = tokio::spawn(async move { migrating.migrate().await });
    tokio::time::sleep(Duration::from_secs(5)).await;
    drop(held);
    timeout(LONG, migration).await.expect("the lock is free").unwrap().unwrap();
    insert(&*stores.credentials(), &record(1)).await;
}
