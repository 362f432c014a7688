//! The adapter under test.

use crate::application::Application;
use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;

/// A server that has been started, and where.
pub type Started = Pin<Box<dyn Future<Output = SocketAddr> + Send>>;

/// What starts a server of the adapter.
#[derive(Clone, Copy)]
pub struct Adapter(fn(Application) -> Started);

impl fmt::Debug for Adapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Adapter(..)")
    }
}

impl Adapter {
    /// An adapter, by the function that starts a server of it on a free port of 127.0.0.1. The server runs until the test
    /// ends.
    #[must_use]
    pub const fn new(start: fn(Application) -> Started) -> Self {
        Self(start)
    }

    /// Starts a server.
    pub async fn start(self, application: Application) -> SocketAddr {
        (self.0)(application).await
    }
}

/// Runs a case to its end.
///
/// # Panics
///
/// If the case fails.
pub fn run<Case: Future<Output = ()>>(start: fn(Application) -> Started, case: impl FnOnce(Adapter) -> Case) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(case(Adapter::new(start)));
}
