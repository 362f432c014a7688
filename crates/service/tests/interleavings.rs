//! The stores in memory under every order in which two threads can come to their locks: loom's locks stand in place of the
//! standard library's, and each test runs once for each order.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    dead_code,
    unused_imports,
    reason = "the stores are compiled into this program once more, and only some of them are used"
)]

#[path = "../src"]
mod src {
    pub(crate) mod draw;
    pub(crate) mod memory;
}
#[path = "interleavings/orders.rs"]
mod orders;

use src::{draw, memory};

mod store {
    pub use ceremony_service::store::*;
}

mod sync {
    pub(crate) use loom::sync::{Mutex, MutexGuard};
    pub(crate) use std::sync::PoisonError;
}
