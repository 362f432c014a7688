//! Many finishes at one moment.

use crate::world::{World, assertion, code};
use ceremony_service::store::Handle;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Barrier;

/// Finishes all of these at once and counts the answers.
pub async fn finish_all(world: &World, attempts: Vec<(Handle, Vec<u8>)>) -> HashMap<&'static str, usize> {
    let barrier = Arc::new(Barrier::new(attempts.len()));
    let tasks: Vec<_> = attempts
        .into_iter()
        .map(|(handle, response)| {
            let (service, barrier) = (world.service.clone(), barrier.clone());
            tokio::spawn(async move {
                let response = assertion(&response);
                barrier.wait().await;
                code(service.finish_authentication(None, &handle, crate::world::BROWSER, &response).await)
            })
        })
        .collect();
    let mut answers = HashMap::new();
    for task in tasks {
        *answers.entry(task.await.unwrap()).or_default() += 1;
    }
    answers
}
