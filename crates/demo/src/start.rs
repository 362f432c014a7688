//! From the command line to a server that runs until it is told to end.

use crate::accounts::Accounts;
use crate::args::Args;
use crate::audit::Trail;
use crate::conformance::{self, Harness};
use crate::database::Pool;
use crate::frameworks;
use crate::framing::Headers;
use crate::password::Passwords;
use crate::session::{Carrier, Sessions};
use crate::settings::{self, told};
use crate::site::{PREFIX, Site};
use ceremony_config::{Database, Settings};
use ceremony_http::ceremony::well_known::PasskeyEndpoints;
use ceremony_http::ceremony::{AttestationPolicy, Ceremony, RelyingParty};
use std::error::Error as StdError;
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// How often what has expired is dropped.
const CLEANUP: Duration = Duration::from_secs(300);

/// How long a sign-in is recent unless the settings say otherwise: as the passkey routes have it.
const RECENT: Duration = Duration::from_secs(600);

/// How long requests that run may take when the server is told to end.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// Runs the server.
///
/// # Errors
///
/// What to tell whoever started it.
pub(crate) async fn run(args: Args) -> Result<(), String> {
    let mut settings = settings::read(&args)?;
    let listener = bind(args.listen).await?;
    let port = listener.local_addr().map_err(|error| format!("cannot tell the port: {error}"))?.port();
    let here = if port == 80 { "http://localhost".to_owned() } else { format!("http://localhost:{port}") };
    if settings.origins.is_empty() {
        settings.origins.push(here.clone());
    }
    let relying_party = settings.relying_party().map_err(|error| told(&error, &settings))?;
    let conformance = args
        .conformance
        .then(|| harness(&relying_party, &settings.origins, args.conformance_metadata.as_deref()))
        .transpose()?;

    let (site, database) = site(&args, &settings, conformance).await?;
    let cleaning = tokio::spawn(clean(Arc::clone(&site)));
    // Before anybody is told that it runs: from then on it may be told to end.
    let signals = signals().map_err(|error| format!("cannot listen for signals: {error}"))?;

    if let Some(url) = &settings.database {
        say(&format!("Ceremony demo: accounts and passkeys are in {url}"));
    }
    say(&format!("listening on {here}"));
    for origin in &settings.origins {
        say(&format!("Open {origin} in a browser; Ctrl-C ends it."));
    }

    let (told, mut ending) = tokio::sync::watch::channel(());
    let end = async move {
        signals.await;
        // Nobody waits for it once the server has ended.
        let _ = told.send(());
    };
    let trail = site.trail.clone();
    let server = frameworks::serve(listener, site, end);
    let outcome = tokio::select! {
        outcome = server => outcome.map_err(|error| format!("the server ended: {error}")),
        () = async { let _ = ending.changed().await; tokio::time::sleep(LAST_REQUESTS).await; } => Ok(()),
    };
    cleaning.abort();
    trail.end().await;
    database.close().await;
    say("Ended.");
    outcome
}

/// Writes a line for whoever started the server, if anybody still reads.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

async fn bind(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => format!(
            "port {} is in use: choose another one with --listen {}, or --listen {} for any free one",
            address.port(),
            SocketAddr::new(address.ip(), address.port().wrapping_add(1).max(1024)),
            SocketAddr::new(address.ip(), 0),
        ),
        _ => format!("cannot listen on {address}: {error}; choose another address with --listen"),
    })
}

/// The endpoints for the FIDO conformance tool: the same site under the tool's rules.
fn harness(relying_party: &RelyingParty, origins: &[String], metadata: Option<&Path>) -> Result<Harness, String> {
    let anchors = metadata.map(conformance::anchors).transpose()?;
    let strict = anchors.is_some();
    let attestation = AttestationPolicy::conformance(anchors.unwrap_or_default()).accept_untrusted(!strict);
    let relying_party = RelyingParty::builder(relying_party.id().as_str(), relying_party.name())
        .origins(origins)
        .conformance()
        .attestation(attestation)
        .build()
        .map_err(|error| error.to_string())?;
    say("The endpoints of the FIDO conformance tool's harness are open to anybody: keep this server to yourself.");
    Ok(Harness::new(Ceremony::new(relying_party)))
}

/// Opens the database and what else the settings name, and puts the site together.
async fn site(args: &Args, settings: &Settings, conformance: Option<Harness>) -> Result<(Arc<Site>, Database), String> {
    let refused = |error| told(&error, settings);
    let keys = settings.keys().map_err(refused)?;
    let database = settings.database().await.map_err(refused)?;
    let url = settings.database.as_ref().map(ToString::to_string).unwrap_or_default();
    let failed = |error: Box<dyn StdError + Send + Sync>| {
        format!("cannot use the database {url}: {error}\n  (choose another one with --database, or PASSKEYS_DATABASE)")
    };
    let pool = Pool::of(&database).await.map_err(failed)?;
    // Drawn keys are kept: after a restart the same name gets the same made-up passkeys, and what was begun before, or at
    // another process, can be finished.
    let keys = match keys {
        Some(keys) => keys,
        None => pool.keys().await.map_err(failed)?,
    };
    let origin = settings.origins.first().map(String::as_str).unwrap_or_default();
    // The one key of the installation that no rotation changes.
    let carrier = Carrier::new(args.sessions, origin, settings.top_origins.is_some(), &keys.decoys())
        .map_err(|error| format!("no session can be handed out: {error}"))?;
    let mut opened = settings.open_with(database.clone(), Some(keys)).await.map_err(refused)?;
    let (accounts, trail) = (Accounts::new(pool.clone()), Trail::start(pool.clone()));
    opened.service =
        opened.service.audit(Arc::new(trail.clone())).sign_ups_with(database.sign_ups(), Arc::new(accounts.clone()));
    let page = format!("{origin}/");
    let pages = PasskeyEndpoints::default().enroll(page.as_str()).and_then(|pages| pages.manage(page));
    let pages = pages.map_err(|error| error.to_string())?;
    let site = Site {
        accounts,
        sessions: Sessions::new(pool, carrier),
        passwords: Passwords::new().await.map_err(|error| format!("no password can be hashed: {error}"))?,
        passkeys: opened.http().map_err(refused)?.passkey_endpoints(&pages).serve_openapi(PREFIX),
        trail,
        administrators: args.admin.iter().cloned().collect(),
        max_auth_age: settings.max_auth_age.unwrap_or(RECENT),
        framework: args.framework,
        headers: Headers::of(settings.top_origins.as_ref()),
        conformance,
    };
    Ok((Arc::new(site), database))
}

async fn clean(site: Arc<Site>) {
    let mut ticks = tokio::time::interval(CLEANUP);
    loop {
        ticks.tick().await;
        if let Err(error) = site.passkeys.passkeys().cleanup().await {
            tracing::warn!(%error, "expired ceremonies were not dropped");
        }
        if let Err(error) = site.sessions.drop_expired().await {
            tracing::warn!(%error, "expired sessions were not dropped");
        }
        if let Err(error) = site.trail.drop_old().await {
            tracing::warn!(%error, "old events were not dropped");
        }
    }
}

/// Listens for Ctrl-C, and for the signal that service managers send, from the call on; the future waits for either.
#[cfg(unix)]
fn signals() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Listens for Ctrl-C; the future waits for it.
#[cfg(not(unix))]
fn signals() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
