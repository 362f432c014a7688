//! What the tables and their indexes take on disk, and how many updates stayed within their page.

use super::Fallible;
use sqlx::{PgPool, Row};

const SIZES: &str = "SELECT c.relname AS name, c.relkind = 'i' AS is_index, pg_relation_size(c.oid) AS bytes
    FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid
    WHERE coalesce(i.indrelid, c.oid) IN ('ceremony_credentials'::regclass, 'ceremony_users'::regclass)
    ORDER BY coalesce(i.indrelid, c.oid), c.relkind DESC, c.relname";

const HOT: &str = "SELECT coalesce(n_tup_upd, 0) AS updates, coalesce(n_tup_hot_upd, 0) AS hot
    FROM pg_stat_user_tables WHERE relname = 'ceremony_credentials'";

/// A table or an index, and its bytes.
pub(crate) async fn sizes(pool: &PgPool) -> Fallible<Vec<(String, bool, i64)>> {
    let rows = sqlx::query(SIZES).fetch_all(pool).await?;
    let read =
        |row: &sqlx::postgres::PgRow| Ok((row.try_get("name")?, row.try_get("is_index")?, row.try_get("bytes")?));
    rows.iter().map(read).collect()
}

/// How many updates the table of credentials has seen, and how many of them wrote no index.
pub(crate) async fn updates(pool: &PgPool) -> Fallible<(i64, i64)> {
    // Each backend tells the statistics when it has been idle for a moment.
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let row = sqlx::query(HOT).fetch_one(pool).await?;
    Ok((row.try_get("updates")?, row.try_get("hot")?))
}
