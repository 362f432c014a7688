//! A signed-in user confirms an action.

use crate::world::{BROWSER, World, assertion, code, id, json, tab};
use ceremony_service::{Purpose, ServiceError};
use ceremony_testkit::Authenticator;

#[tokio::test]
async fn the_user_of_the_session_confirms() {
    let world = World::new();
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    let begun = world.service.begin_step_up(&id("ada"), b"remove a passkey", BROWSER).await.unwrap();
    let response = assertion(&device.authenticate_json(&json(&begun.options), &tab()).unwrap());
    let done = world.service.finish_authentication(Some(&id("ada")), &begun.handle, BROWSER, &response).await.unwrap();
    assert_eq!(done.purpose, Purpose::StepUp);
    assert_eq!(done.user, id("ada"));
    assert_eq!(done.context(), b"remove a passkey");
}

#[tokio::test]
async fn nobody_and_anybody_else_is_refused() {
    let world = World::new();
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    world.register(&mut Authenticator::new("e"), "bob").await;
    for session in [None, Some(id("bob")), Some(id("nobody"))] {
        let begun = world.service.begin_step_up(&id("ada"), b"", BROWSER).await.unwrap();
        let response = assertion(&device.authenticate_json(&json(&begun.options), &tab()).unwrap());
        world.verifier.taken();
        let refused = world.service.finish_authentication(session.as_ref(), &begun.handle, BROWSER, &response).await;
        assert_eq!(code(refused), "ceremony_unusable");
        assert_eq!(world.verifier.taken(), 1);
    }
    let stored = &world.service.list(&id("ada")).await.unwrap()[0];
    assert_eq!(stored.record.last_used_at, None, "a refused step-up has no effect");
}

#[tokio::test]
async fn another_users_passkey_does_not_confirm() {
    let world = World::new();
    world.register(&mut Authenticator::new("d"), "ada").await;
    let mut other = Authenticator::new("e");
    world.register(&mut other, "bob").await;
    let begun = world.service.begin_step_up(&id("ada"), b"", BROWSER).await.unwrap();
    let mut options = json(&begun.options);
    options["allowCredentials"] = serde_json::json!([]);
    let response = assertion(&other.authenticate_json(&options, &tab()).unwrap());
    let refused = world.service.finish_authentication(Some(&id("ada")), &begun.handle, BROWSER, &response).await;
    assert_eq!(code(refused), "authentication_failed");
}

#[tokio::test]
async fn without_a_passkey_there_is_nothing_to_confirm_with() {
    let world = World::new();
    let refused = world.service.begin_step_up(&id("ada"), b"", BROWSER).await;
    assert!(matches!(refused, Err(ServiceError::NotFound)));
    let stored = world.register(&mut Authenticator::new("d"), "ada").await;
    world.service.revoke(&id("ada"), stored.id, "").await.unwrap();
    let refused = world.service.begin_step_up(&id("ada"), b"", BROWSER).await;
    assert!(matches!(refused, Err(ServiceError::NotFound)));
}
