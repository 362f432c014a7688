//! The demo over HTTP: the program itself, a client that sends exactly what it is told, a software passkey.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    missing_docs,
    unreachable_pub
)]

mod accounts;
mod admin;
mod client;
mod command_line;
mod conformance;
mod malformed;
mod other_sites;
mod page;
mod passkeys;
#[path = "../demo/process.rs"]
#[allow(dead_code, reason = "each test program uses a part of it")]
mod process;
mod sign_up;
mod stores;
mod tokens;
mod username_first;
