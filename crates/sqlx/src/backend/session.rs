//! Statements alone and in transactions, and what is tried again.

use super::loan::Loan;
use super::queue::Queue;
use super::{Backend, Done, Statement, Transaction, Value, begin};
use crate::millis;
use ceremony::UnixTime;
use ceremony_service::store::StoreError;
use sqlx::{Pool, SqlSafeStr};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;

/// How often something is done that the database undoes because of others.
const ATTEMPTS: u32 = 5;

/// How long a transaction waits for a lock. It has its connection for as long, and others want one too: it has to be less
/// than what they wait for that. Whoever holds a lock holds it for some round trips.
const LOCK_PATIENCE: Duration = Duration::from_secs(3);

/// How many expired rows one statement of a cleanup deletes, so that writers need not wait for all of them.
const CLEANUP_BATCH: u32 = 1_000;

pub(crate) fn unavailable(error: sqlx::Error) -> StoreError {
    StoreError::unavailable(error)
}

/// A pool, and how statements are run on it.
#[derive(Debug)]
pub(crate) struct Session<B: Backend> {
    pool: Pool<B>,
    keeps_statements: bool,
    /// Where statements of several callers are run together.
    queue: Option<Arc<Queue<B>>>,
}

impl<B: Backend> Clone for Session<B> {
    fn clone(&self) -> Self {
        Self { pool: self.pool.clone(), keeps_statements: self.keeps_statements, queue: self.queue.clone() }
    }
}

impl<B: Backend> Session<B> {
    pub(crate) fn new(pool: Pool<B>) -> Self {
        let queue = B::SHARES_TRANSACTIONS.then(|| Arc::new(Queue::new()));
        Self { pool, keeps_statements: true, queue }
    }

    /// Keeps nothing on a connection beyond a transaction's end: the next statement may meet another one.
    #[cfg(feature = "postgres")]
    pub(crate) fn without_kept_statements(self) -> Self {
        Self { keeps_statements: false, ..self }
    }

    pub(crate) const fn pool(&self) -> &Pool<B> {
        &self.pool
    }

    /// Runs one statement, and gives the number of rows that it has changed.
    pub(crate) async fn execute(&self, sql: &'static str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        Ok(self.run(sql, values).await?.affected)
    }

    /// Runs one statement, and gives its rows.
    pub(crate) async fn fetch(&self, sql: &'static str, values: &[Value<'_>]) -> Result<Vec<B::Row>, StoreError> {
        Ok(self.run(sql, values).await?.rows)
    }

    async fn run(&self, sql: &'static str, values: &[Value<'_>]) -> Result<Done<B>, StoreError> {
        match &self.queue {
            Some(queue) => queue.run(&self.pool, sql, values).await,
            None => retry::<B, _, _>(|| async move { self.run_once(sql, values).await.map_err(unavailable) }).await,
        }
    }

    async fn run_once(&self, sql: &'static str, values: &[Value<'_>]) -> Result<Done<B>, sqlx::Error> {
        if self.keeps_statements {
            return Loan::take(&self.pool, B::CALL_LIMIT).await?.single(sql, values, true).await;
        }
        // A statement is prepared in one message and run in the next. Between the two, a pooler outside of a transaction
        // may give the connection to somebody else.
        let mut transaction = begin(&self.pool, B::begin_single(), B::CALL_LIMIT).await?;
        let done = transaction.single(sql, values, false).await?;
        transaction.commit().await?;
        Ok(done)
    }

    /// Begins a transaction in which nobody else holds the same lock.
    pub(crate) async fn begin(&self, lock: i64) -> Result<Work<B>, StoreError> {
        let turn = match &self.queue {
            Some(queue) => queue.turn().await,
            None => None,
        };
        let transaction = begin(&self.pool, B::begin(lock, LOCK_PATIENCE), B::CALL_LIMIT).await.map_err(unavailable)?;
        Ok(Work { transaction, keeps_statements: self.keeps_statements, _turn: turn })
    }

    /// Does something whose transaction the database may undo because of others, a few times at most.
    pub(crate) async fn retry<T, F>(&self, work: impl Fn() -> F + Send) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>> + Send,
    {
        retry::<B, T, F>(work).await
    }

    /// Runs a deletion of at most [`CLEANUP_BATCH`] expired rows until nothing is left.
    pub(crate) async fn clean(&self, delete: &'static str, now: UnixTime) -> Result<u64, StoreError> {
        let values = [Value::Integer(millis(now)), Value::Integer(i64::from(CLEANUP_BATCH))];
        let mut dropped = 0_u64;
        loop {
            let rows = self.execute(delete, &values).await?;
            dropped = dropped.saturating_add(rows);
            if rows < u64::from(CLEANUP_BATCH) {
                return Ok(dropped);
            }
        }
    }
}

/// Runs one statement.
pub(crate) async fn single<B: Backend>(
    connection: &mut B::Connection,
    sql: &'static str,
    values: &[Value<'_>],
    is_kept: bool,
) -> Result<Done<B>, sqlx::Error> {
    let mut done = Vec::with_capacity(1);
    B::run(connection, Statement { sql: sql.into_sql_str(), values, is_kept }, &mut done).await?;
    done.pop().ok_or(sqlx::Error::WorkerCrashed)
}

async fn retry<B: Backend, T, F>(work: impl Fn() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    for _ in 1..ATTEMPTS {
        match work().await {
            Err(error) if is_transient::<B>(&error) => {}
            result => return result,
        }
    }
    work().await
}

fn is_transient<B: Backend>(error: &StoreError) -> bool {
    let StoreError::Unavailable(cause) = error else { return false };
    cause.downcast_ref::<sqlx::Error>().is_some_and(B::is_transient)
}

/// A transaction. It is rolled back where it is dropped.
#[derive(Debug)]
pub(crate) struct Work<B: Backend> {
    transaction: Transaction<B>,
    keeps_statements: bool,
    _turn: Option<OwnedMutexGuard<()>>,
}

impl<B: Backend> Work<B> {
    pub(crate) async fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        Ok(self.run(sql, values).await?.affected)
    }

    pub(crate) async fn fetch(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<Vec<B::Row>, StoreError> {
        Ok(self.run(sql, values).await?.rows)
    }

    async fn run(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<Done<B>, StoreError> {
        self.transaction.single(sql, values, self.keeps_statements).await.map_err(unavailable)
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        self.transaction.commit().await.map_err(unavailable)
    }

    pub(crate) async fn rollback(self) -> Result<(), StoreError> {
        self.transaction.rollback().await.map_err(unavailable)
    }
}

#[cfg(all(test, feature = "sqlite"))]
mod tests;
