//! How many statements a call of the stores in SQLite runs, by sqlx's own log.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs, dead_code)]
#![allow(unused_imports, unused_macros, reason = "each test program uses a part of the support")]

#[path = "support/support.rs"]
mod support;

use ceremony::{RecordUpdate, Tenant};
use ceremony_service::store::{CeremonyKey, CeremonyKind, Page};
use ceremony_sqlx::SqliteStores;
use sqlx::sqlite::SqliteSynchronous;
use std::sync::{Arc, Mutex};
use support::{LATER, NOW, insert, realm, record};
use tempfile::TempDir;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Notes what sqlx logs of each statement.
#[derive(Clone, Default)]
struct Statements(Arc<Mutex<Vec<String>>>);

impl Statements {
    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Subscriber for Statements {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query"
    }

    fn event(&self, event: &Event<'_>) {
        struct Summary(String);
        impl Visit for Summary {
            fn record_str(&mut self, field: &Field, value: &str) {
                if field.name() == "summary" {
                    self.0 = value.to_owned();
                }
            }

            fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
        }
        let mut summary = Summary(String::new());
        event.record(&mut summary);
        self.0.lock().unwrap().push(summary.0.split_whitespace().take(2).collect::<Vec<_>>().join(" "));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// Alone in its program: the log is one for all threads, and SQLite has its own.
#[tokio::test]
async fn each_call_of_a_sign_in_is_one_statement() {
    let directory = TempDir::new().unwrap();
    let url = format!("sqlite:{}", directory.path().join("test.db").display());
    // One connection: another would say how it wants its file when it opens it.
    let stores = SqliteStores::connect_with(&url, 1, SqliteSynchronous::Normal).await.unwrap();
    stores.migrate().await.unwrap();
    let id = insert(&*stores.credentials(), &record(1)).await;
    let log = Statements::default();
    tracing::subscriber::set_global_default(log.clone()).unwrap();

    let key = CeremonyKey { kind: CeremonyKind::Authentication, realm: realm(), binding: None };
    let (credentials, owner) = (stores.credentials(), record(1).user_handle);
    let handle = stores.ceremonies().put(&key, b"state".to_vec(), LATER, NOW).await.unwrap();
    assert_eq!(log.taken(), ["INSERT INTO"], "put");
    stores.ceremonies().take(&key, &handle, NOW).await.unwrap();
    assert_eq!(log.taken(), ["DELETE FROM"], "take");
    stores.spend_list().spend([1; 16], LATER, NOW).await.unwrap();
    assert_eq!(log.taken(), ["INSERT INTO"], "spend");
    let found = credentials.find(&realm(), &record(1).credential_id).await.unwrap().unwrap();
    assert_eq!(log.taken().len(), 1, "find");
    stores.users().resolve(&Tenant::default(), &owner).await.unwrap();
    assert_eq!(log.taken().len(), 1, "resolve");
    credentials.apply(&RecordUpdate::of(&found.record, 8, LATER)).await.unwrap();
    assert_eq!(log.taken(), ["UPDATE ceremony_credentials"], "apply");
    credentials.list(&realm(), &owner, Page { after: None, limit: 10 }).await.unwrap();
    assert_eq!(log.taken().len(), 1, "list");
    credentials.get(&realm(), &owner, id).await.unwrap();
    assert_eq!(log.taken().len(), 1, "get");
    credentials.count(&realm(), &owner).await.unwrap();
    assert_eq!(log.taken().len(), 1, "count");
}
