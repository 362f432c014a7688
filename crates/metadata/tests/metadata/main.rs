//! The crate through its public face, against a metadata service with keys of its own. The names of tests begin with the ids
//! of the checklist of faults (`z01` to `z21`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    reason = "tests"
)]

mod attacks;
mod blob;
mod entries;
mod errors;
mod pki;
mod properties;
mod registration;
#[cfg(feature = "roots")]
mod roots;
mod service;
mod status;
mod subject;
