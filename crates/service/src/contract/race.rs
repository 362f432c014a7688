//! Many tasks at once.

use crate::store::BoxFuture;
use futures_util::future::{FutureExt, join_all};
use std::future::Future;

/// How many tasks race: far more than a pool has connections.
pub(super) const RACERS: usize = 64;

type Spawn<'a> = dyn Fn(BoxFuture<'static, ()>) + Send + Sync + 'a;

/// Starts tasks the caller's way.
pub(super) struct Racer<'a> {
    spawn: &'a Spawn<'a>,
}

impl<'a> Racer<'a> {
    pub(super) fn new(spawn: &'a Spawn<'a>) -> Self {
        Self { spawn }
    }

    /// Runs a task for each number below `racers`, all held at a gate until the last one is started.
    pub(super) async fn race<T, F>(&self, racers: usize, task: impl Fn(usize) -> F) -> Vec<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let (open, gate) = async {}.remote_handle();
        let gate = gate.shared();
        let mut results = Vec::with_capacity(racers);
        for number in 0..racers {
            let gate = gate.clone();
            let task = task(number);
            let (remote, result) = async move {
                gate.await;
                task.await
            }
            .remote_handle();
            (self.spawn)(Box::pin(remote));
            results.push(result);
        }
        open.await;
        join_all(results).await
    }
}
