//! The locks of the stores in memory. A test puts a model of them in this module's place, and tries every order of events.

pub(crate) use std::sync::{Mutex, MutexGuard, PoisonError};
