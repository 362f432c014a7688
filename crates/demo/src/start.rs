//! From the command line to a server that runs until it is told to end.

use crate::accounts::Accounts;
use crate::app::{self, App};
use crate::args::Args;
use crate::conformance::{self, Harness};
use crate::database::{self, Secret};
use crate::password::Passwords;
use crate::session::Sessions;
use ceremony_axum::ceremony::{AttestationPolicy, Ceremony, RelyingParty};
use ceremony_axum::ceremony_service::UsernameFirst;
use ceremony_axum::ceremony_service::sealed::{KeyRing, SealedCeremonies, SealingKey};
use ceremony_axum::{PasskeyHttp, Passkeys, Providers};
use ceremony_sqlx::SqliteStores;
use std::error::Error as StdError;
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// How often what has expired is dropped.
const CLEANUP: Duration = Duration::from_secs(300);

/// How long requests that run may take when the server is told to end.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// Runs the server.
///
/// # Errors
///
/// What to tell whoever started it.
pub(crate) async fn run(args: Args) -> Result<(), String> {
    let listener = bind(args.listen).await?;
    let port = listener.local_addr().map_err(|error| format!("cannot tell the port: {error}"))?.port();
    let here = if port == 80 { "http://localhost".to_owned() } else { format!("http://localhost:{port}") };
    let origin = args.origin.unwrap_or_else(|| here.clone());
    let rp_id = args.rp_id.unwrap_or_else(|| host(&origin).to_owned());
    let relying_party = RelyingParty::builder(rp_id, "Ceremony demo").origin(&origin).build().map_err(|error| {
        format!("{error}\n  (--origin and --rp-id set these, or CEREMONY_ORIGIN and CEREMONY_RP_ID)")
    })?;

    let conformance = args.conformance.then(|| harness(&relying_party, &origin, args.conformance_metadata.as_deref()));
    let conformance = conformance.transpose()?;
    let providers = providers(args.providers.as_deref())?;
    let stores = database::open(&args.database).await.map_err(|error| no_database(&args.database, &*error))?;
    let app = app(&stores, relying_party, &origin, providers, conformance)
        .await
        .map_err(|error| no_database(&args.database, &*error))?;
    let cleaning = tokio::spawn(clean(app.clone()));
    // Before anybody is told that it runs: from then on it may be told to end.
    let signals = signals().map_err(|error| format!("cannot listen for signals: {error}"))?;

    say(&format!("Ceremony demo: accounts and passkeys are in {}", args.database));
    say(&format!("listening on {here}"));
    say(&format!("Open {origin} in a browser; Ctrl-C ends it."));

    let (told, mut ending) = tokio::sync::watch::channel(());
    let server = axum::serve(listener, app::router(app)).with_graceful_shutdown(async move {
        signals.await;
        // Nobody waits for it once the server has ended.
        let _ = told.send(());
    });
    let outcome = tokio::select! {
        outcome = server => outcome.map_err(|error| format!("the server ended: {error}")),
        () = async { let _ = ending.changed().await; tokio::time::sleep(LAST_REQUESTS).await; } => Ok(()),
    };
    cleaning.abort();
    stores.pool().close().await;
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
fn harness(relying_party: &RelyingParty, origin: &str, metadata: Option<&Path>) -> Result<Harness, String> {
    let anchors = metadata.map(conformance::anchors).transpose()?;
    let strict = anchors.is_some();
    let attestation = AttestationPolicy::conformance(anchors.unwrap_or_default()).accept_untrusted(!strict);
    let relying_party = RelyingParty::builder(relying_party.id().as_str(), relying_party.name())
        .origin(origin)
        .conformance()
        .attestation(attestation)
        .build()
        .map_err(|error| error.to_string())?;
    say("The endpoints of the FIDO conformance tool's harness are open to anybody: keep this server to yourself.");
    Ok(Harness::new(Ceremony::new(relying_party)))
}

/// The host of an origin; nonsense stays nonsense, for the relying party to refuse.
fn host(origin: &str) -> &str {
    let authority = origin.split_once("://").map_or(origin, |(_, authority)| authority);
    authority.split([':', '/']).next().unwrap_or(authority)
}

/// The built-in names, and those of the list if one is given.
fn providers(list: Option<&Path>) -> Result<Providers, String> {
    let Some(path) = list else { return Ok(Providers::default()) };
    let refused = |error: &dyn StdError| {
        let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
        format!(
            "cannot use the list of providers {}: {error}{cause}\n  (--providers, or CEREMONY_PROVIDERS)",
            path.display()
        )
    };
    let json = std::fs::read_to_string(path).map_err(|error| refused(&error))?;
    Providers::default().with_list(&json).map_err(|error| refused(&error))
}

fn no_database(url: &str, error: &(dyn StdError + 'static)) -> String {
    let mut text = format!("cannot use the database {url}: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        // The database's errors repeat their causes.
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = error.source();
    }
    text.push_str("\n  (choose a file that can be written with --database sqlite:PATH, or CEREMONY_DATABASE)");
    text
}

async fn app(
    stores: &SqliteStores,
    relying_party: RelyingParty,
    origin: &str,
    providers: Providers,
    conformance: Option<Harness>,
) -> Result<App, Box<dyn StdError + Send + Sync>> {
    let pool = stores.pool();
    // Both secrets are kept: after a restart the same name gets the same made-up passkeys, and what was begun before can
    // be finished.
    let decoy_key = database::secret(pool, Secret::Decoys).await?;
    let sealing_key = SealingKey::new(database::secret(pool, Secret::Sealing).await?)?;
    let passkeys = Passkeys::builder(Ceremony::new(relying_party))
        .credentials(stores.credentials())
        .users(stores.users())
        .ceremonies(stores.ceremonies())
        // Anybody may begin to sign in: that writes nothing.
        .authentications(Arc::new(SealedCeremonies::new(KeyRing::new(sealing_key), stores.spend_list())))
        .username_first(UsernameFirst::Listed { decoy_key })
        .build()?;
    Ok(App {
        accounts: Accounts::new(pool.clone()),
        sessions: Sessions::new(pool.clone(), origin),
        passwords: Passwords::new().await?,
        passkeys: PasskeyHttp::new(passkeys).providers(providers),
        conformance,
    })
}

async fn clean(app: App) {
    let mut ticks = tokio::time::interval(CLEANUP);
    loop {
        ticks.tick().await;
        if let Err(error) = app.passkeys.passkeys().cleanup().await {
            tracing::warn!(%error, "expired ceremonies were not dropped");
        }
        if let Err(error) = app.sessions.drop_expired().await {
            tracing::warn!(%error, "expired sessions were not dropped");
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_origins() {
        assert_eq!(host("http://localhost:8000"), "localhost");
        assert_eq!(host("https://demo.example.com"), "demo.example.com");
        assert_eq!(host("demo.example.com"), "demo.example.com");
        assert_eq!(host(""), "");
    }
}
