//! The stores of this crate, against the contract and against attackers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    missing_docs
)]

#[path = "stores/bounded.rs"]
mod bounded;
#[path = "stores/contract.rs"]
mod contract;
#[path = "stores/sealed.rs"]
mod sealed;

use ceremony::{RelyingParty, Tenant, UnixTime};
use ceremony_service::store::{CeremonyKey, CeremonyKind, Realm};

const NOW: UnixTime = UnixTime::from_secs(1_780_000_000);

fn later(seconds: u64) -> UnixTime {
    UnixTime::from_secs(1_780_000_000 + seconds)
}

fn key() -> CeremonyKey {
    let relying_party = RelyingParty::builder("example.com", "Example").origin("https://example.com").build().unwrap();
    CeremonyKey {
        kind: CeremonyKind::Registration,
        realm: Realm { tenant: Tenant::default(), rp_id: relying_party.id().clone() },
        binding: Some([7; 32]),
    }
}
