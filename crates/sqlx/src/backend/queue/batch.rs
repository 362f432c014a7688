//! Which statements go together, and how.

use super::super::{Backend, Statement};
use super::{Answer, Owned, Waiting};
use ceremony_service::store::StoreError;
use sqlx::{AssertSqlSafe, SqlSafeStr};
use std::collections::VecDeque;
use std::fmt;
use std::fmt::Write as _;
use std::sync::Arc;

/// The most statements of one text in a transaction; less than that only halved. A connection keeps a prepared transaction
/// for each combination of statements that it has met, and there have to be few of them.
const MOST_ALIKE: usize = 8;

/// The most statements in a transaction: others, who may be other processes, wait for its end.
const MOST: usize = 32;

/// Whether a connection can be used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Usable {
    Yes,
    /// Something has failed on it.
    Doubtful,
    /// A transaction may be open on it.
    No,
}

/// What there is after a transaction.
pub(super) struct After<B: Backend> {
    /// Who has no answer yet. Nothing was written for them.
    pub(super) left: Vec<Waiting<B>>,
    pub(super) connection: Usable,
}

/// Statements that are run next.
pub(super) struct Batch<B: Backend>(pub(super) Vec<Waiting<B>>);

impl<B: Backend> Batch<B> {
    /// Takes out what goes together, the one that has waited longest always among it. `None` if nothing waits.
    ///
    /// Whoever went away before their turn is forgotten: where a database is too slow, nobody waits for those who gave up.
    pub(super) fn of(queue: &mut VecDeque<Waiting<B>>) -> Option<Self> {
        queue.retain(|waiting| !waiting.answer.is_closed());
        let mut kinds: Vec<(&str, usize)> = Vec::new();
        for waiting in queue.iter().take(MOST) {
            match kinds.iter_mut().find(|kind| kind.0 == waiting.sql) {
                Some((_, count)) => *count = count.saturating_add(1),
                None => kinds.push((waiting.sql, 1)),
            }
        }
        for (_, count) in &mut kinds {
            *count = MOST_ALIKE.min(1 << count.ilog2());
        }
        let mut taken = Vec::with_capacity(MOST);
        let mut left = VecDeque::with_capacity(queue.len());
        for waiting in queue.drain(..) {
            match kinds.iter_mut().find(|kind| kind.0 == waiting.sql && kind.1 > 0) {
                Some((_, count)) => {
                    *count = count.saturating_sub(1);
                    taken.push(waiting);
                }
                None => left.push_back(waiting),
            }
        }
        *queue = left;
        taken.sort_by_key(|waiting| waiting.sql);
        (!taken.is_empty()).then_some(Self(taken))
    }

    /// Nobody gets what they want, and all for the same reason.
    pub(super) fn refuse(self, error: sqlx::Error) {
        let error = Shared(Arc::new(error));
        for waiting in self.0 {
            waiting.answer(Err(StoreError::unavailable(error.clone())));
        }
    }

    /// Runs several statements in one transaction, and answers them, but for those that it leaves: a single statement, or
    /// all of them where one has failed, for which nothing was written, or those that only read where nobody may write.
    pub(super) async fn together(self, connection: &mut B::Connection) -> After<B> {
        if self.0.len() < 2 {
            return After { left: self.0, connection: Usable::Yes };
        }
        let values: Vec<_> = self.0.iter().flat_map(|waiting| waiting.values.iter().map(Owned::as_value)).collect();
        let statement = Statement { sql: AssertSqlSafe(self.text()).into_sql_str(), values: &values, is_kept: true };
        let mut done = Vec::with_capacity(self.0.len().saturating_add(2));
        let ran = B::run(connection, statement, &mut done).await;
        drop(values);
        let (begun, committing) = (!done.is_empty(), done.len() > self.0.len());
        let error = match ran {
            // A connection that dies on the way just has nothing more to say.
            Ok(()) if done.len() == self.0.len().saturating_add(2) => {
                let answers = done.into_iter().skip(1).map(Answer::<B>::Ok);
                self.0.into_iter().zip(answers).for_each(|(waiting, answer)| waiting.answer(answer));
                return After { left: Vec::new(), connection: Usable::Yes };
            }
            Ok(()) => return self.refused(sqlx::Error::WorkerCrashed, Usable::No),
            Err(error) => error,
        };
        if !begun {
            let (reads, writes) = self.0.into_iter().partition(Waiting::only_reads);
            Self(writes).refuse(error);
            return After { left: reads, connection: Usable::Doubtful };
        }
        // Where SQLite has ended the transaction itself, there is none to be undone, and the next one can begin.
        let undone = succeeds::<B>(connection, "ROLLBACK").await
            || (succeeds::<B>(connection, "BEGIN").await && succeeds::<B>(connection, "ROLLBACK").await);
        match (committing, undone) {
            (false, true) => After { left: self.0, connection: Usable::Doubtful },
            (true, true) => self.refused(error, Usable::Doubtful),
            (_, false) => self.refused(error, Usable::No),
        }
    }

    fn refused(self, error: sqlx::Error, connection: Usable) -> After<B> {
        self.refuse(error);
        After { left: Vec::new(), connection }
    }

    fn text(&self) -> String {
        let reads = self.0.iter().all(Waiting::only_reads);
        let mut text = String::from(if reads { "BEGIN" } else { "BEGIN IMMEDIATE" });
        let mut before = 0_usize;
        for waiting in &self.0 {
            text.push_str(";\n");
            renumber(waiting.sql, before, &mut text);
            before = before.saturating_add(waiting.values.len());
        }
        text.push_str(";\nCOMMIT");
        text
    }
}

async fn succeeds<B: Backend>(connection: &mut B::Connection, sql: &'static str) -> bool {
    let statement = Statement { sql: sql.into_sql_str(), values: &[], is_kept: true };
    B::run(connection, statement, &mut Vec::new()).await.is_ok()
}

/// Copies a statement whose parameters come behind those of others.
fn renumber(sql: &str, before: usize, to: &mut String) {
    let mut parts = sql.split('$');
    to.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = part.split_at(digits);
        let number = number.parse::<usize>().map_or(0, |number| number.saturating_add(before));
        // Writing to a string can't fail.
        let _ = write!(to, "${number}{rest}");
    }
}

/// An error that several callers are told.
#[derive(Clone, Debug)]
struct Shared(Arc<sqlx::Error>);

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Shared {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::renumber;

    #[test]
    fn parameters_come_behind_those_of_others() {
        let mut text = String::new();
        renumber("SELECT $1, $12, $1 WHERE a = $2", 10, &mut text);
        assert_eq!(text, "SELECT $11, $22, $11 WHERE a = $12");
        text.clear();
        renumber("SELECT 1", 3, &mut text);
        assert_eq!(text, "SELECT 1");
    }
}
