//! The tests of `http` with actix-web behind the demo: `tests/demo/process.rs` goes by this program's name.

#[path = "http/main.rs"]
mod http;
