//! The servers that are measured, each in a process of its own.

use super::Failure;
use super::cpu::Clock;
use super::databases::{self, Databases};
use super::peer;
use super::serve::{READY, Stores, Verifier};
use clap::ValueEnum;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    /// For `--only`.
    pub(crate) name: &'static str,
    pub(crate) side: Side,
    /// The row that this one is compared with.
    pub(crate) peer: Option<&'static str>,
}

/// Whose server it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Ours(Stores, Verifier),
    /// fastapi-passkeys, over stores of the same kind as these.
    FastApi(Stores),
}

const fn ours(name: &'static str, stores: Stores, verifier: Verifier, peer: Option<&'static str>) -> Target {
    Target { name, side: Side::Ours(stores, verifier), peer }
}

const fn fast_api(name: &'static str, stores: Stores) -> Target {
    Target { name, side: Side::FastApi(stores), peer: None }
}

impl Target {
    /// All of them, in the order of the table.
    pub(crate) const ALL: [Self; 14] = [
        ours("hello", Stores::Hello, Verifier::Graviola, None),
        ours("null", Stores::Null, Verifier::Graviola, None),
        ours("null-sealed", Stores::NullSealed, Verifier::Graviola, None),
        ours("memory", Stores::SealedMemory, Verifier::Graviola, Some("fastapi-memory")),
        ours("memory-rustcrypto", Stores::SealedMemory, Verifier::Rustcrypto, Some("fastapi-memory")),
        ours("sqlite", Stores::Sqlite, Verifier::Graviola, Some("fastapi-sqlite")),
        ours("sqlite-full", Stores::SqliteFull, Verifier::Graviola, Some("fastapi-sqlite-full")),
        ours("postgres", Stores::Postgres, Verifier::Graviola, Some("fastapi-postgres")),
        ours("postgres-redis", Stores::PostgresRedis, Verifier::Graviola, Some("fastapi-postgres-redis")),
        fast_api("fastapi-memory", Stores::SealedMemory),
        fast_api("fastapi-sqlite", Stores::Sqlite),
        fast_api("fastapi-sqlite-full", Stores::SqliteFull),
        fast_api("fastapi-postgres", Stores::Postgres),
        fast_api("fastapi-postgres-redis", Stores::PostgresRedis),
    ];

    /// What the row is called.
    pub(crate) fn title(&self) -> String {
        let stores = |stores| match stores {
            Stores::Hello => "bare axum handlers, bodies of the same size",
            Stores::Null => "no signature, no stores",
            Stores::NullSealed => "no signature, no stores, ceremonies sealed",
            Stores::SealedMemory => "memory",
            Stores::Sqlite => "SQLite, WAL, NORMAL",
            Stores::SqliteFull => "SQLite, WAL, FULL",
            Stores::Postgres => "PostgreSQL",
            Stores::PostgresRedis => "PostgreSQL + Redis",
        };
        match self.side {
            Side::Ours(kind, Verifier::Rustcrypto) => format!("ceremony, {}, RustCrypto", stores(kind)),
            Side::Ours(kind @ (Stores::Hello | Stores::Null | Stores::NullSealed), _) => stores(kind).to_owned(),
            Side::Ours(kind, _) => format!("ceremony, {}", stores(kind)),
            Side::FastApi(kind) => format!("fastapi-passkeys, {}", stores(kind)),
        }
    }

    const fn stores(&self) -> Stores {
        match self.side {
            Side::Ours(stores, _) | Side::FastApi(stores) => stores,
        }
    }

    pub(crate) fn registers(&self) -> bool {
        self.stores() != Stores::Hello
    }

    pub(crate) fn passkeys(&self, asked_for: usize) -> usize {
        if matches!(self.stores(), Stores::Null | Stores::NullSealed) { 1 } else { asked_for }
    }
}

/// A server that runs until it is dropped. It ends by itself if this process does: it reads the other end of a pipe.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    port: u16,
    databases: Vec<Clock>,
    _folder: Option<TempDir>,
}

impl Server {
    pub(crate) fn start(target: Target, databases: &mut Databases) -> Result<Self, Failure> {
        let stores = target.stores();
        let mut command = match target.side {
            Side::Ours(..) => Command::new(std::env::current_exe()?),
            Side::FastApi(_) => peer::command()?,
        };
        if let Side::Ours(_, verifier) = target.side {
            command.arg("serve").arg("--verifier").arg(name(verifier)?);
        }
        command.arg("--stores").arg(name(stores)?);
        let (mut clocks, mut folder) = (Vec::new(), None);
        if matches!(stores, Stores::Sqlite | Stores::SqliteFull) {
            let (own, file) = databases::sqlite()?;
            command.arg("--url").arg(format!("sqlite:{}", file.display()));
            folder = Some(own);
        }
        if matches!(stores, Stores::Postgres | Stores::PostgresRedis) {
            let (url, clock) = databases.postgres()?;
            command.arg("--url").arg(url);
            clocks.push(clock);
        }
        if stores == Stores::PostgresRedis {
            let (url, clock) = databases.redis()?;
            command.arg("--redis").arg(url);
            clocks.push(clock);
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let port = listening(&mut child)?;
        Ok(Self { child, port, databases: clocks, _folder: folder })
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// The server's clock, and those of its databases.
    pub(crate) fn clocks(&self) -> Vec<Clock> {
        std::iter::once(Clock::Process(self.child.id())).chain(self.databases.iter().copied()).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Waits until the server says where it listens.
fn listening(child: &mut Child) -> Result<u16, Failure> {
    let mut lines = BufReader::new(child.stdout.take().ok_or("no standard output")?).lines();
    for line in lines.by_ref() {
        if let Some(port) = line?.strip_prefix(READY) {
            let port = port.trim().parse()?;
            // What else it may write is read, so that it never waits for a reader.
            std::thread::spawn(move || lines.count());
            return Ok(port);
        }
    }
    drop(child.kill());
    Err(format!("a server ended with {} before it listened", child.wait()?).into())
}

fn name(value: impl ValueEnum) -> Result<String, Failure> {
    Ok(value.to_possible_value().ok_or("a value without a name")?.get_name().to_owned())
}
