//! Transactions: sqlx's own where the database lives in this process, and those of [`Loan`] where it is a server.

use super::loan::Loan;
use super::{Backend, Done, Value, single};
use sqlx::{Pool, SqlStr};
use std::time::Duration;

/// A transaction. It is rolled back where it is dropped.
#[derive(Debug)]
pub(crate) enum Transaction<B: Backend> {
    Local(sqlx::Transaction<'static, B>),
    Remote(Loan<B>),
}

/// Begins a transaction. If it is on a server, each thing that is asked in it may take so long; in this process all ends.
pub(crate) async fn begin<B: Backend>(
    pool: &Pool<B>,
    statement: SqlStr,
    limit: Option<Duration>,
) -> Result<Transaction<B>, sqlx::Error> {
    if B::CALL_LIMIT.is_none() {
        return begin_local(pool, statement).await.map(Transaction::Local);
    }
    let mut loan = Loan::take(pool, limit).await?;
    loan.begin(statement).await?;
    Ok(Transaction::Remote(loan))
}

/// Begins a transaction, in a task of its own: a caller who goes away must not stop it on its way.
///
/// sqlx rolls back a transaction that is dropped, but not one that is dropped while it begins. Its connection would go
/// back to the pool within a transaction that nobody knows of, with its locks; and what others did on it would not be
/// committed.
async fn begin_local<B: Backend>(
    pool: &Pool<B>,
    statement: SqlStr,
) -> Result<sqlx::Transaction<'static, B>, sqlx::Error> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(statement).await });
    begun.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
}

impl<B: Backend> Transaction<B> {
    pub(crate) async fn single(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        is_kept: bool,
    ) -> Result<Done<B>, sqlx::Error> {
        match self {
            Self::Local(transaction) => single::<B>(transaction, sql, values, is_kept).await,
            Self::Remote(loan) => loan.single(sql, values, is_kept).await,
        }
    }

    /// Runs statements without parameters.
    pub(crate) async fn script(&mut self, sql: SqlStr) -> Result<(), sqlx::Error> {
        match self {
            Self::Local(transaction) => B::script(transaction, sql).await,
            Self::Remote(loan) => loan.script(sql).await,
        }
    }

    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Local(transaction) => transaction.commit().await,
            Self::Remote(loan) => loan.commit().await,
        }
    }

    pub(crate) async fn rollback(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Local(transaction) => transaction.rollback().await,
            Self::Remote(loan) => loan.rollback().await,
        }
    }
}
