//! Load on whole servers. Nothing here is a test: it prints tables for `docs/performance.md`.

mod growth;
mod http;
mod memory;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Measures whole servers on loopback. Give the machine nothing else to do meanwhile.
#[derive(Parser)]
#[command(name = "ceremony-load")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Begin and finish of a sign-in over HTTP: server CPU time for each pair, pairs each second, p50 and p99.
    Http(http::Arguments),
    /// One of the servers that `http` measures, until standard input closes.
    Serve(http::serve::Arguments),
    /// Begin and finish of a sign-in as the table of credentials in PostgreSQL grows.
    Growth(growth::Arguments),
    /// What pending ceremonies cost in memory.
    Memory(memory::Arguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Http(arguments) => http::run(arguments),
        Command::Serve(arguments) => http::serve::run(arguments),
        Command::Growth(arguments) => growth::run(arguments),
        Command::Memory(arguments) => memory::run(arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
