//! The OpenAPI document: sound by OpenAPI's own schema, complete, and true of what is really sent and answered.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod document;
mod errors;
mod genuine;
mod operations;
mod schemas;
mod server;
mod transcript;
