//! The stores on a real server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod check;
mod commands;
mod contract;
mod entries;
mod outage;
mod proxy;

use ceremony::{RelyingParty, Tenant, UnixTime};
use ceremony_redis::{Failure, RedisStores};
use ceremony_service::store::{BoxFuture, CeremonyKey, CeremonyKind, Realm, StoreError};
use ceremony_testbed::{REDIS, Redis};
use std::error::Error as _;
use std::time::Duration;

const NOW: UnixTime = UnixTime::from_millis(1_780_000_000_123);
const LATER: UnixTime = UnixTime::from_millis(1_780_000_300_123);

fn spawn(task: BoxFuture<'static, ()>) {
    drop(tokio::spawn(task));
}

/// A server of the test's own; `None` if the test has to be passed over.
fn server() -> Option<Redis> {
    (!ceremony_testbed::pass_over(&REDIS)).then(|| Redis::start().unwrap())
}

async fn open(server: &Redis) -> RedisStores {
    RedisStores::connect(&server.url()).await.unwrap()
}

fn after(millis: u64) -> UnixTime {
    NOW.saturating_add(Duration::from_millis(millis))
}

fn key() -> CeremonyKey {
    let built = RelyingParty::builder("example.com", "Example").origin("https://example.com").build().unwrap();
    CeremonyKey {
        kind: CeremonyKind::Authentication,
        realm: Realm { tenant: Tenant::default(), rp_id: built.id().clone() },
        binding: Some([7; 32]),
    }
}

/// Why the store was unavailable.
fn failure(error: &StoreError) -> &Failure {
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    error.source().and_then(|cause| cause.downcast_ref()).expect("the cause is a failure of Redis")
}

/// All texts of the chain.
fn texts(error: &StoreError) -> Vec<String> {
    let mut texts = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        texts.push(error.to_string());
        cause = error.source();
    }
    texts
}

/// The names of all entries, sorted.
fn names(server: &Redis) -> Vec<String> {
    let answer = server.command("KEYS *").unwrap();
    let mut names: Vec<String> = answer.lines().skip(2).step_by(2).map(str::to_owned).collect();
    names.sort();
    names
}
