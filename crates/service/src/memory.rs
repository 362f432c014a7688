//! Stores in memory: for tests, for trying things out, and for begun ceremonies of a server with one process.
//!
//! Everything is gone when the process ends. Ceremonies and spent ids come from strangers and are bounded; credentials
//! and user handles belong to accounts and are bounded by what the application lets accounts have. No lock is held while
//! a future waits, and a lock that was poisoned by a panic elsewhere stays usable: each change is made whole before the
//! next can begin.

mod ceremonies;
mod credentials;
mod expiring;
mod rows;
mod sign_ups;
mod spend;
mod users;

pub use ceremonies::MemoryCeremonies;
pub use credentials::MemoryCredentials;
pub use sign_ups::MemorySignUps;
pub use spend::MemorySpendList;
pub use users::MemoryUsers;

use crate::sync::{Mutex, MutexGuard, PoisonError};

/// How many entries a bounded store holds unless told otherwise: at about 300 bytes for each ceremony, some 30 MiB. A state
/// with a long list of credentials and all of the application's bytes has up to 3 KiB.
pub const DEFAULT_MAX_ENTRIES: usize = 100_000;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
