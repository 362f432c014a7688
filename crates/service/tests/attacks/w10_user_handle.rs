//! W10: an answer whose user handle is not that of the credential's owner.

use crate::world::{World, id, json, named, reason, tab};
use ceremony_service::Subject;
use ceremony_testkit::{Authenticator, UserHandle, base64url};

#[tokio::test]
async fn a_swapped_user_handle_signs_nobody_in() {
    let world = World::new();
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    world.register(&mut Authenticator::new("e"), "bob").await;
    let bobs = base64url::encode(world.user_handle("bob").await.as_bytes());
    let nobodys = base64url::encode(&[9; 64]);
    for (subject, handle) in
        [(Subject::Anybody, &bobs), (Subject::Anybody, &nobodys), (named("ada"), &bobs), (named("ada"), &nobodys)]
    {
        let begun = world.begin(subject).await;
        let mut response = device.authenticate(&json(&begun.options), &tab()).unwrap();
        response["response"]["userHandle"] = handle.as_str().into();
        let refused = world.finish(&begun.handle, response.to_string().as_bytes()).await;
        assert_eq!(reason(refused), "user_handle_mismatch");
    }
    assert_eq!(world.service.list(&id("ada")).await.unwrap()[0].record.last_used_at, None);
}

#[tokio::test]
async fn without_a_user_handle_nobody_is_guessed() {
    let world = World::new();
    let mut device = Authenticator::new("d").user_handle(UserHandle::Never);
    world.register(&mut device, "ada").await;
    assert_eq!(reason(world.sign_in(&mut device).await), "user_handle_missing");
}
