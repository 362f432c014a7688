//! Statements of many callers at once, on a table of their own.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use super::*;
use crate::backend::Cells;
use futures_util::future::join_all;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{SqlSafeStr, Sqlite};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tempfile::TempDir;

const INSERT: &str = "INSERT INTO t (id, text) VALUES ($1, $2)";
const SELECT: &str = "SELECT text FROM t WHERE id = $1";
const UPDATE: &str = "UPDATE t SET text = $2 WHERE id = $1";
const COUNT: &str = "SELECT count(*) AS rows FROM t";
/// Refused at the commit, not before.
const ORPHAN: &str = "INSERT INTO child (parent) VALUES ($1)";
const TABLES: &str = "CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT);
    CREATE TABLE child (parent INTEGER REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED)";

struct World {
    pool: Pool<Sqlite>,
    queue: Arc<Queue<Sqlite>>,
    directory: TempDir,
}

impl World {
    async fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let pool = Self::pool(&directory).await;
        sqlx::raw_sql(TABLES).execute(&pool).await.unwrap();
        Self { pool, queue: Arc::new(Queue::new()), directory }
    }

    async fn pool(directory: &TempDir) -> Pool<Sqlite> {
        let file = SqliteConnectOptions::new().filename(directory.path().join("t.db")).create_if_missing(true);
        let options = file.foreign_keys(true).busy_timeout(Duration::from_millis(200));
        SqlitePoolOptions::new().max_connections(2).connect_with(options).await.unwrap()
    }

    async fn run(&self, sql: &'static str, values: &[Value<'_>]) -> Answer<Sqlite> {
        self.queue.run(&self.pool, sql, values).await
    }

    async fn insert(&self, id: i64) -> Answer<Sqlite> {
        self.run(INSERT, &[Value::Integer(id), Value::Text(&format!("text {id}"))]).await
    }

    async fn text(&self, id: i64) -> Option<String> {
        let done = self.run(SELECT, &[Value::Integer(id)]).await.unwrap();
        done.rows.first().map(|row| row.text("text").unwrap().to_owned())
    }

    async fn rows(&self) -> i64 {
        self.run(COUNT, &[]).await.unwrap().rows[0].integer("rows").unwrap()
    }
}

