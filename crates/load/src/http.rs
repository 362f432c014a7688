//! Sign-ins over HTTP: what a begin and its finish cost a whole server, and what they cost fastapi-passkeys.

mod cpu;
mod databases;
mod driver;
mod peer;
mod report;
pub(crate) mod serve;
mod target;
mod verification;

use driver::{End, Load};
use report::Row;
use std::error::Error;
use std::time::Duration;
use target::{Server, Target};

/// Whatever ends a run.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How many connections are kept busy, each with one request at a time.
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// How long each server is measured in each round.
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// How often each server is measured, by turns; the median is printed.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Only the servers whose name begins so. May stand there several times.
    #[arg(long)]
    only: Vec<String>,
    /// How many accounts sign in.
    #[arg(long, default_value_t = 256)]
    passkeys: usize,
    /// Ends after so many pairs in place of a time: for profilers, which make a server slow.
    #[arg(long)]
    pairs: Option<u64>,
    /// Drives a server that runs on this port of the loopback already, with `--pairs`, and prints no table. Started by
    /// `ceremony-load serve`.
    #[arg(long, requires = "pairs")]
    at: Option<u16>,
    /// With `--at`: the server is `hello`, which registers nobody.
    #[arg(long)]
    hello: bool,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    measure(&arguments).map_err(|failure| -> Box<dyn Error> { failure })
}

fn measure(arguments: &Arguments) -> Result<(), Failure> {
    if let Some(port) = arguments.at {
        let seen = driver::run(port, arguments.load(!arguments.hello, arguments.passkeys), &[])?;
        println!("{} pairs in {:.2} s", seen.pairs, seen.time.as_secs_f64());
        return Ok(());
    }
    let targets: Vec<Target> = Target::ALL.into_iter().filter(|target| arguments.asks_for(target)).collect();
    if targets.is_empty() {
        let names: Vec<&str> = Target::ALL.iter().map(|target| target.name).collect();
        return Err(format!("there is no such server, only {}", names.join(", ")).into());
    }
    let mut databases = databases::Databases::default();
    let mut rows: Vec<Row> = targets.iter().map(|target| Row::new(*target)).collect();
    let mut verifications = Vec::new();
    for round in 1..=arguments.rounds {
        verifications.push(verification::measure()?);
        for row in &mut rows {
            let target = row.target;
            let server = Server::start(target, &mut databases)?;
            let load = arguments.load(target.registers(), target.passkeys(arguments.passkeys));
            let seen = driver::run(server.port(), load, &server.clocks())
                .map_err(|failure| format!("{}: {failure}", target.name))?;
            row.add(&seen);
            eprintln!("round {round}: {}", row.latest());
        }
    }
    report::print(arguments, &rows, &verifications);
    Ok(())
}

impl Arguments {
    fn asks_for(&self, target: &Target) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| target.name.starts_with(only.as_str()))
    }

    fn load(&self, registers: bool, passkeys: usize) -> Load {
        let end = self.pairs.map_or(End::Time(Duration::from_secs_f64(self.seconds)), End::Pairs);
        Load { connections: self.connections, passkeys, registers, end }
    }
}
