//! The connection: one for all calls, made when it is needed, given up when it is doubtful.
//!
//! A command is sent once and never again. `GETDEL` and `SET .. NX` tell by their answer who was first; if the answer
//! is lost, a second try could not tell "somebody else was first" from "I was first, a moment ago". So a lost answer is
//! an error, and what it was about counts as used up. What is tried again is only what has sent no command yet: a new
//! connection in place of an old one that turned out dead.

use crate::failure::{Cause, Failure, is_answer};
use futures_util::future::{BoxFuture, FutureExt, Shared};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Cmd, RedisError, Value};
use std::fmt;
use std::io;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::{Instant, timeout, timeout_at};

/// How long a call takes at most, connecting included: 3 seconds.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(3);

/// How long one attempt to connect takes at most, with TLS and the password: 2 seconds.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// A connection on which nothing was heard for so long is asked for a sign of life before a command is risked on it:
/// the server may have been restarted, or may have closed it as idle.
const IDLE: Duration = Duration::from_secs(1);

/// How long that sign may take.
const PING_TIMEOUT: Duration = Duration::from_millis(500);

type Connecting = Shared<BoxFuture<'static, Result<MultiplexedConnection, RedisError>>>;

/// A connection, or the attempt to make it, which all calls wait for together.
struct Attempt {
    connecting: Connecting,
    heard: Mutex<Instant>,
}

impl Attempt {
    fn hear(&self) {
        *lock(&self.heard) = Instant::now();
    }

    fn is_idle(&self) -> bool {
        lock(&self.heard).elapsed() >= IDLE
    }
}

/// The way to a server.
pub(crate) struct Link {
    client: Client,
    current: Arc<Current>,
}

/// The connection or the attempt that there is.
type Current = Mutex<Option<Arc<Attempt>>>;

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The client knows a password.
        f.write_str("Link(..)")
    }
}

impl Link {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, current: Arc::default() }
    }

    /// Sends a command, once.
    pub(crate) async fn call(&self, command: &Cmd) -> Result<Value, Failure> {
        if Handle::try_current().is_err() {
            return Err(Failure::NotConnected(Cause::new("not called from a Tokio runtime")));
        }
        let deadline = Instant::now() + CALL_TIMEOUT;
        let connected = timeout_at(deadline, self.connected()).await;
        let Ok(connected) = connected else {
            return Err(Failure::NotConnected(Cause::new("no connection in time")));
        };
        let (attempt, mut connection) = connected.map_err(|error| Failure::NotConnected(Cause::from(&error)))?;
        match timeout_at(deadline, command.query_async::<Value>(&mut connection)).await {
            Ok(Ok(value)) => {
                attempt.hear();
                Ok(value)
            }
            Ok(Err(error)) if is_answer(&error) => {
                attempt.hear();
                let cause = Cause::from(&error);
                // After a failover the name may lead to another server by now.
                if cause.code() == "READONLY" {
                    self.forget(&attempt);
                }
                Err(Failure::Refused(cause))
            }
            Ok(Err(error)) => {
                self.forget(&attempt);
                Err(Failure::Lost(Cause::from(&error)))
            }
            Err(_) => {
                self.forget(&attempt);
                Err(Failure::NoAnswer)
            }
        }
    }

    /// A connection that lives, as far as can be told.
    async fn connected(&self) -> Result<(Arc<Attempt>, MultiplexedConnection), RedisError> {
        loop {
            let attempt = self.attempt();
            let mut connection = match attempt.connecting.clone().await {
                Ok(connection) => connection,
                Err(error) => {
                    self.forget(&attempt);
                    return Err(error);
                }
            };
            if !attempt.is_idle() {
                return Ok((attempt, connection));
            }
            let ping = redis::cmd("PING");
            match timeout(PING_TIMEOUT, ping.query_async::<Value>(&mut connection)).await {
                // A refusal is a sign of life too.
                Ok(answer) if answer.as_ref().err().is_none_or(is_answer) => {
                    attempt.hear();
                    return Ok((attempt, connection));
                }
                // No command was risked on it: to try again is safe.
                _ => self.forget(&attempt),
            }
        }
    }

    /// The connection or the attempt that there is, or a new attempt. It goes on by itself, so that it ends even if
    /// every call that waits for it is given up, and a failure is not kept for a call that comes later.
    fn attempt(&self) -> Arc<Attempt> {
        let mut current = lock(&self.current);
        if let Some(attempt) = &*current {
            return Arc::clone(attempt);
        }
        let connecting = connect(self.client.clone()).boxed().shared();
        let attempt = Arc::new(Attempt { connecting, heard: Mutex::new(Instant::now()) });
        *current = Some(Arc::clone(&attempt));
        let (current, own) = (Arc::clone(&self.current), Arc::clone(&attempt));
        drop(tokio::spawn(async move {
            if own.connecting.clone().await.is_err() {
                forget(&current, &own);
            }
        }));
        attempt
    }

    fn forget(&self, attempt: &Arc<Attempt>) {
        forget(&self.current, attempt);
    }
}

/// Gives a connection up, unless that was done already and another has taken its place.
fn forget(current: &Current, attempt: &Arc<Attempt>) {
    let mut current = lock(current);
    if current.as_ref().is_some_and(|current| Arc::ptr_eq(current, attempt)) {
        *current = None;
    }
}

/// A lock that is held for moments only; nothing is half done in them.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn connect(client: Client) -> Result<MultiplexedConnection, RedisError> {
    // The time limits are those above, not the client's.
    let config = AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(None);
    limited(client.get_multiplexed_async_connection_with_config(&config)).await
}

/// Ends an attempt in time, and without a panic: rustls has one for an application that chose no cryptography.
async fn limited<T>(attempt: impl Future<Output = Result<T, RedisError>>) -> Result<T, RedisError> {
    let failed = |kind, text: &str| Err(io::Error::new(kind, text).into());
    match timeout(CONNECT_TIMEOUT, AssertUnwindSafe(attempt).catch_unwind()).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => failed(io::ErrorKind::Other, "panic while connecting: is a CryptoProvider of rustls installed?"),
        Err(_) => failed(io::ErrorKind::TimedOut, "no connection in time"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_while_connecting_is_an_error() {
        let error = limited::<()>(async { panic!("no provider") }).await.unwrap_err();
        assert!(error.to_string().contains("CryptoProvider"), "{error}");
    }
}
