//! Asks SQLite how it would run each statement: no table is ever walked through.

use super::SqliteStores;
use crate::statements;
use sqlx::{AssertSqlSafe, Row, Sqlite};

#[tokio::test]
async fn every_statement_finds_its_rows_by_an_index() {
    let stores = SqliteStores::connect("sqlite::memory:").await.unwrap();
    stores.migrate().await.unwrap();
    for (name, statement) in statements::all::<Sqlite>() {
        let explain = format!("EXPLAIN QUERY PLAN {statement}");
        let rows = sqlx::query(AssertSqlSafe(explain)).fetch_all(stores.pool()).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        let is_insert = statement.starts_with("INSERT");
        assert!(is_insert || plan.iter().any(|step| step.starts_with("SEARCH")), "{name}: {plan:?}");
        for step in &plan {
            assert!(!step.contains("SCAN") && !step.contains("TEMP B-TREE"), "{name}: {plan:?}");
        }
    }
}

/// A walk through a table would be seen.
#[tokio::test]
async fn a_scan_is_recognised() {
    let stores = SqliteStores::connect("sqlite::memory:").await.unwrap();
    stores.migrate().await.unwrap();
    let explain = "EXPLAIN QUERY PLAN SELECT 1 FROM ceremony_credentials WHERE name = ?";
    let rows = sqlx::query(explain).fetch_all(stores.pool()).await.unwrap();
    assert!(rows.iter().any(|row| row.get::<String, _>("detail").contains("SCAN")));
}
