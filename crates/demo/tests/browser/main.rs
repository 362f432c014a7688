//! The demo as a person meets it: the program itself, headless Chromium, its virtual authenticator.
//!
//! Where the framework may matter, a test runs on each: `journey::actix::from_a_password_to_passkeys`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub
)]

/// Makes a test on each framework of every function that is named; it is given the framework's name.
macro_rules! on_every_framework {
    ($($test:ident),+ $(,)?) => {
        mod axum { $(#[test] fn $test() { crate::lab::run(super::$test("axum")) })+ }
        mod actix { $(#[test] fn $test() { crate::lab::run(super::$test("actix")) })+ }
        mod warp { $(#[test] fn $test() { crate::lab::run(super::$test("warp")) })+ }
    };
}

mod administration;
mod authenticators;
#[path = "../support/cdp.rs"]
mod cdp;
mod conditional;
mod extensions;
mod frames;
mod front;
mod journey;
mod lab;
mod looks;
#[path = "../demo/process.rs"]
#[allow(dead_code, reason = "each test program uses a part of it")]
mod process;
mod proxy;
mod refused;
mod related;
mod side_by_side;
mod sign_up;
mod step_up;
mod visit;
