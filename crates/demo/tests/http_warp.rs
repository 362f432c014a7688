//! The tests of `http` with warp behind the demo: `tests/demo/process.rs` goes by this program's name.

#[path = "http/main.rs"]
mod http;
