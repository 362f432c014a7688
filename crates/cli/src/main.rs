//! `ceremony`: looks into WebAuthn data, verifies recorded ceremonies, and helps to run a server.

mod check;
mod cleanup;
mod completions;
mod failure;
mod generate_key;
mod import;
mod inspect;
mod lines;
mod metadata;
mod migrate;
mod operate;
mod progress;
mod scalar;
mod stdio;
mod text;
mod time;
mod verify;

use clap::{CommandFactory, Parser, Subcommand};
use std::io::Write;
use std::process::ExitCode;

const HELP: &str = "\
Examples:
  ceremony inspect < response.json                          what a browser sent, as a tree
  ceremony check --deploy --config passkeys.toml            what is wrong with a server's settings
  ceremony import --from webauthn-rs --dry-run rows.jsonl   passkeys of another system
  ceremony stdio --config passkeys.toml                     passkeys for programs without HTTP

`ceremony help` with a command's name has examples and exit codes of each. NO_COLOR turns colours off.";

/// Inspect and verify WebAuthn data, and operate passkey servers.
// Colours are for terminals alone, and not where NO_COLOR is set.
#[derive(Debug, Parser)]
#[command(name = "ceremony", version, color = clap::ColorChoice::Auto, arg_required_else_help = true, after_help = HELP)]
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
    /// Look for what is wrong with a server's settings
    #[command(after_long_help = check::HELP)]
    Check(check::Arguments),
    /// Bring a server's database up to date
    #[command(after_long_help = migrate::HELP)]
    Migrate(migrate::Arguments),
    /// Drop what has expired from a server's database
    #[command(after_long_help = cleanup::HELP)]
    Cleanup(cleanup::Arguments),
    /// Take passkeys over from another system
    #[command(after_long_help = import::HELP)]
    Import(import::Arguments),
    /// Run the whole service over standard input and output, one JSON object a line
    #[command(after_long_help = stdio::HELP)]
    Stdio(stdio::Arguments),
    /// Make a server's key file, or rotate its sealing key
    #[command(after_long_help = generate_key::HELP)]
    GenerateKey(generate_key::Arguments),
    /// Print what a shell needs to complete command lines
    #[command(after_long_help = completions::HELP)]
    Completions(completions::Arguments),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Metadata(arguments) => metadata::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Migrate(arguments) => migrate::run(&arguments),
        Command::Cleanup(arguments) => cleanup::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Stdio(arguments) => stdio::run(&arguments),
        Command::GenerateKey(arguments) => generate_key::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments, Cli::command()),
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
