//! What a sign-in costs as the table of credentials grows.
//!
//! One private PostgreSQL server holds a database for each size. They are measured in turns, so that whatever else the
//! machine does meets all of them, and each round's cost is divided by that of the smallest size in the same round.

mod cpu;
mod finishes;
mod generator;
mod plans;
mod random;
mod server;
mod sizes;
mod statements;
mod table;

use ceremony::{Ceremony, RelyingParty, RustCrypto, SignatureVerifier};
use ceremony_graviola::Graviola;
use ceremony_service::Passkeys;
use ceremony_service::sealed::{KeyRing, SealedCeremonies, SealingKey};
use ceremony_sqlx::PostgresStores;
use ceremony_testbed::Postgres;
use finishes::{Cost, Load};
use generator::Makes;
use random::Random;
use server::Processes;
use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

/// What can go wrong in a task, too.
pub(crate) type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The sizes of the table, smallest first. About 1.3 GB of disk for a million rows.
    #[arg(long, value_delimiter = ',', default_value = "10000,1000000,10000000")]
    rows: Vec<u64>,
    /// How many rounds, of which medians are taken.
    #[arg(long, default_value_t = 9)]
    rounds: usize,
    /// How many sign-ins are finished for each size in each round, each with another row; no more than half of the
    /// smallest size.
    #[arg(long, default_value_t = 2_000)]
    finishes: usize,
    /// How many calls of each single statement, for each size in each round.
    #[arg(long, default_value_t = 300)]
    calls: u32,
    /// How many tasks finish at once.
    #[arg(long, default_value_t = 16)]
    tasks: usize,
    /// The connections of each pool.
    #[arg(long, default_value_t = 8)]
    connections: u32,
    /// PostgreSQL's own memory for pages.
    #[arg(long, default_value = "4GB")]
    shared_buffers: String,
    /// Keeps begun ceremonies in PostgreSQL, instead of sealing them and keeping spent ids there.
    #[arg(long)]
    stateful: bool,
}

/// One size: its database, and the service over it.
struct Size {
    rows: u64,
    url: String,
    stores: PostgresStores,
    service: Passkeys,
    makes: Makes,
    processes: Processes,
    random: Random,
    costs: Vec<Cost>,
    alone: Vec<Vec<statements::Alone>>,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(measure(&arguments)).map_err(|error| -> Box<dyn Error> { error })
}

async fn measure(arguments: &Arguments) -> Fallible<()> {
    let smallest = arguments.rows.iter().copied().min().ok_or("no sizes")?;
    if u64::try_from(arguments.finishes)? > smallest / 2 {
        return Err("the smallest size needs twice as many rows as there are finishes in a round".into());
    }
    server::check_disk(arguments.rows.iter().sum())?;
    let mut postgres = server::start(&arguments.shared_buffers)?;
    let mut all = Vec::new();
    for &rows in &arguments.rows {
        all.push(prepare(&postgres, rows, arguments).await?);
    }
    table::header(&server::settings(&all.first().ok_or("no sizes")?.url).await?, verifier().0);
    // The first round fills caches and prepares statements.
    for round in 0..=arguments.rounds {
        for size in &mut all {
            let cost = size.finish(arguments).await?;
            let alone = size.alone(arguments).await?;
            if round > 0 {
                size.costs.push(cost);
                size.alone.push(alone);
            }
        }
        eprintln!("round {round} of {}", arguments.rounds);
    }
    table::finishes(&all);
    table::statements(&all);
    for size in &all {
        table::sizes(size.rows, &sizes::sizes(size.stores.pool()).await?);
        table::updates(size.rows, sizes::updates(size.stores.pool()).await?);
    }
    let largest = all.last().ok_or("no sizes")?;
    table::plans(largest.rows, &plans::explain(&largest.url, largest.service.realm()).await?)?;
    restart(&mut postgres, &mut all, arguments).await
}

impl Size {
    async fn finish(&mut self, arguments: &Arguments) -> Fallible<Cost> {
        let load = Load {
            service: &self.service,
            processes: &self.processes,
            rows: self.rows,
            count: arguments.finishes,
            tasks: arguments.tasks,
        };
        finishes::run(&load, &mut self.makes, &mut self.random).await
    }

    async fn alone(&mut self, arguments: &Arguments) -> Fallible<Vec<statements::Alone>> {
        let much = (self.rows, arguments.calls);
        statements::run(&self.stores, &self.processes, self.service.realm(), much, &mut self.random).await
    }
}

/// Makes and fills a database.
async fn prepare(postgres: &Postgres, rows: u64, arguments: &Arguments) -> Fallible<Size> {
    let url = postgres.database()?;
    let stores = PostgresStores::new(server::pool(&url, arguments.connections).await?);
    stores.migrate().await?;
    let service = service(&stores, arguments.stateful)?;
    let makes = Makes::register(&service, stores.pool()).await?;
    let start = Instant::now();
    generator::fill(&stores, i64::try_from(rows)?, |made| {
        if made % 1_000_000 == 0 {
            eprintln!("{made} of {rows} rows after {} s", start.elapsed().as_secs());
        }
    })
    .await?;
    eprintln!("{rows} rows loaded in {} s", start.elapsed().as_secs());
    let processes = Processes::behind(&url).await?;
    let random = Random::new(rows);
    Ok(Size { rows, url, stores, service, makes, processes, random, costs: Vec::new(), alone: Vec::new() })
}

/// The first sign-ins after a restart: PostgreSQL has no page in memory, though the kernel may.
async fn restart(postgres: &mut Postgres, all: &mut [Size], arguments: &Arguments) -> Fallible<()> {
    for size in all.iter() {
        size.stores.pool().close().await;
    }
    postgres.stop()?;
    postgres.start_again()?;
    let mut costs = Vec::new();
    for size in all.iter_mut() {
        size.stores = PostgresStores::new(server::pool(&size.url, arguments.connections).await?);
        size.service = service(&size.stores, arguments.stateful)?;
        size.processes = Processes::behind(&size.url).await?;
        costs.push((size.rows, size.finish(arguments).await?));
        size.stores.pool().close().await;
    }
    table::restarted(&costs);
    Ok(())
}

fn service(stores: &PostgresStores, stateful: bool) -> Fallible<Passkeys> {
    let relying_party = RelyingParty::builder("example.com", "Example").origin(generator::ORIGIN).build()?;
    let builder = Passkeys::builder(Ceremony::with_verifier(relying_party, verifier().1)?)
        .credentials(stores.credentials())
        .users(stores.users());
    if stateful {
        return Ok(builder.ceremonies(stores.ceremonies()).build()?);
    }
    let sealed = SealedCeremonies::new(KeyRing::new(SealingKey::random()?), stores.spend_list());
    Ok(builder.ceremonies(Arc::new(sealed)).build()?)
}

fn verifier() -> (&'static str, Arc<dyn SignatureVerifier>) {
    match Graviola::new() {
        Some(graviola) => ("graviola", Arc::new(graviola)),
        None => ("RustCrypto", Arc::new(RustCrypto)),
    }
}
