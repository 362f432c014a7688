//! One server, as an application would write it, in a process of its own.

mod app;
mod hello;
mod null;
mod stores;

use crate::http::Failure;
use axum::Router;
use ceremony_axum::ceremony::{Ceremony, RelyingParty, RustCrypto, SignatureVerifier};
use ceremony_graviola::Graviola;
use clap::ValueEnum;
use std::error::Error;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;

/// What a page of the relying party has as its origin.
pub(crate) const ORIGIN: &str = "https://example.com";
/// The relying party.
pub(crate) const RP_ID: &str = "example.com";
/// Where the routes stand, here and in the peers.
pub(crate) const PREFIX: &str = "/auth/passkeys";
/// Names the account that a registration is for: these servers have no sessions.
pub(crate) const USER: &str = "x-load-user";
/// The line on standard output with which a server says that it listens, before the port.
pub(crate) const READY: &str = "listening on ";

/// What the server keeps its passkeys and its ceremonies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stores {
    /// No passkeys at all: two handlers that answer bodies of the same size.
    Hello,
    /// Stores that do nothing but answer, and a signature that is always valid.
    Null,
    /// As `null`, with ceremonies that are sealed and spent nowhere.
    NullSealed,
    /// In memory.
    #[value(name = "memory")]
    SealedMemory,
    /// SQLite in WAL mode, `synchronous = NORMAL`: what `SqliteStores::connect` gives.
    Sqlite,
    /// SQLite in WAL mode, `synchronous = FULL`.
    SqliteFull,
    /// PostgreSQL, eight connections.
    Postgres,
    /// As `postgres`, with the list of spent ids in Redis.
    PostgresRedis,
}

/// Who verifies signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Verifier {
    /// `ceremony-graviola`.
    Graviola,
    /// The core's own.
    Rustcrypto,
}

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// What the passkeys and ceremonies are kept in.
    #[arg(long)]
    pub(crate) stores: Stores,
    /// Who verifies signatures.
    #[arg(long, default_value = "graviola")]
    pub(crate) verifier: Verifier,
    /// The database: `sqlite:FILE` or `postgres://..`.
    #[arg(long)]
    pub(crate) url: Option<String>,
    /// The Redis server.
    #[arg(long)]
    pub(crate) redis: Option<String>,
    /// The port of the loopback to listen on; any free one by default.
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// How many threads serve.
    #[arg(long, default_value_t = 2)]
    pub(crate) workers: usize,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(arguments.workers).enable_all().build()?;
    // Whoever started this server holds the other end: when that goes, by whatever means, the server goes.
    std::thread::spawn(|| {
        drop(std::io::stdin().read_to_end(&mut Vec::new()));
        std::process::exit(0);
    });
    runtime.block_on(serve(arguments)).map_err(|failure| -> Box<dyn Error> { failure })
}

async fn serve(arguments: Arguments) -> Result<(), Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port)).await?;
    let port = listener.local_addr()?.port();
    let router = router(&arguments).await?;
    println!("{READY}{port}");
    std::io::stdout().flush()?;
    Ok(axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).await?)
}

async fn router(arguments: &Arguments) -> Result<Router, Failure> {
    if arguments.stores == Stores::Hello {
        return Ok(Router::new().nest(PREFIX, hello::router()));
    }
    let verifier: Arc<dyn SignatureVerifier> = match (arguments.stores, arguments.verifier) {
        (Stores::Null | Stores::NullSealed, _) => Arc::new(null::Anything),
        (_, Verifier::Graviola) => Arc::new(Graviola::new().ok_or("this processor is too old for graviola")?),
        (_, Verifier::Rustcrypto) => Arc::new(RustCrypto),
    };
    let relying_party = RelyingParty::builder(RP_ID, "Example").origin(ORIGIN).build()?;
    let passkeys = ceremony_axum::Passkeys::builder(Ceremony::with_verifier(relying_party, verifier)?);
    let passkeys = stores::connect(arguments, passkeys).await?.build()?;
    Ok(Router::new().nest(PREFIX, app::router(passkeys)))
}
