//! The service of both examples: one relying party, and a SQLite file.

use crate::desk::Desk;
use ceremony::{Ceremony, RelyingParty};
use ceremony_service::Passkeys;
use ceremony_sqlx::SqliteStores;
use std::time::Duration;

/// How often what has expired is dropped.
const CLEANUP: Duration = Duration::from_secs(3600);

/// The desk for one relying party, over a database such as `sqlite:passkeys.db`, which is made if there is none. What has
/// expired is dropped every hour for as long as the runtime lives.
///
/// # Errors
///
/// A relying party that is none, or a database that can't be opened.
pub async fn open(rp_id: &str, origin: &str, database: &str) -> Result<Desk, Box<dyn std::error::Error + Send + Sync>> {
    let relying_party = RelyingParty::builder(rp_id, rp_id).origin(origin).build()?;
    let stores = SqliteStores::connect(database).await?;
    stores.migrate().await?;
    let passkeys = Passkeys::builder(Ceremony::new(relying_party))
        .credentials(stores.credentials())
        .users(stores.users())
        .ceremonies(stores.ceremonies())
        .build()?;
    let cleaned = passkeys.clone();
    tokio::spawn(async move {
        let mut hours = tokio::time::interval(CLEANUP);
        loop {
            hours.tick().await;
            if let Err(error) = cleaned.cleanup().await {
                eprintln!("cleanup: {error}");
            }
        }
    });
    Ok(Desk::new(passkeys))
}
