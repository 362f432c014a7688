//! `ceremony stdio`: the service for applications without HTTP, as JSON lines.

mod account;
mod authentication;
mod management;
mod pump;
mod refusal;
mod registration;
mod request;
mod service;
mod sign_up;

use crate::failure::Failure;
use crate::operate;
use crate::text::chain;
use service::Service;
use std::io::IsTerminal;
use std::sync::Arc;
use tracing_subscriber::EnvFilter;

pub(crate) const HELP: &str = "\
Each line of standard input is a request, `{\"id\": 1, \"method\": \"list\", \"params\": {\"user_id\": \"ada\"}}`, and each line of
standard output a reply to one, with its `id` and either `result` or `error`. Replies come as they are ready, not in the order
of the requests. docs/stdio.md has every method and a client in Python.

Whoever writes to standard input is the application: it is believed whom it says is signed in. The log goes to standard error;
RUST_LOG says how much of it.

Examples:
  echo '{\"id\": 1, \"method\": \"version\"}' | ceremony stdio --config passkeys.toml
  PASSKEYS_ORIGINS=http://localhost:8000 PASSKEYS_DATABASE=sqlite::memory: PASSKEYS_CEREMONIES=memory ceremony stdio

Exit codes:
  0  the input ended, and every request was answered
  1  the settings can't be used
  2  wrong usage, or a stream failed";

/// What goes to the log unless `RUST_LOG` says otherwise: what happened to passkeys, and what went wrong.
const LOG: &str = "warn,ceremony=info";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    settings: operate::Source,
    /// How many requests are worked on at once; no more are read before one is answered
    #[arg(long, value_name = "NUMBER", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=4096))]
    in_flight: u32,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let settings = arguments.settings.read().map_err(Failure::Malformed)?;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(LOG));
    let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty());
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::Io(format!("can't start: {error}")))?;
    let opened = runtime.block_on(settings.open()).map_err(|error| Failure::Malformed(chain(&error)))?;
    let database = opened.database.clone();
    let passkeys = opened.http().map_err(|error| Failure::Malformed(chain(&error)))?;
    let done = pump::run(&runtime, &Arc::new(Service::new(passkeys)), arguments.in_flight);
    runtime.block_on(database.close());
    done
}
