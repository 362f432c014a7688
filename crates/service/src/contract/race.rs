//! Many tasks at once.

use crate::store::BoxFuture;
use futures_util::future::{FutureExt, join_all};
use std::future::Future;

/// How many calls race: far more than a pool has connections.
pub(super) const RACERS: usize = 64;
/// How many of them one task polls in turn. A call that waits between its look and its write is overtaken by the next
/// of its group whatever the threads do; calls that never wait only meet those of other groups.
const GROUP: usize = 4;

type Spawn<'a> = dyn Fn(BoxFuture<'static, ()>) + Send + Sync + 'a;

/// Starts tasks the caller's way.
pub(super) struct Racer<'a> {
    spawn: &'a Spawn<'a>,
}

impl<'a> Racer<'a> {
    pub(super) fn new(spawn: &'a Spawn<'a>) -> Self {
        Self { spawn }
    }

    /// Makes a call for each number below [`RACERS`] and gives their results in that order.
    pub(super) async fn race<T, F>(&self, call: impl Fn(usize) -> F) -> Vec<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        self.race_in_groups(RACERS, GROUP, call).await
    }

    /// Makes a call for each number below `racers`, `group` of them to a task. All are held at a gate until the last task
    /// is started.
    pub(super) async fn race_in_groups<T, F>(&self, racers: usize, group: usize, call: impl Fn(usize) -> F) -> Vec<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let (open, gate) = async {}.remote_handle();
        let gate = gate.shared();
        let calls: Vec<F> = (0..racers).map(call).collect();
        let mut calls = calls.into_iter();
        let mut results = Vec::with_capacity(racers.div_ceil(group));
        while calls.len() > 0 {
            let (gate, together) = (gate.clone(), join_all(calls.by_ref().take(group)));
            let (remote, result) = async move {
                gate.await;
                together.await
            }
            .remote_handle();
            (self.spawn)(Box::pin(remote));
            results.push(result);
        }
        open.await;
        join_all(results).await.into_iter().flatten().collect()
    }
}
