//! What operators ask, and sign-ups, on both databases.
#![cfg(all(feature = "sqlite", feature = "postgres"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs, dead_code)]
#![allow(unused_imports, unused_macros, reason = "each test program uses a part of the support")]

#[path = "support/support.rs"]
mod support;

use ceremony_service::contract;
use ceremony_service::{Clock, SystemClock};
use ceremony_sqlx::{PostgresStores, SqliteStores};
use ceremony_testbed::{POSTGRES, Postgres, pass_over};
use std::time::Duration;
use support::{LATER, NOW, insert, realm, record, spawn};
use tempfile::TempDir;

async fn sqlite() -> (SqliteStores, TempDir) {
    let directory = TempDir::new().unwrap();
    let url = format!("sqlite:{}", directory.path().join("test.db").display());
    (SqliteStores::connect(&url).await.unwrap(), directory)
}

async fn postgres() -> Option<PostgresStores> {
    if pass_over(&POSTGRES) {
        return None;
    }
    let url = Postgres::shared().unwrap().database().unwrap();
    Some(PostgresStores::connect(&url).await.unwrap())
}

/// The same questions to whichever database.
macro_rules! asked {
    ($stores:expr) => {{
        let stores = $stores;
        let before = stores.versions().await.unwrap();
        let known = before.known;
        assert_eq!(before.found, 0, "an empty database has seen no migration");
        assert!(known >= 2 && !before.works());
        stores.migrate().await.unwrap();
        let after = stores.versions().await.unwrap();
        assert_eq!((after.found, after.known, after.oldest, after.works()), (known, known, 1, true));

        let here = SystemClock.now();
        let there = stores.time().await.unwrap();
        let skew = here.saturating_since(there).max(there.saturating_since(here));
        assert!(skew < Duration::from_secs(60), "{skew:?}");

        let key = ceremony_service::store::CeremonyKey {
            kind: ceremony_service::store::CeremonyKind::Registration,
            realm: realm(),
            binding: None,
        };
        stores.ceremonies().put(&key, b"state".to_vec(), LATER, NOW).await.unwrap();
        for id in [1, 2] {
            assert!(stores.spend_list().spend([id; 16], LATER, NOW).await.unwrap());
        }
        let stored = insert(&*stores.credentials(), &record(1)).await;
        assert!(stores.credentials().erase(&realm(), &record(1).user_handle, stored, LATER).await.unwrap());
        for number in [1, 2, 3] {
            stores.sign_ups().add(&realm(), &record(number).user_handle, LATER).await.unwrap();
        }
        let count =
            |expired: ceremony_sqlx::Expired| (expired.ceremonies, expired.spent, expired.tombstones, expired.sign_ups);
        assert_eq!(count(stores.expired(NOW).await.unwrap()), (0, 0, 0, 0));
        assert_eq!(count(stores.expired(LATER).await.unwrap()), (1, 2, 1, 3));
        // Asking changes nothing, and the cleanup drops as many.
        assert_eq!(count(stores.expired(LATER).await.unwrap()), (1, 2, 1, 3));
        assert_eq!(stores.ceremonies().cleanup(LATER).await.unwrap(), 1);
        assert_eq!(stores.spend_list().cleanup(LATER).await.unwrap(), 2);
        assert_eq!(stores.credentials().cleanup(LATER).await.unwrap(), 1);
        assert_eq!(count(stores.expired(LATER).await.unwrap()), (0, 0, 0, 3));
        contract::pending_sign_ups(stores.sign_ups(), spawn).await;
    }};
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sqlite_answers() {
    let (stores, _directory) = sqlite().await;
    asked!(stores);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_answers() {
    let Some(stores) = postgres().await else { return };
    asked!(stores);
}
