//! The service over the memory stores and a software authenticator.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

#[path = "service/careless_store.rs"]
mod careless_store;
#[path = "service/catalogue.rs"]
mod catalogue;
#[path = "service/ceremonies.rs"]
mod ceremonies;
#[path = "service/entropy.rs"]
mod entropy;
#[path = "service/failures.rs"]
mod failures;
#[path = "service/gate.rs"]
mod gate;
#[path = "service/lifecycle.rs"]
mod lifecycle;
#[path = "service/lost_races.rs"]
mod lost_races;
#[path = "service/management.rs"]
mod management;
#[path = "service/round_trips.rs"]
mod round_trips;
#[path = "service/shown.rs"]
mod shown;
#[path = "service/sign_up.rs"]
mod sign_up;
#[path = "service/sites.rs"]
mod sites;
#[path = "service/spy.rs"]
mod spy;
#[path = "service/step_up.rs"]
mod step_up;
#[path = "service/unfinished.rs"]
mod unfinished;
#[allow(dead_code, reason = "each test program uses a part")]
#[path = "service/world.rs"]
mod world;
