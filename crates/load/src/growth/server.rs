//! The private PostgreSQL server: what it runs with, and what it has used.

use super::{Fallible, cpu};
use ceremony_sqlx::PostgresStores;
use ceremony_testbed::Postgres;
use sqlx::{Connection, PgConnection, PgPool};
use std::process::Command;
use std::time::Duration;

/// What a server for passkeys would run with, beside what the arguments say. Nothing is switched off for speed.
const SETTINGS: &[&str] = &[
    "fsync=on",
    "full_page_writes=on",
    "synchronous_commit=on",
    "max_wal_size=2GB",
    "maintenance_work_mem=256MB",
    "track_io_timing=off",
];

/// The settings that are printed.
const SHOWN: &str = "SELECT string_agg(name || ' = ' || current_setting(name), ', ' ORDER BY name) FROM pg_settings
    WHERE name IN ('server_version', 'shared_buffers', 'fsync', 'full_page_writes', 'synchronous_commit',
    'max_wal_size', 'checkpoint_timeout', 'wal_level', 'jit', 'autovacuum')";

const BACKENDS: &str =
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid != pg_backend_pid()";
const OTHERS: &str = "SELECT pid FROM pg_stat_activity
    WHERE backend_type IN ('checkpointer', 'background writer', 'walwriter', 'autovacuum launcher')";

/// Free space that stays free.
const RESERVE_GIB: u64 = 3;

/// About what a credential takes with all its indexes, and its half of a user.
const BYTES_A_ROW: u64 = 1_400;

/// Starts a server that ends with the value.
pub(crate) fn start(shared_buffers: &str) -> Fallible<Postgres> {
    let buffers = format!("shared_buffers={shared_buffers}");
    let settings: Vec<&str> = SETTINGS.iter().copied().chain([buffers.as_str()]).collect();
    Ok(Postgres::start_with(&settings)?)
}

pub(crate) async fn settings(url: &str) -> Fallible<String> {
    let mut connection = PgConnection::connect(url).await?;
    Ok(sqlx::query_scalar(SHOWN).fetch_one(&mut connection).await?)
}

/// Says what will be written and what is free, and refuses if that is not enough.
pub(crate) fn check_disk(rows: u64) -> Fallible<()> {
    let folder = std::env::temp_dir();
    let output = Command::new("df").args(["--output=avail", "--block-size=1M"]).arg(&folder).output()?;
    let text = String::from_utf8(output.stdout)?;
    let free: u64 = text.lines().nth(1).ok_or("df says nothing")?.trim().parse()?;
    let wanted = rows * BYTES_A_ROW / (1 << 20) + 1_024 * RESERVE_GIB;
    eprintln!("{}: {free} MiB free, of which up to {wanted} MiB are wanted for {rows} rows", folder.display());
    if free < wanted { Err("not enough space on the disk".into()) } else { Ok(()) }
}

/// A pool whose connections stay, so that each one's process can be asked what it has used.
pub(crate) async fn pool(url: &str, connections: u32) -> Fallible<PgPool> {
    // What a server connects with.
    let pool = PostgresStores::pool_options()
        .min_connections(connections)
        .max_connections(connections)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(Duration::from_secs(60));
    let pool = pool.connect(url).await?;
    while pool.size() < connections {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(pool)
}

/// The processes behind one database's pool, and those that work for all databases.
pub(crate) struct Processes {
    backends: Vec<i32>,
    others: Vec<i32>,
}

/// What was used up to a moment, or between two.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Used {
    pub(crate) own: Duration,
    pub(crate) backends: Duration,
    pub(crate) others: Duration,
}

impl Processes {
    pub(crate) async fn behind(url: &str) -> Fallible<Self> {
        let mut connection = PgConnection::connect(url).await?;
        let backends = sqlx::query_scalar(BACKENDS).fetch_all(&mut connection).await?;
        let others = sqlx::query_scalar(OTHERS).fetch_all(&mut connection).await?;
        Ok(Self { backends, others })
    }

    pub(crate) fn used(&self) -> Fallible<Used> {
        Ok(Used { own: cpu::own()?, backends: cpu::of(&self.backends)?, others: cpu::of(&self.others)? })
    }
}

impl Used {
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            own: self.own.saturating_sub(before.own),
            backends: self.backends.saturating_sub(before.backends),
            others: self.others.saturating_sub(before.others),
        }
    }

    pub(crate) fn each(self, count: u32) -> Self {
        let count = count.max(1);
        Self { own: self.own / count, backends: self.backends / count, others: self.others / count }
    }
}
