//! W19: names of megabytes are stored, and one credential id registered twice at once breaks the server.

use crate::world::{BROWSER, World, code, id, json, registration, tab};
use ceremony_testkit::Authenticator;
use std::sync::Arc;
use tokio::sync::Barrier;

#[tokio::test]
async fn a_name_has_a_limit_and_an_attempt_with_a_longer_one_burns_nothing() {
    let world = World::new();
    let mut device = Authenticator::new("d");
    let begun = world.begin_registration("ada").await;
    let response = registration(&device.register_json(&json(&begun.options), &tab()).unwrap());
    let megabytes = "x".repeat(4 << 20);
    for name in [&megabytes, &"x".repeat(257), "a\u{0}b", "a\nb"] {
        let refused =
            world.service.finish_registration(&id("ada"), &begun.handle, BROWSER, &response, Some(name)).await;
        assert_eq!(code(refused), "invalid_name");
    }
    let longest = "x".repeat(256);
    let stored = world.service.finish_registration(&id("ada"), &begun.handle, BROWSER, &response, Some(&longest)).await;
    let row = stored.unwrap().credential.id;
    for name in [&megabytes, "", "  ", "a\u{7f}b"] {
        assert_eq!(code(world.service.rename(&id("ada"), row, name).await), "invalid_name");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_registrations_of_one_id_at_once_one_is_stored_and_the_others_are_told_so() {
    let world = Arc::new(World::new());
    let gate = Arc::new(Barrier::new(8));
    let tasks: Vec<_> = (0..8)
        .map(|number| {
            let (world, gate) = (Arc::clone(&world), Arc::clone(&gate));
            tokio::spawn(async move {
                // Every device comes from one seed, and makes one credential.
                let user = format!("user-{number}");
                let begun = world.begin_registration(&user).await;
                let response = Authenticator::new("d").register_json(&json(&begun.options), &tab()).unwrap();
                gate.wait().await;
                code(world.finish_registration(&user, &begun.handle, &response).await)
            })
        })
        .collect();
    let mut codes = Vec::new();
    for task in tasks {
        codes.push(task.await.unwrap());
    }
    assert_eq!(codes.iter().filter(|code| **code == "ok").count(), 1, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| **code == "credential_exists").count(), 7, "{codes:?}");
}
