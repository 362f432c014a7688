//! One SQLite database for the application's tables and the passkeys'.

use ceremony_sqlx::SqliteStores;
use sqlx::SqlitePool;
use std::error::Error as StdError;

type BoxError = Box<dyn StdError + Send + Sync>;

/// Random bytes that are drawn once and kept.
#[derive(Clone, Copy)]
pub(crate) enum Secret {
    /// What made-up passkeys for unknown names follow from.
    Decoys,
    /// What begun sign-ins are sealed with.
    Sealing,
}

/// Opens the database, and makes the file and the tables if they are not there.
pub(crate) async fn open(url: &str) -> Result<SqliteStores, BoxError> {
    let stores = SqliteStores::connect(url).await?;
    stores.migrate().await?;
    sqlx::raw_sql(include_str!("schema.sql")).execute(stores.pool()).await?;
    Ok(stores)
}

/// The secret of this name; whoever comes first draws it.
pub(crate) async fn secret(pool: &SqlitePool, name: Secret) -> Result<[u8; 32], BoxError> {
    let name = match name {
        Secret::Decoys => "decoys",
        Secret::Sealing => "sealing",
    };
    let drawn = random()?;
    sqlx::query("INSERT INTO secrets (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING")
        .bind(name)
        .bind(drawn.as_slice())
        .execute(pool)
        .await?;
    let kept: Vec<u8> =
        sqlx::query_scalar("SELECT value FROM secrets WHERE name = ?").bind(name).fetch_one(pool).await?;
    kept.try_into().map_err(|_| format!("the secret {name:?} is not 32 bytes long").into())
}

/// Bytes that nobody can guess.
pub(crate) fn random() -> Result<[u8; 32], getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
