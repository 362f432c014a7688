//! W5: one answer sent many times at once; a challenge that outlives a failed attempt.

use crate::race::finish_all;
use crate::world::{World, code, json, tab};
use ceremony_service::Subject;
use ceremony_testkit::{Authenticator, Fault};
use std::collections::HashMap;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_finishes_with_one_handle_one_gets_in() {
    let world = World::new();
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    let begun = world.begin(Subject::Anybody).await;
    let response = device.authenticate_json(&json(&begun.options), &tab()).unwrap();
    let attempts = (0..64).map(|_| (begun.handle.clone(), response.clone())).collect();
    assert_eq!(finish_all(&world, attempts).await, HashMap::from([("ok", 1), ("ceremony_unusable", 63)]));
}

#[tokio::test]
async fn a_failed_attempt_uses_the_challenge_up() {
    let world = World::new();
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    let begun = world.begin(Subject::Anybody).await;
    let options = json(&begun.options);
    let bad = device.clone().authenticate_with(&options, &tab(), Fault::SignatureBitFlipped).unwrap();
    let good = device.authenticate_json(&options, &tab()).unwrap();
    assert_eq!(code(world.finish(&begun.handle, &bad).await), "authentication_failed");
    assert_eq!(code(world.finish(&begun.handle, &good).await), "ceremony_unusable");
}
