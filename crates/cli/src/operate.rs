//! What the commands for operators share.

use crate::failure::Failure;
use crate::text::{ascii_json, chain};
use ceremony_config::{Database, Settings};
use serde::Serialize;
use std::fmt::Display;
use std::io::{self, Write};
use std::path::PathBuf;

/// Where the settings are.
#[derive(Debug, clap::Args)]
pub(crate) struct Source {
    /// A file with settings (TOML), which the environment's PASSKEYS_* override [default: PASSKEYS_CONFIG, if set]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Source {
    /// Reads the settings; the error names the place and what to write.
    pub(crate) fn read(&self) -> Result<Settings, String> {
        let settings = match &self.config {
            Some(path) => Settings::from_file(path),
            None => Settings::from_env(),
        };
        settings.map_err(|error| chain(&error))
    }
}

/// How to print.
#[derive(Debug, clap::Args)]
pub(crate) struct Output {
    /// Print JSON, one object a line
    #[arg(long)]
    json: bool,
}

impl Output {
    pub(crate) const fn is_json(&self) -> bool {
        self.json
    }

    /// Prints a line for people, or an object for programs.
    pub(crate) fn line(&self, text: &impl Display, object: &impl Serialize) -> Result<(), Failure> {
        if !self.json {
            return say(text);
        }
        let object = ascii_json(object, false).map_err(|error| Failure::Io(format!("can't write JSON: {error}")))?;
        say(&object)
    }
}

pub(crate) fn say(line: &(impl Display + ?Sized)) -> Result<(), Failure> {
    writeln!(io::stdout(), "{line}").map_err(|error| Failure::writing(&error))
}

/// Waits for what a database or Redis answers.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::Io(format!("can't start: {error}")))?;
    Ok(runtime.block_on(work))
}

/// Opens the database of the settings, which has to be there and up to date: these commands make none.
pub(crate) async fn existing_database(settings: &Settings) -> Result<Database, String> {
    if let Some(url) = &settings.database {
        if url.is_in_memory() {
            return Err("database: one in memory ends with the program that opened it: write sqlite:PATH".to_owned());
        }
        if let Some(file) = url.file().filter(|file| !file.exists()) {
            return Err(format!("database: {file:?}: there is no such file: `ceremony migrate` makes it"));
        }
    }
    let database = settings.database().await.map_err(|error| chain(&error))?;
    match migrated(&database).await {
        Ok(()) => Ok(database),
        Err(problem) => {
            database.close().await;
            Err(problem)
        }
    }
}

async fn migrated(database: &Database) -> Result<(), String> {
    let versions = database.versions().await.map_err(|error| chain(&error))?;
    let (found, known) = (versions.found, versions.known);
    if versions.works() {
        Ok(())
    } else if found < known {
        Err(format!("the database has migration {found} of {known}: run `ceremony migrate`, or start a server, first"))
    } else {
        Err(format!(
            "the database has migration {found}, which this version does not work with; it knows none after {known}"
        ))
    }
}
