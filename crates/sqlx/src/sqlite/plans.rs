//! Asks SQLite how it would run each statement: no table is ever walked through.

use super::SqliteStores;
use crate::statements;
use sqlx::{AssertSqlSafe, Row, Sqlite};

/// Rows of two tenants and many users, and what SQLite's planner then knows of them.
const FILL: &str = "
    CREATE TEMP TABLE numbers AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i FROM n;
    INSERT INTO ceremony_pending (expires_at, key, state) SELECT i, randomblob(32), x'00' FROM numbers;
    INSERT INTO ceremony_spent (expires_at, id) SELECT i, randomblob(16) FROM numbers;
    INSERT INTO ceremony_tombstones (expires_at, tenant, rp_id, credential_hash)
        SELECT i, i % 2, 'example.com', randomblob(32) FROM numbers;
    INSERT INTO ceremony_users (tenant, user_id, user_handle) SELECT i % 2, i, randomblob(64) FROM numbers;
    INSERT INTO ceremony_credentials (created_at, sign_count, status, uv_initialized, backup_state, row_id, tenant, rp_id,
        credential_id, user_handle, name, record)
        SELECT i, 0, 0, 1, 1, randomblob(16), i % 2, 'example.com', randomblob(32), CAST(i / 10 AS BLOB), 'name',
        randomblob(200) FROM numbers;
    INSERT INTO ceremony_sign_ups (expires_at, tenant, rp_id, user_handle)
        SELECT i, i % 2, 'example.com', randomblob(64) FROM numbers;
    ANALYZE;
";

#[tokio::test]
async fn every_statement_finds_its_rows_by_an_index() {
    let stores = SqliteStores::connect("sqlite::memory:").await.unwrap();
    stores.migrate().await.unwrap();
    judge(&stores).await;
    sqlx::raw_sql(FILL).execute(stores.pool()).await.unwrap();
    judge(&stores).await;
}

async fn judge(stores: &SqliteStores) {
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
