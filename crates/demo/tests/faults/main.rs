//! Two servers for one site, over one PostgreSQL and one Redis: each of the four is killed, stopped and started again
//! while people use the site. What somebody saw succeed has happened, and has happened once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    missing_docs,
    unreachable_pub
)]

mod audit;
#[path = "../http/client.rs"]
#[allow(dead_code, reason = "each test program uses a part of it")]
mod client;
mod ledger;
mod person;
#[path = "../demo/process.rs"]
#[allow(dead_code, reason = "each test program uses a part of it")]
mod process;
mod proofs;
mod storm;

/// What both servers serve, as processes behind one proxy do; nobody listens there.
const ORIGIN: &str = "http://localhost:4443";