/// Statements whose callers wait as long as the other half is there.
fn waiting(
    sqls: impl Iterator<Item = &'static str>,
) -> (VecDeque<Waiting<Sqlite>>, Vec<oneshot::Receiver<Answer<Sqlite>>>) {
    sqls.map(|sql| {
        let (answer, answered) = oneshot::channel();
        (Waiting { sql, values: Vec::new(), answer }, answered)
    })
    .unzip()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everybody_gets_their_own_answer() {
    let world = World::new().await;
    let inserted = join_all((0..100).map(|id| world.insert(id))).await;
    assert!(inserted.into_iter().all(|done| done.unwrap().affected == 1));
    let texts = join_all((0..120).map(|id| world.text(id))).await;
    for (id, text) in (0..).zip(texts) {
        assert_eq!(text, (id < 100).then(|| format!("text {id}")));
    }
    // Of different kinds, each with numbers of parameters of its own.
    let mixed = join_all((0..100).map(async |id| match id % 3 {
        0 => world.run(UPDATE, &[Value::Integer(id * 2), Value::Text("new")]).await.unwrap().affected,
        1 => u64::from(world.text(id).await.is_some()),
        _ => u64::try_from(world.rows().await).unwrap(),
    }));
    for (id, answer) in (0..100).zip(mixed.await) {
        let expected = [u64::from(id * 2 < 100), 1, 100][usize::try_from(id % 3).unwrap()];
        assert_eq!(answer, expected, "{id}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_that_fails_is_in_nobodys_way() {
    let world = World::new().await;
    world.insert(7).await.unwrap();
    let inserted = join_all((0..40).map(|id| world.insert(id))).await;
    for (id, done) in inserted.into_iter().enumerate() {
        assert_eq!(done.is_err(), id == 7, "{id}");
    }
    assert_eq!(world.rows().await, 40);
}

#[tokio::test]
async fn what_is_not_committed_is_told_nobody_as_done() {
    let world = World::new().await;
    let (orphan, inserted) =
        futures_util::future::join(world.run(ORPHAN, &[Value::Integer(99)]), world.insert(1)).await;
    for answer in [orphan, inserted] {
        let error = answer.unwrap_err();
        assert!(std::error::Error::source(&error).unwrap().to_string().contains("FOREIGN KEY"), "{error:?}");
    }
    assert_eq!(world.rows().await, 0);
    // The transaction is over: the next one begins another.
    world.insert(1).await.unwrap();
    assert_eq!(world.rows().await, 1);
}

#[tokio::test]
async fn whoever_waits_for_a_lock_waits_once() {
    let world = World::new().await;
    let other = World::pool(&world.directory).await;
    let held = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let started = std::time::Instant::now();
    let answers = join_all((0..16).map(|id| world.insert(id))).await;
    for answer in answers {
        let StoreError::Unavailable(error) = answer.unwrap_err() else { panic!("another error") };
        assert!(error.to_string().contains("locked"), "{error}");
    }
    // Each alone would take 3.2 seconds in all, three transactions of eight take 0.6.
    assert!(started.elapsed() < Duration::from_millis(2_500));
    held.rollback().await.unwrap();
    world.insert(1).await.unwrap();
    assert_eq!(world.rows().await, 1);
}

/// With each connection taken by somebody who waits for the queue, and somebody else whose turn it is.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_waits_for_a_connection_that_the_queue_keeps() {
    let world = World::new().await;
    let world = &world;
    let transactions = async {
        for _ in 0..200 {
            let _turn = world.queue.turn().await;
            let transaction = crate::backend::begin(&world.pool, "BEGIN IMMEDIATE".into_sql_str(), None).await.unwrap();
            transaction.commit().await.unwrap();
        }
    };
    let applications = async {
        for id in 0..200 {
            let _connection = world.pool.acquire().await.unwrap();
            assert_eq!(world.text(id).await, None);
        }
    };
    let others = join_all((0..8).map(async |task| {
        for id in 0..200 {
            world.insert(1_000 + task * 1_000 + id).await.unwrap();
        }
    }));
    let all = futures_util::future::join3(transactions, applications, others);
    // A connection that nobody gives back is waited for during 30 seconds.
    tokio::time::timeout(Duration::from_secs(25), all).await.unwrap();
}

/// Before their turn nothing is done for them; afterwards all of it.
#[tokio::test]
async fn a_caller_who_goes_away_leaves_no_trace() {
    let world = World::new().await;
    let poll = |run: std::pin::Pin<&mut dyn Future<Output = Answer<Sqlite>>>| {
        assert!(matches!(run.poll(&mut Context::from_waker(Waker::noop())), Poll::Pending));
    };
    for id in 0..20 {
        poll(pin!(world.insert(id)));
    }
    assert_eq!(world.rows().await, 0);
    {
        let mut run = pin!(world.insert(20));
        poll(run.as_mut());
        while !world.queue.state().waiting.is_empty() {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(world.rows().await, 1);
    assert!(world.queue.state().waiting.is_empty());
}

#[tokio::test]
async fn a_pool_that_is_closed_is_said_to_everybody() {
    let world = World::new().await;
    world.pool.close().await;
    for answer in join_all((0..10).map(|id| world.insert(id))).await {
        let StoreError::Unavailable(error) = answer.unwrap_err() else { panic!("another error") };
        assert!(error.to_string().contains("closed"), "{error}");
        // What it is can be told as well where several are told.
        let error = std::error::Error::source(&*error).and_then(|cause| cause.downcast_ref::<sqlx::Error>());
        assert!(matches!(error, Some(sqlx::Error::PoolClosed)));
    }
    assert!(!world.queue.state().attended);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_pool_can_be_closed_under_load() {
    let world = Arc::new(World::new().await);
    // Tasks of their own: the queue is hardly ever empty.
    let callers: Vec<_> = (0..64)
        .map(|task| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { while world.run(SELECT, &[Value::Integer(task)]).await.is_ok() {} })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    tokio::time::timeout(Duration::from_secs(20), world.pool.close()).await.unwrap();
    tokio::time::timeout(Duration::from_secs(20), join_all(callers)).await.unwrap();
    // Nothing is kept for the next one, who would get it without asking the pool.
    assert!(!has_others(&world.pool));
}

/// Of a connection that dies no more comes than that it has ended.
#[tokio::test]
async fn a_statement_that_nothing_comes_of_is_not_done() {
    const NOTHING: &str = "-- nothing";
    let world = World::new().await;
    world.run(NOTHING, &[]).await.unwrap_err();
    let (nothing, inserted) = futures_util::future::join(world.run(NOTHING, &[]), world.insert(1)).await;
    nothing.unwrap_err();
    inserted.unwrap_err();
    world.insert(2).await.unwrap();
}

/// As when SQLite ends a transaction itself.
#[tokio::test]
async fn a_transaction_that_is_over_already_is_in_nobodys_way() {
    let world = World::new().await;
    world.insert(7).await.unwrap();
    let ended = world.run("INSERT OR ROLLBACK INTO t (id) VALUES (7)", &[]);
    let (ended, inserted) = futures_util::future::join(ended, world.insert(1)).await;
    ended.unwrap_err();
    inserted.unwrap();
    assert_eq!(world.rows().await, 2);
}

#[tokio::test]
async fn whoever_reads_does_not_mind_that_somebody_else_writes() {
    let world = World::new().await;
    world.insert(1).await.unwrap();
    let other = World::pool(&world.directory).await;
    let held = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let (inserted, text) = futures_util::future::join(world.insert(2), world.text(1)).await;
    inserted.unwrap_err();
    assert_eq!(text.as_deref(), Some("text 1"));
    held.rollback().await.unwrap();
}

/// A transaction whose caller does something else in the middle of it.
#[tokio::test]
async fn nobody_waits_for_ever_for_a_turn() {
    let world = World::new().await;
    world.insert(1).await.unwrap();
    let turn = world.queue.turn().await;
    assert!(turn.is_some());
    let transaction = crate::backend::begin(&world.pool, "BEGIN IMMEDIATE".into_sql_str(), None).await.unwrap();
    let both = futures_util::future::join(world.text(1), world.queue.turn());
    let (text, other_turn) = tokio::time::timeout(Duration::from_secs(20), both).await.unwrap();
    assert!(text.as_deref() == Some("text 1") && other_turn.is_none());
    transaction.commit().await.unwrap();
}

/// Whoever called first may have a runtime of their own, and leave it alone.
#[test]
fn a_runtime_that_stands_still_is_in_nobodys_way() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for begins in [false, true] {
        let (first, second) = (runtime(), runtime());
        let world = first.block_on(World::new());
        let mut run = Box::pin(world.insert(1));
        first.block_on(async {
            // A task of the pool's own takes its connection back.
            tokio::time::sleep(Duration::from_millis(50)).await;
            assert!(matches!(run.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending));
            while begins && !world.queue.state().waiting.is_empty() {
                tokio::task::yield_now().await;
            }
        });
        let inserted = second.block_on(async { tokio::time::timeout(Duration::from_secs(20), world.insert(2)).await });
        inserted.unwrap_or_else(|_| panic!("with {begins}")).unwrap();
        assert!(first.block_on(run).is_ok());
        assert_eq!(second.block_on(world.rows()), 2);
    }
}

/// A program may end one runtime and begin another, as tests do.
#[test]
fn another_runtime_goes_on() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let first = runtime();
    let world = first.block_on(World::new());
    first.block_on(async {
        let mut run = pin!(world.insert(1));
        assert!(matches!(run.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending));
    });
    drop(first);
    assert!(!world.queue.state().attended);
    runtime().block_on(async {
        world.insert(2).await.unwrap();
        assert_eq!(world.rows().await, 1);
    });
}

#[test]
fn the_oldest_always_goes_and_kinds_by_powers_of_two() {
    let (mut queue, _callers) = waiting([SELECT; 13].into_iter().chain([INSERT; 3]).chain([COUNT]));
    let mut seen = Vec::new();
    while let Some(Batch(batch)) = Batch::of(&mut queue) {
        let of = |sql: &str| batch.iter().filter(|waiting| waiting.sql == sql).count();
        seen.push([of(SELECT), of(INSERT), of(COUNT)]);
        assert!(batch.is_sorted_by_key(|waiting| waiting.sql));
    }
    assert_eq!(seen, [[8, 2, 1], [4, 1, 0], [1, 0, 0]]);
    // Not behind any number of others.
    let (mut queue, _callers) = waiting([COUNT].into_iter().chain([SELECT; 500]));
    let Some(Batch(batch)) = Batch::of(&mut queue) else { panic!("nothing") };
    assert!(batch.iter().any(|waiting| waiting.sql == COUNT) && batch.len() == 9 && queue.len() == 492);
}

/// With somebody else's statement as well.
#[test]
fn whoever_is_taken_along_by_a_runtime_that_stands_still_hears_of_it() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (first, second) = (runtime(), runtime());
    let mut world = first.block_on(World::new());
    let options = world.pool.options().clone().acquire_timeout(Duration::from_secs(1));
    let file = world.pool.connect_options();
    world.pool = first.block_on(options.connect_with((*file).clone())).unwrap();
    let mut ours = Box::pin(world.insert(2));
    let mut theirs = Box::pin(world.insert(1));
    let pend = |run: std::pin::Pin<&mut dyn Future<Output = Answer<Sqlite>>>| {
        assert!(matches!(run.poll(&mut Context::from_waker(Waker::noop())), Poll::Pending));
    };
    first.block_on(async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        pend(theirs.as_mut());
    });
    second.block_on(async { pend(ours.as_mut()) });
    first.block_on(async {
        while !world.queue.state().waiting.is_empty() {
            tokio::task::yield_now().await;
        }
    });
    let error = second.block_on(async { tokio::time::timeout(Duration::from_secs(20), ours).await.unwrap() });
    assert!(matches!(error, Err(StoreError::Unavailable(_))));
    assert!(first.block_on(theirs).is_ok());
    // What it was is done all the same.
    assert_eq!(second.block_on(world.rows()), 2);
}
