//! W1: several assertions with one counter value, at once. Without a compare-and-set all of them get in.

use crate::race::finish_all;
use crate::world::{World, json, tab};
use ceremony_service::Subject;
use ceremony_testkit::{Authenticator, SignCount};
use std::collections::HashMap;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_copies_with_one_counter_value_one_gets_in() {
    let world = World::new();
    let mut device = Authenticator::new("d").sign_count(SignCount::Counter { start: 1, step: 1 });
    let stored = world.register(&mut device, "ada").await;
    let mut attempts = Vec::new();
    for _ in 0..64 {
        let begun = world.begin(Subject::Anybody).await;
        let response = device.clone().authenticate_json(&json(&begun.options), &tab()).unwrap();
        attempts.push((begun.handle, response));
    }
    let answers = finish_all(&world, attempts).await;
    assert_eq!(answers, HashMap::from([("ok", 1), ("authentication_failed", 63)]));
    let now = world.service.get(&crate::world::id("ada"), stored.id).await.unwrap();
    assert_eq!(now.record.sign_count, 2);
}
