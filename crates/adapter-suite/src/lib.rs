#![doc = include_str!("../README.md")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::missing_panics_doc,
    clippy::missing_errors_doc,
    clippy::must_use_candidate,
    clippy::result_large_err,
    missing_docs,
    reason = "these are tests"
)]

mod adapter;
pub mod app;
mod application;
pub mod cases;
pub mod client;
mod macros;

pub use adapter::{Adapter, Started, run};
pub use application::{Application, Hooks, Reply};
