//! The routes over real sockets, with a software authenticator.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    missing_docs,
    unreachable_pub
)]

mod app;
mod bodies;
mod browser_binding;
mod ceremonies;
mod client;
mod codes;
mod credentials;
mod headers;
mod logs;
