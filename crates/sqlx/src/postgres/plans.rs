//! Asks PostgreSQL how it would run each statement: no table is ever walked through.

use super::PostgresStores;
use crate::statements;
use ceremony_testbed::{POSTGRES, Postgres as Server, pass_over};
use sqlx::{AssertSqlSafe, PgConnection, Postgres, Row};

/// Enough rows that walking through them would be slower than an index, of two tenants and many users.
const FILL: &str = "
    INSERT INTO ceremony_pending SELECT i, sha256(i::text::bytea), 'state' FROM generate_series(1, 5000) i;
    INSERT INTO ceremony_spent SELECT i, sha256(i::text::bytea) FROM generate_series(1, 5000) i;
    INSERT INTO ceremony_tombstones SELECT i, i % 2, 'example.com', sha256(i::text::bytea) FROM generate_series(1, 5000) i;
    INSERT INTO ceremony_users SELECT i % 2, i, sha256(i::text::bytea) FROM generate_series(1, 5000) i;
    INSERT INTO ceremony_credentials (created_at, sign_count, status, uv_initialized, backup_state, row_id, tenant, rp_id,
        credential_id, user_handle, name, record)
    SELECT i, 0, 0, true, true, sha256(i::text::bytea), i % 2, 'example.com', sha256(i::text::bytea),
        sha256((i / 10)::text::bytea), 'name', sha256(i::text::bytea) FROM generate_series(1, 5000) i;
    INSERT INTO ceremony_sign_ups SELECT i, i % 2, 'example.com', sha256(i::text::bytea) FROM generate_series(1, 5000) i;
    ANALYZE;
";

async fn filled() -> PostgresStores {
    let url = Server::shared().unwrap().database().unwrap();
    let stores = PostgresStores::connect(&url).await.unwrap();
    stores.migrate().await.unwrap();
    sqlx::raw_sql(FILL).execute(stores.pool()).await.unwrap();
    stores
}

/// The plan for whatever values, a line for each step.
async fn plan(connection: &mut PgConnection, statement: &str) -> Vec<String> {
    let parameters = (1..).take_while(|number| statement.contains(&format!("${number}"))).count();
    let nulls = vec!["NULL"; parameters].join(", ");
    let nulls = if nulls.is_empty() { nulls } else { format!("({nulls})") };
    let script = format!("SET plan_cache_mode = force_generic_plan; PREPARE tried AS {statement}");
    sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut *connection).await.unwrap();
    let explain = sqlx::raw_sql(AssertSqlSafe(format!("EXPLAIN EXECUTE tried {nulls}")));
    let rows = explain.fetch_all(&mut *connection).await.unwrap();
    sqlx::raw_sql("DEALLOCATE tried").execute(&mut *connection).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// The steps that look for rows without a condition on an index.
fn walks(plan: &[String]) -> Vec<&String> {
    let is_scan = |step: &&String| step.contains("Scan");
    let is_indexed =
        |at: usize| plan.get(at + 1).is_some_and(|next| next.contains("Index Cond:") || next.contains("TID Cond:"));
    let scans = plan.iter().enumerate().filter(|(_, step)| is_scan(step));
    scans
        .filter(|(at, step)| !is_indexed(*at) && !step.contains("Bitmap Heap Scan") && !step.contains("Subquery Scan"))
        .map(|(_, step)| step)
        .collect()
}

#[tokio::test]
async fn every_statement_finds_its_rows_by_an_index() {
    if pass_over(&POSTGRES) {
        return;
    }
    let stores = filled().await;
    let mut connection = stores.pool().acquire().await.unwrap();
    for (name, statement) in statements::all::<Postgres>() {
        let plan = plan(&mut connection, statement).await;
        let is_insert = statement.starts_with("INSERT");
        assert!(is_insert || plan.iter().any(|step| step.contains("Index Cond:")), "{name}: {plan:#?}");
        assert!(walks(&plan).is_empty(), "{name}: {plan:#?}");
        assert!(!plan.iter().any(|step| step.contains("Sort")), "{name}: {plan:#?}");
    }
}

/// A walk through a table would be seen, or through an index.
#[tokio::test]
async fn a_scan_is_recognised() {
    if pass_over(&POSTGRES) {
        return;
    }
    let stores = filled().await;
    let mut connection = stores.pool().acquire().await.unwrap();
    for walk in [
        "SELECT 1 FROM ceremony_credentials WHERE name = $1",
        "SELECT tenant FROM ceremony_users ORDER BY tenant",
        "SELECT row_id FROM ceremony_credentials ORDER BY row_id LIMIT $1",
    ] {
        assert_eq!(walks(&plan(&mut connection, walk).await).len(), 1, "{walk}");
    }
}
