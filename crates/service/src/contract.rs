//! The rules of the stores, as tests that any implementation can run.
//!
//! Each function takes a store and a way to start a task, runs every rule against the store, and panics at the first
//! one that is broken, with a message that names it. The suite draws a tenant of its own for each rule, so the store
//! need not be empty; but nothing else may use it meanwhile, for cleanups are counted. Calls that wait between a look and
//! a write race on any runtime; those that never wait race only where it has several threads:
//!
//! ```
//! use ceremony_service::contract;
//! use ceremony_service::memory::MemoryCredentials;
//! use std::sync::Arc;
//!
//! # #[tokio::main(flavor = "multi_thread", worker_threads = 2)]
//! # async fn main() {
//! let store = Arc::new(MemoryCredentials::new());
//! contract::credential_store(store, |task| drop(tokio::spawn(task))).await;
//! # }
//! ```
//!
//! The suite passes times of its own to the store, from 1970 to 9999: a store that consults another clock fails.
#![allow(clippy::expect_used, clippy::panic, reason = "a suite of tests fails by panicking")]

mod ceremonies;
mod changes;
mod fixtures;
mod insertion;
mod paging;
mod race;
mod removal;
mod round_trip;
mod sign_ups;
mod spend;
mod tombstones;
mod updates;
mod users;

use crate::store::{BoxFuture, CeremonyStore, CredentialStore, PendingSignUps, SpendList, StoreError, UserHandles};
use fixtures::World;
use race::Racer;
use std::error::Error as _;
use std::sync::Arc;

/// Runs every rule of [`CeremonyStore`].
///
/// # Panics
///
/// At the first rule that the store breaks.
pub async fn ceremony_store(store: Arc<dyn CeremonyStore>, spawn: impl Fn(BoxFuture<'static, ()>) + Send + Sync) {
    ceremonies::run(store, &Racer::new(&spawn)).await;
}

/// Runs every rule of [`SpendList`].
///
/// # Panics
///
/// At the first rule that the list breaks.
pub async fn spend_list(list: Arc<dyn SpendList>, spawn: impl Fn(BoxFuture<'static, ()>) + Send + Sync) {
    spend::run(list, &Racer::new(&spawn)).await;
}

/// Runs every rule of [`CredentialStore`].
///
/// # Panics
///
/// At the first rule that the store breaks.
pub async fn credential_store(store: Arc<dyn CredentialStore>, spawn: impl Fn(BoxFuture<'static, ()>) + Send + Sync) {
    let racer = Racer::new(&spawn);
    let world = || World::new(&store);
    round_trip::run(&world()).await;
    round_trip::distinguishes(&world()).await;
    insertion::unique(&world()).await;
    insertion::unique_in_a_race(&world(), &racer).await;
    insertion::cap(&world()).await;
    insertion::cap_in_a_race(&world(), &racer).await;
    updates::writes_its_fields_alone(&world()).await;
    updates::refused(&world()).await;
    updates::race_for_one_counter(&world(), &racer).await;
    updates::race_without_a_counter(&world(), &racer).await;
    updates::race_with_a_revocation(&world(), &racer).await;
    changes::rename(&world()).await;
    changes::suspend_and_reactivate(&world()).await;
    removal::revoke(&world()).await;
    removal::last_one(&world()).await;
    removal::last_two_in_a_race(&world(), &racer).await;
    removal::revoke_all(&world()).await;
    tombstones::erase(&world()).await;
    tombstones::erase_user(&world()).await;
    tombstones::erase_in_a_race(&world(), &racer).await;
    tombstones::cleanup(&world()).await;
    paging::pages(&world()).await;
    paging::cursors(&world()).await;
    paging::count(&world()).await;
}

/// Runs every rule of [`UserHandles`].
///
/// # Panics
///
/// At the first rule that the store breaks.
pub async fn user_handles(store: Arc<dyn UserHandles>, spawn: impl Fn(BoxFuture<'static, ()>) + Send + Sync) {
    users::run(store, &Racer::new(&spawn)).await;
}

/// Runs every rule of [`PendingSignUps`].
///
/// # Panics
///
/// At the first rule that the store breaks.
pub async fn pending_sign_ups(store: Arc<dyn PendingSignUps>, spawn: impl Fn(BoxFuture<'static, ()>) + Send + Sync) {
    sign_ups::run(store, &Racer::new(&spawn)).await;
}

/// Runs the rule that concerns both: a user's handle stays when the last credential is erased.
///
/// # Panics
///
/// If the stores break it.
pub async fn handle_outlives_credentials(credentials: Arc<dyn CredentialStore>, users: Arc<dyn UserHandles>) {
    users::outlives(&World::new(&credentials), &*users).await;
}

/// The value, or a panic that names the rule and the whole chain of causes.
fn ok<T>(rule: &str, result: Result<T, StoreError>) -> T {
    result.unwrap_or_else(|error| {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        panic!("{rule}: the store answered with an error: {text}")
    })
}
