//! W2: synced passkeys report 0 for ever and must get in; a counter that really goes back is an event of its own.

use crate::race::finish_all;
use crate::world::{World, json, reason, tab};
use ceremony_service::{AuditKind, Subject};
use ceremony_testkit::{Authenticator, SignCount};
use std::collections::HashMap;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_sign_ins_without_a_counter_all_get_in() {
    let world = World::new();
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    let mut attempts = Vec::new();
    for _ in 0..64 {
        let begun = world.begin(Subject::Anybody).await;
        let response = device.authenticate_json(&json(&begun.options), &tab()).unwrap();
        attempts.push((begun.handle, response));
    }
    assert_eq!(finish_all(&world, attempts).await, HashMap::from([("ok", 64)]));
}

#[tokio::test]
async fn a_counter_that_goes_back_is_not_reported_as_a_bad_signature() {
    let world = World::new();
    let mut device = Authenticator::new("d").sign_count(SignCount::Counter { start: 1, step: 1 });
    let credential = world.register(&mut device, "ada").await.id;
    let mut copy = device.clone();
    for _ in 0..3 {
        let _ = world.sign_in(&mut device).await.unwrap();
    }
    world.audit.taken();
    assert_eq!(reason(world.sign_in(&mut copy).await), "sign_count_regressed");
    let told = world.audit.taken();
    assert!(told.contains(&AuditKind::CloneSuspected { credential, stored: 4, received: 2 }), "{told:?}");
    assert!(told.contains(&AuditKind::AuthenticationFailed {
        credential: Some(credential),
        code: "sign_count_regressed",
        step: Some("A22")
    }));
    assert!(world.service.list(&crate::world::id("ada")).await.unwrap()[0].record.status.is_active());
}
