//! Connections on loan from the pool of a server, which may fall silent.
//!
//! A host that dies, or a firewall that forgets a connection, tells nobody: whoever waits for an answer then waits for
//! ever. So everything that is asked of a server has its time. sqlx has no such limit, neither on a statement nor on the
//! question that it asks when a connection goes back to its pool, and its transactions never let go of a connection
//! but into the pool. Hence these loans, with transactions of their own. A connection that does not answer in time is
//! cut off: nothing is sent on it any more, nothing is waited for, and its place in the pool is free at once.

use super::{Backend, Done, Value, single};
use sqlx::pool::PoolConnection;
use sqlx::{Pool, SqlSafeStr, SqlStr};
use std::future::Future;
use std::io;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::timeout;

/// A connection on loan.
#[derive(Debug)]
pub(crate) struct Loan<B: Backend> {
    /// None once it was cut off or given back.
    connection: Option<PoolConnection<B>>,
    /// Whether a transaction may be open on it.
    in_transaction: bool,
    /// How long each thing that is asked on it may take.
    limit: Option<Duration>,
}

impl<B: Backend> Loan<B> {
    /// Takes a connection out of a pool, which has its own limit for that.
    pub(crate) async fn take(pool: &Pool<B>, limit: Option<Duration>) -> Result<Self, sqlx::Error> {
        Ok(Self { connection: Some(pool.acquire().await?), in_transaction: false, limit })
    }

    /// Runs one statement.
    pub(crate) async fn single(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        is_kept: bool,
    ) -> Result<Done<B>, sqlx::Error> {
        let limit = self.limit;
        let done = limited(limit, single::<B>(self.connection()?, sql, values, is_kept)).await;
        self.judge(done)
    }

    /// Runs statements without parameters, in one round trip.
    pub(crate) async fn script(&mut self, sql: SqlStr) -> Result<(), sqlx::Error> {
        let limit = self.limit;
        let done = limited(limit, B::script(self.connection()?, sql)).await;
        self.judge(done)
    }

    /// Begins a transaction. It is rolled back where it is dropped, also while it begins.
    pub(crate) async fn begin(&mut self, statement: SqlStr) -> Result<(), sqlx::Error> {
        // One that fails may have begun, and then has to be ended as well.
        self.in_transaction = true;
        self.script(statement).await
    }

    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        self.end("COMMIT").await
    }

    pub(crate) async fn rollback(self) -> Result<(), sqlx::Error> {
        self.end(ROLLBACK).await
    }

    async fn end(mut self, statement: &'static str) -> Result<(), sqlx::Error> {
        self.script(statement.into_sql_str()).await?;
        self.in_transaction = false;
        Ok(())
    }

    fn connection(&mut self) -> Result<&mut B::Connection, sqlx::Error> {
        self.connection.as_deref_mut().ok_or(sqlx::Error::WorkerCrashed)
    }

    /// Cuts the connection off where it is of no more use.
    fn judge<T>(&mut self, outcome: Outcome<T>) -> Result<T, sqlx::Error> {
        let (error, is_over) = match outcome {
            Outcome::Answered(Ok(value)) => return Ok(value),
            Outcome::Answered(Err(error)) => {
                let is_over = B::is_over(&error);
                (error, is_over)
            }
            Outcome::Silent(limit) => (silence(limit), true),
        };
        if is_over {
            cut(self.connection.take());
        }
        Err(error)
    }
}

impl<B: Backend> Drop for Loan<B> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        let returning = Returning { connection: Some(connection), in_transaction: self.in_transaction };
        // Without a runtime nobody can ask the server, and the connection is cut off.
        if let Ok(runtime) = Handle::try_current() {
            drop(runtime.spawn(limited(B::CALL_LIMIT, returning.go())));
        }
    }
}

const ROLLBACK: &str = "ROLLBACK";

/// A connection on its way back. Where that is not done in time, it is cut off.
struct Returning<B: Backend> {
    connection: Option<PoolConnection<B>>,
    in_transaction: bool,
}

impl<B: Backend> Returning<B> {
    async fn go(mut self) -> Result<(), sqlx::Error> {
        // Nobody knows what a caller who went away has left under way: sqlx waits for its end first.
        if let Some(connection) = self.connection.as_deref_mut()
            && self.in_transaction
        {
            B::script(connection, ROLLBACK.into_sql_str()).await?;
        }
        if let Some(mut connection) = self.connection.take() {
            // What sqlx does where a connection is dropped. To drop this future is to drop the connection, and to give
            // its place in the pool back.
            connection.return_to_pool().await;
        }
        Ok(())
    }
}

impl<B: Backend> Drop for Returning<B> {
    fn drop(&mut self) {
        cut(self.connection.take());
    }
}

/// Drops a connection without a word to the server: each of sqlx's ways to close one sends something, which may wait.
fn cut<B: Backend>(connection: Option<PoolConnection<B>>) {
    drop(connection.map(PoolConnection::detach));
}

/// What became of something that was asked of a server.
enum Outcome<T> {
    Answered(Result<T, sqlx::Error>),
    /// There was no answer for so long.
    Silent(Duration),
}

async fn limited<T>(limit: Option<Duration>, asked: impl Future<Output = Result<T, sqlx::Error>>) -> Outcome<T> {
    let Some(limit) = limit else { return Outcome::Answered(asked.await) };
    timeout(limit, asked).await.map_or(Outcome::Silent(limit), Outcome::Answered)
}

fn silence(limit: Duration) -> sqlx::Error {
    let text = format!("no answer from the database within {} seconds", limit.as_secs());
    io::Error::new(io::ErrorKind::TimedOut, text).into()
}
