//! The demo as a person meets it: the program itself, headless Chromium, its virtual authenticator.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    missing_docs,
    unreachable_pub
)]

#[path = "../support/cdp.rs"]
mod cdp;
mod journey;
mod looks;
#[path = "../demo/process.rs"]
#[allow(dead_code, reason = "each test program uses a part of it")]
mod process;
mod refused;
mod step_up;
mod visit;
