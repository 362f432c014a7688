//! `ceremony`: looks into WebAuthn data and verifies recorded ceremonies.

mod failure;
mod inspect;
mod metadata;
mod text;
mod verify;

use clap::{Parser, Subcommand};
use std::io::Write;
use std::process::ExitCode;

/// Inspect and verify WebAuthn data.
#[derive(Debug, Parser)]
#[command(name = "ceremony", version, color = clap::ColorChoice::Never, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print WebAuthn data as a readable tree
    #[command(after_long_help = inspect::HELP)]
    Inspect(inspect::Arguments),
    /// Verify recorded ceremonies, one JSON case a line, one verdict a line
    #[command(after_long_help = verify::HELP)]
    Verify(verify::Arguments),
    /// Verify a BLOB of the FIDO Metadata Service, and look into it
    #[command(after_long_help = metadata::HELP)]
    Metadata(metadata::Arguments),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Metadata(arguments) => metadata::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if let Some(message) = failure.message() {
                // Nobody is left to tell if this fails as well.
                let _ = writeln!(std::io::stderr(), "ceremony: {message}");
            }
            ExitCode::from(failure.code())
        }
    }
}
