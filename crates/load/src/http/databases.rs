//! The servers behind the servers: private ones, started when they are first asked for and gone with the run.

use super::Failure;
use super::cpu::Clock;
use ceremony_testbed::{Postgres, Redis};
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

#[derive(Debug, Default)]
pub(crate) struct Databases {
    postgres: Option<Postgres>,
    redis: Option<Redis>,
}

impl Databases {
    /// PostgreSQL that flushes every commit to the disk, as by its own defaults: the URL of an empty database, and its clock.
    pub(crate) fn postgres(&mut self) -> Result<(String, Clock), Failure> {
        let postgres = match &mut self.postgres {
            Some(postgres) => postgres,
            none => none.insert(Postgres::start_with(&["fsync=on", "full_page_writes=on"])?),
        };
        let process = postgres.process().ok_or("PostgreSQL has no process")?;
        Ok((postgres.database()?, Clock::Family(process)))
    }

    /// Redis, which appends every write to a file and flushes it before it answers.
    pub(crate) fn redis(&mut self) -> Result<(String, Clock), Failure> {
        let redis = match &mut self.redis {
            Some(redis) => redis,
            none => none.insert(Redis::start()?),
        };
        let process = redis.process().ok_or("Redis has no process")?;
        Ok((redis.url(), Clock::Process(process)))
    }
}

/// A folder for a SQLite file, where temporary files are.
pub(crate) fn sqlite() -> Result<(TempDir, PathBuf), Failure> {
    let folder = tempfile::Builder::new().prefix("ceremony-load-").tempdir()?;
    let file = folder.path().join("load.db");
    Ok((folder, file))
}

/// What kind of file system temporary files are on: a disk that is none flushes in no time.
pub(crate) fn file_system() -> String {
    let output = Command::new("stat").args(["-f", "-c", "%T"]).arg(std::env::temp_dir()).output();
    output.map_or_else(|_| "unknown".to_owned(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
