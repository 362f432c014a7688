//! W6: the passkey of one user for the ceremony of another; one kind of ceremony finished as the other.

use crate::world::{BROWSER, World, assertion, code, id, json, named, registration, tab};
use ceremony_service::{Subject, UsernameFirst};
use ceremony_testkit::Authenticator;

#[tokio::test]
async fn another_users_passkey_does_not_finish_a_users_ceremony() {
    for listed in [false, true] {
        let mode = if listed { UsernameFirst::Listed { decoy_key: [1; 32] } } else { UsernameFirst::Hidden };
        let world = World::with(|rp| rp, |s| s.username_first(mode));
        world.register(&mut Authenticator::new("a"), "ada").await;
        let mut bobs = Authenticator::new("b");
        world.register(&mut bobs, "bob").await;
        let begun = world.begin(named("ada")).await;
        let mut options = json(&begun.options);
        options["allowCredentials"] = serde_json::json!([]);
        let response = bobs.authenticate_json(&options, &tab()).unwrap();
        assert_eq!(code(world.finish(&begun.handle, &response).await), "authentication_failed");
    }
}

#[tokio::test]
async fn a_handle_of_the_other_kind_finds_nothing_and_burns_nothing() {
    let world = World::new();
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    let registering = world.begin_registration("bob").await;
    let signing_in = world.begin(Subject::Anybody).await;
    let attested = Authenticator::new("e").register_json(&json(&registering.options), &tab()).unwrap();
    let asserted = device.authenticate_json(&json(&signing_in.options), &tab()).unwrap();

    let crossed = world.service.finish_authentication(None, &registering.handle, BROWSER, &assertion(&asserted)).await;
    assert_eq!(code(crossed), "ceremony_unusable");
    let crossed = world
        .service
        .finish_registration(&id("bob"), &signing_in.handle, BROWSER, &registration(&attested), None)
        .await;
    assert_eq!(code(crossed), "ceremony_unusable");

    assert_eq!(code(world.finish(&signing_in.handle, &asserted).await), "ok");
    assert_eq!(code(world.finish_registration("bob", &registering.handle, &attested).await), "ok");
}
