//! The application's tables: made where there are none, and those of older versions brought up to date.

use sqlx::{PgPool, SqliteConnection, SqlitePool};

/// Makes what is missing.
pub(super) async fn sqlite(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(include_str!("../schema.sqlite.sql")).execute(pool).await?;
    let mut connection = pool.acquire().await?;
    if !is_old(&mut connection).await? {
        return Ok(());
    }
    // SQLite can't take a NOT NULL away: the table is made anew. Foreign keys rest meanwhile, or the sessions would go
    // with the table that they refer to; that can't be set within a transaction.
    sqlx::raw_sql("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE").execute(&mut *connection).await?;
    // Another process may have come first.
    if is_old(&mut connection).await? {
        sqlx::raw_sql(include_str!("users.sqlite.sql")).execute(&mut *connection).await?;
    }
    sqlx::raw_sql("COMMIT; PRAGMA foreign_keys = ON").execute(&mut *connection).await?;
    Ok(())
}

/// Whether the table of users is the first version's.
async fn is_old(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    let columns: Vec<String> =
        sqlx::query_scalar("SELECT name FROM pragma_table_info('users')").fetch_all(connection).await?;
    Ok(!columns.iter().any(|name| name == "handle_hash"))
}

/// Makes what is missing.
pub(super) async fn postgres(pool: &PgPool) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(include_str!("../schema.postgres.sql")).execute(pool).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Accounts;
    use crate::database::Pool;
    use ceremony_http::ceremony::UserHandle;
    use sqlx::sqlite::SqliteConnectOptions;

    /// The tables as the first version made them, with an account and a session in them.
    const OLD: &str = "
        CREATE TABLE users (
            id TEXT NOT NULL PRIMARY KEY,
            email TEXT NOT NULL UNIQUE,
            password_hash TEXT NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE sessions (
            token_hash BLOB NOT NULL PRIMARY KEY,
            user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            authenticated_at INTEGER NOT NULL,
            authenticated_by TEXT NOT NULL CHECK (authenticated_by IN ('password', 'passkey')),
            passkey TEXT,
            expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX sessions_expiry ON sessions (expires_at);
        CREATE INDEX sessions_user ON sessions (user_id);
        CREATE TABLE secrets (name TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
        INSERT INTO users VALUES ('1', 'ada@example.com', 'hash', 7);
        INSERT INTO sessions VALUES (x'00', '1', 7, 'password', NULL, 9);";

    async fn count(pool: &SqlitePool, table: &str) -> i64 {
        let count = format!("SELECT COUNT(*) FROM {table}");
        sqlx::query_scalar(sqlx::AssertSqlSafe(count)).fetch_one(pool).await.unwrap()
    }

    #[tokio::test]
    async fn a_file_of_the_first_version_opens_and_keeps_what_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = SqliteConnectOptions::new().filename(folder.path().join("old.db")).create_if_missing(true);
        let pool = SqlitePool::connect_with(file).await.unwrap();
        sqlx::raw_sql(OLD).execute(&pool).await.unwrap();
        for _ in 0..2 {
            sqlite(&pool).await.unwrap();
            assert_eq!((count(&pool, "users").await, count(&pool, "sessions").await), (1, 1));
        }
        let accounts = Accounts::new(Pool::Sqlite(pool.clone()));
        let (ada, hash) = accounts.by_email("ada@example.com").await.unwrap().unwrap();
        assert_eq!((ada.id.as_str(), hash.as_deref()), ("1", Some("hash")));
        // What the old table could not keep.
        let handle = UserHandle::new([7; 64]).unwrap();
        let bob = accounts.create_for(&handle, "bob@example.com").await.ok().unwrap();
        assert!(!accounts.has_password(&bob.id).await.unwrap());
        assert!(accounts.create_for(&UserHandle::new([8; 64]).unwrap(), "ada@example.com").await.is_err());
        // Foreign keys hold again, and mean the new table.
        let orphan = "INSERT INTO sessions VALUES (x'01', 'nobody', 7, 'password', NULL, 9)";
        assert!(sqlx::query(orphan).execute(&pool).await.is_err());
        sqlx::query("DELETE FROM users WHERE id = '1'").execute(&pool).await.unwrap();
        assert_eq!(count(&pool, "sessions").await, 0);
    }
}
