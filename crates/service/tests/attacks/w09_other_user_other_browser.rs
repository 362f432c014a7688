//! W9: a ceremony finished by another user or in another browser than it was begun in (login CSRF).

use crate::world::{BROWSER, OTHER_BROWSER, World, assertion, code, id, json, registration, tab};
use ceremony_service::Subject;
use ceremony_testkit::Authenticator;

#[tokio::test]
async fn another_browser_finds_nothing_and_burns_nothing() {
    let world = World::new();
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    let begun = world.begin(Subject::Anybody).await;
    let response = assertion(&device.authenticate_json(&json(&begun.options), &tab()).unwrap());
    for binding in [OTHER_BROWSER, None] {
        let refused = world.service.finish_authentication(None, &begun.handle, binding, &response).await;
        assert_eq!(code(refused), "ceremony_unusable");
    }
    let done = world.service.finish_authentication(None, &begun.handle, BROWSER, &response).await;
    assert_eq!(code(done), "ok");

    let begun = world.begin_registration("bob").await;
    let response = registration(&Authenticator::new("e").register_json(&json(&begun.options), &tab()).unwrap());
    for binding in [OTHER_BROWSER, None] {
        let refused = world.service.finish_registration(&id("bob"), &begun.handle, binding, &response, None).await;
        assert_eq!(code(refused), "ceremony_unusable");
    }
    let done = world.service.finish_registration(&id("bob"), &begun.handle, BROWSER, &response, None).await;
    assert_eq!(code(done), "ok");
}

#[tokio::test]
async fn a_native_apps_ceremony_is_not_finished_by_a_browser() {
    let world = World::new();
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    let begun = world.service.begin_authentication(Subject::Anybody, b"", None).await.unwrap();
    let response = assertion(&device.authenticate_json(&json(&begun.options), &tab()).unwrap());
    let refused = world.service.finish_authentication(None, &begun.handle, BROWSER, &response).await;
    assert_eq!(code(refused), "ceremony_unusable");
    assert_eq!(code(world.service.finish_authentication(None, &begun.handle, None, &response).await), "ok");
}

#[tokio::test]
async fn a_registration_goes_to_nobody_but_whom_it_was_begun_for() {
    let world = World::new();
    world.register(&mut Authenticator::new("m"), "mallory").await;
    for session in ["mallory", "nobody"] {
        let begun = world.begin_registration("ada").await;
        let response = Authenticator::new("d").register_json(&json(&begun.options), &tab()).unwrap();
        assert_eq!(code(world.finish_registration(session, &begun.handle, &response).await), "ceremony_unusable");
    }
    assert!(world.service.list(&id("ada")).await.unwrap().is_empty());
    assert_eq!(world.service.list(&id("mallory")).await.unwrap().len(), 1);
}
