//! The book in `docs/`: its programs, and what looks after its pages.
//!
//! Every block of Rust on a page is a part of a file that is compiled and run: of `examples/` and `tests/` here, or of another
//! crate. `tests/pages.rs` sees to it that each says which, and `cargo xtask ci links` that it stands there.

pub mod links;
