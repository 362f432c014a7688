//! Asks SQLite how it would run each statement: no table is ever walked through.

use super::{SqliteStores, ceremonies, credentials::sql, spend, users};
use sqlx::{AssertSqlSafe, Row};

const STATEMENTS: &[(&str, &str)] = &[
    ("ceremonies PUT", ceremonies::PUT),
    ("ceremonies TAKE", ceremonies::TAKE),
    ("ceremonies CLEANUP", ceremonies::CLEANUP),
    ("spend SPEND", spend::SPEND),
    ("spend CLEANUP", spend::CLEANUP),
    ("users FIND", users::FIND),
    ("users RESOLVE", users::RESOLVE),
    ("users INSERT", users::INSERT),
    ("users FORGET", users::FORGET),
    ("sql FIND", sql::FIND),
    ("sql GET", sql::GET),
    ("sql LIST", sql::LIST),
    ("sql LIST_AFTER", sql::LIST_AFTER),
    ("sql PLACE", sql::PLACE),
    ("sql EXISTS", sql::EXISTS),
    ("sql COUNT_ACTIVE", sql::COUNT_ACTIVE),
    ("sql COUNT_KEPT", sql::COUNT_KEPT),
    ("sql TOMBSTONE", sql::TOMBSTONE),
    ("sql INSERT", sql::INSERT),
    ("sql APPLY", sql::APPLY),
    ("sql RENAME", sql::RENAME),
    ("sql SET_STATUS", sql::SET_STATUS),
    ("sql REVOKE", sql::REVOKE),
    ("sql STATUS", sql::STATUS),
    ("sql REVOKE_ALL", sql::REVOKE_ALL),
    ("sql ERASE", sql::ERASE),
    ("sql ERASE_USER", sql::ERASE_USER),
    ("sql BURY", sql::BURY),
    ("sql CLEANUP", sql::CLEANUP),
];

const SOURCES: &[(&str, &str)] = &[
    ("ceremonies", include_str!("ceremonies.rs")),
    ("spend", include_str!("spend.rs")),
    ("users", include_str!("users.rs")),
    ("sql", include_str!("credentials/sql.rs")),
];

#[tokio::test]
async fn every_statement_finds_its_rows_by_an_index() {
    let stores = SqliteStores::connect("sqlite::memory:").await.unwrap();
    stores.migrate().await.unwrap();
    for (name, statement) in STATEMENTS {
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

#[test]
fn every_statement_is_in_the_list() {
    for (module, source) in SOURCES {
        for line in source.lines().filter(|line| line.contains("const ") && line.contains(": &str")) {
            let name = line.split("const ").nth(1).and_then(|rest| rest.split(':').next()).unwrap();
            let listed = STATEMENTS.iter().any(|(known, _)| *known == format!("{module} {name}"));
            assert!(listed, "{module} {name}");
        }
    }
}
