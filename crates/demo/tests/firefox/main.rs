//! The main path in another browser engine: the program itself, headless Firefox, its virtual authenticator. Chromium's
//! tests look closer; these prove that neither the page nor the server leans on one browser.
//!
//! `cargo xtask test --firefox` runs them, and nothing else does: see `test = false` in the demo's `Cargo.toml`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    missing_docs,
    unreachable_pub
)]

mod firefox;
mod journey;
#[path = "../demo/process.rs"]
#[allow(dead_code, reason = "each test program uses a part of it")]
mod process;
mod visit;
mod wire;
