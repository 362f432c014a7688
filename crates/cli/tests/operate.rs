//! The commands for operators: check, cleanup and generate-key.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "operate/check.rs"]
mod check;
#[path = "operate/cleanup.rs"]
mod cleanup;
#[path = "operate/generate_key.rs"]
mod generate_key;
#[path = "operate/migrate.rs"]
mod migrate;
#[path = "support/site.rs"]
mod site;

use site::{Site, mode};
