//! A site that signs people in with passkeys: `cargo run -p ceremony-demo`, then open <http://localhost:8000>.

mod accounts;
mod answer;
mod args;
mod audit;
mod conformance;
mod database;
mod frameworks;
mod framing;
mod hooks;
mod page;
mod password;
mod routes;
mod session;
mod settings;
mod site;
mod start;

use args::Args;
use clap::Parser;
use std::io::IsTerminal;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// What goes to the log unless `RUST_LOG` says otherwise: why a passkey was refused, among other things.
const LOG: &str = "info,sqlx=warn";

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(LOG));
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();
    match start::run(args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
