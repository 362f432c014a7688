//! Statements of many callers in one transaction.
//!
//! SQLite runs in a thread of its own behind sqlx: each statement goes there and back, takes the locks of the file and gives
//! them up, and a write waits for the disk, where the database asks for that. What comes while one is under way waits
//! here, and the next transaction takes it along: under load the way, the locks and the flush are shared. Nobody is
//! answered before the transaction is committed. Whoever waits here at the same time can't have meant one statement to
//! see what the other does.

mod batch;

use super::{Backend, Done, Owned, Value, single, unavailable};
use batch::{After, Batch, Usable};
use ceremony_service::store::StoreError;
use sqlx::Pool;
use sqlx::pool::PoolConnection;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedMutexGuard, oneshot};
use tokio::time::timeout;

/// How long a caller waits before they look after the queue themselves: whoever does so may live on a runtime that nobody
/// drives any more, or in a thread that does something else.
const UNATTENDED: Duration = Duration::from_millis(100);

/// How long anybody waits for their turn. It makes waiting fair and protects nothing: after that SQLite's own locks tell who
/// has to wait. Whoever has the turn may not be able to go on before somebody else has had theirs.
const PATIENCE: Duration = Duration::from_secs(1);

type Answer<B> = Result<Done<B>, StoreError>;

/// A statement whose caller waits.
struct Waiting<B: Backend> {
    sql: &'static str,
    values: Vec<Owned>,
    answer: oneshot::Sender<Answer<B>>,
}

impl<B: Backend> Waiting<B> {
    fn only_reads(&self) -> bool {
        self.sql.starts_with("SELECT")
    }

    async fn alone(&self, connection: &mut B::Connection) -> Answer<B> {
        let values: Vec<Value<'_>> = self.values.iter().map(Owned::as_value).collect();
        single::<B>(connection, self.sql, &values, true).await.map_err(unavailable)
    }

    fn answer(self, answer: Answer<B>) {
        // A caller who went away does not want to know.
        let _ = self.answer.send(answer);
    }
}

/// The statements that wait for a pool.
pub(crate) struct Queue<B: Backend> {
    state: Mutex<State<B>>,
    /// Whose transaction it is, first come, first served. Whoever waits inside of SQLite asks again every now and then,
    /// and under load finds somebody else there each time.
    turn: Arc<tokio::sync::Mutex<()>>,
}

struct State<B: Backend> {
    waiting: VecDeque<Waiting<B>>,
    /// Whether a task works on them.
    attended: bool,
}

impl<B: Backend> fmt::Debug for Queue<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("waiting", &self.state().waiting.len()).finish_non_exhaustive()
    }
}

impl<B: Backend> Queue<B> {
    pub(crate) fn new() -> Self {
        let state = State { waiting: VecDeque::new(), attended: false };
        Self { state: Mutex::new(state), turn: Arc::default() }
    }

    /// Waits for one's turn to have a transaction, but not for ever.
    pub(crate) async fn turn(&self) -> Option<OwnedMutexGuard<()>> {
        timeout(PATIENCE, Arc::clone(&self.turn).lock_owned()).await.ok()
    }

    fn state(&self) -> MutexGuard<'_, State<B>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a statement, alone or with others. Once it has begun, it is run to its end also where the caller goes away.
    pub(crate) async fn run(self: &Arc<Self>, pool: &Pool<B>, sql: &'static str, values: &[Value<'_>]) -> Answer<B> {
        let (answer, mut answered) = oneshot::channel();
        let values = values.iter().copied().map(Value::owned).collect();
        let attended = {
            let mut state = self.state();
            state.waiting.push_back(Waiting { sql, values, answer });
            std::mem::replace(&mut state.attended, true)
        };
        if !attended {
            self.attend(pool);
        }
        let answer = match timeout(UNATTENDED, &mut answered).await {
            Ok(answer) => answer,
            Err(_) => {
                self.attend(pool);
                // Somebody may have taken it along and stand still with it: then nobody knows what became of it.
                match timeout(pool.options().get_acquire_timeout(), answered).await {
                    Ok(answer) => answer,
                    Err(_) => return Err(unavailable(sqlx::Error::PoolTimedOut)),
                }
            }
        };
        answer.unwrap_or_else(|_| Err(unavailable(sqlx::Error::WorkerCrashed)))
    }

    /// Works on the queue, in a task of its own. Several may do so, by turns.
    fn attend(self: &Arc<Self>, pool: &Pool<B>) {
        let attendant = Attendant { queue: Arc::clone(self), is_done: false };
        let pool = pool.clone();
        tokio::spawn(async move { attendant.work(&pool).await });
    }
}

/// Whoever works on a queue, until it is empty.
struct Attendant<B: Backend> {
    queue: Arc<Queue<B>>,
    is_done: bool,
}

impl<B: Backend> Drop for Attendant<B> {
    /// Where the task is torn down, the next one starts another, and whoever waits does so as well.
    fn drop(&mut self) {
        if !self.is_done {
            self.queue.state().attended = false;
        }
    }
}

impl<B: Backend> Attendant<B> {
    async fn work(mut self, pool: &Pool<B>) {
        // Whoever begins one statement often begins another in the same breath.
        tokio::task::yield_now().await;
        let mut kept = None;
        loop {
            let turn = match Arc::clone(&self.queue.turn).try_lock_owned() {
                Ok(turn) => Some(turn),
                Err(_) => {
                    // Whoever has the turn may be waiting for a connection.
                    kept = None;
                    self.queue.turn().await
                }
            };
            let Some(batch) = self.next() else { return };
            let connection = match kept.take() {
                Some(connection) => Ok(connection),
                None => pool.acquire().await,
            };
            match connection {
                Ok(connection) => {
                    // The next transaction finds its pages read, where it has the same connection. But it is not the
                    // only one that wants one.
                    kept = run(connection, batch).await.filter(|_| has_others(pool));
                }
                Err(error) => batch.refuse(error),
            }
            drop(turn);
        }
    }

    /// What is to be done next. Where there is nothing, whoever comes afterwards starts somebody new.
    fn next(&mut self) -> Option<Batch<B>> {
        let mut state = self.queue.state();
        let batch = Batch::of(&mut state.waiting);
        self.is_done = batch.is_none();
        state.attended = batch.is_some();
        batch
    }
}

/// Whether whoever wants a connection gets one. Whoever closes a pool wants them all.
fn has_others<B: Backend>(pool: &Pool<B>) -> bool {
    !pool.is_closed() && (pool.num_idle() > 0 || pool.size() < pool.options().get_max_connections())
}

/// Runs a batch, and gives the connection back if nothing speaks against it.
async fn run<B: Backend>(mut connection: PoolConnection<B>, batch: Batch<B>) -> Option<PoolConnection<B>> {
    let After { left, connection: mut state } = batch.together(&mut connection).await;
    // What is left is alone, or one of the others was in its way.
    for waiting in left {
        let answer = waiting.alone(&mut connection).await;
        if answer.is_err() {
            state = state.max(Usable::Doubtful);
        }
        waiting.answer(answer);
    }
    match state {
        Usable::Yes => Some(connection),
        // The pool looks whether it still answers.
        Usable::Doubtful => None,
        Usable::No => {
            // With it goes whatever transaction is open on it.
            let _ = connection.close().await;
            None
        }
    }
}

#[cfg(all(test, feature = "sqlite"))]
mod tests;
