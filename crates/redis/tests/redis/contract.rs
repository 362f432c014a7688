//! The rules that all stores keep.

use crate::{LATER, NOW, key, open, server, spawn};
use ceremony_service::contract;
use ceremony_service::sealed::{KeyRing, SealedCeremonies, SealingKey};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ceremonies_keep_the_contract() {
    let Some(server) = server() else { return };
    contract::ceremony_store(open(&server).await.ceremonies(), spawn).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn spend_list_keeps_the_contract() {
    let Some(server) = server() else { return };
    let stores = open(&server).await;
    contract::spend_list(stores.spend_list(), spawn).await;
    let ring = KeyRing::new(SealingKey::random().unwrap());
    let sealed = SealedCeremonies::new(ring, stores.spend_list());
    contract::ceremony_store(Arc::new(sealed), spawn).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_contract_holds_in_resp3() {
    let Some(server) = server() else { return };
    let stores = ceremony_redis::RedisStores::connect(&format!("{}/3?protocol=resp3", server.url())).await.unwrap();
    contract::ceremony_store(stores.ceremonies(), spawn).await;
    contract::spend_list(stores.spend_list(), spawn).await;
}

/// Two processes, as it were.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_tasks_on_two_connections_one_succeeds() {
    let Some(server) = server() else { return };
    let pair = [open(&server).await, open(&server).await];
    let key = key();
    for round in 0..20 {
        let handle = pair[0].ceremonies().put(&key, b"state".to_vec(), LATER, NOW).await.unwrap();
        let gate = Arc::new(tokio::sync::Barrier::new(64));
        let mut tasks = Vec::new();
        for number in 0..64 {
            let stores = pair[number % 2].clone();
            let (gate, key, handle) = (Arc::clone(&gate), key.clone(), handle.clone());
            tasks.push(tokio::spawn(async move {
                gate.wait().await;
                let taken = stores.ceremonies().take(&key, &handle, NOW).await.unwrap().state().is_some();
                let spent = stores.spend_list().spend([round; 16], LATER, NOW).await.unwrap();
                (taken, spent)
            }));
        }
        let (mut taken, mut spent) = (0, 0);
        for task in tasks {
            let result = task.await.unwrap();
            taken += u32::from(result.0);
            spent += u32::from(result.1);
        }
        assert_eq!((taken, spent), (1, 1));
    }
}
