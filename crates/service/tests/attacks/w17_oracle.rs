//! W17: errors that tell a known credential from an unknown one, or which check failed.

use crate::world::{World, code, id, json, named, stranger, tab, unknown};
use ceremony_service::{ServiceError, Subject, UsernameFirst};
use ceremony_testkit::{Authenticator, Fault};

#[tokio::test]
async fn whoever_names_a_user_gets_one_answer_for_everything() {
    for mode in [UsernameFirst::Hidden, UsernameFirst::Listed { decoy_key: [3; 32] }] {
        let world = World::with(|rp| rp, |s| s.username_first(mode));
        let mut ada = Authenticator::new("a");
        let stored = world.register(&mut ada, "ada").await;
        let mut bob = Authenticator::new("b");
        world.register(&mut bob, "bob").await;
        let lost = stranger("lost", &world.user_handle("ada").await);
        let mut seen = Vec::new();
        for (subject, mut device) in
            [(named("ada"), lost), (named("ada"), bob.clone()), (unknown("zoe"), ada.clone()), (unknown("zoe"), bob)]
        {
            let begun = world.begin(subject).await;
            let mut options = json(&begun.options);
            options["allowCredentials"] = serde_json::json!([]);
            let response = device.authenticate_json(&options, &tab()).unwrap();
            seen.push(world.finish(&begun.handle, &response).await.unwrap_err());
        }
        let begun = world.begin(named("ada")).await;
        let forged = ada.authenticate_with(&json(&begun.options), &tab(), Fault::SignatureBitFlipped).unwrap();
        seen.push(world.finish(&begun.handle, &forged).await.unwrap_err());
        world.service.suspend(&stored.record.credential_id, "").await.unwrap();
        let begun = world.begin(named("ada")).await;
        let mut options = json(&begun.options);
        options["allowCredentials"] = serde_json::json!([]);
        let response = ada.authenticate_json(&options, &tab()).unwrap();
        seen.push(world.finish(&begun.handle, &response).await.unwrap_err());
        for error in seen {
            assert!(matches!(error, ServiceError::AuthenticationFailed(_)), "{error:?}");
            assert_eq!(error.to_string(), "authentication failed");
            assert_eq!(error.code(), "authentication_failed");
        }
    }
}

#[tokio::test]
async fn only_a_credential_that_nobody_has_is_called_unknown() {
    let world = World::new();
    let mut ada = Authenticator::new("a");
    let stored = world.register(&mut ada, "ada").await;
    let mut lost = stranger("lost", &world.user_handle("ada").await);
    assert_eq!(code(world.sign_in(&mut lost).await), "unknown_credential");
    world.service.suspend(&stored.record.credential_id, "").await.unwrap();
    assert_eq!(code(world.sign_in(&mut ada).await), "authentication_failed");
    world.service.revoke(&id("ada"), stored.id, "").await.unwrap();
    assert_eq!(code(world.sign_in_as(&mut ada, Subject::Anybody).await), "authentication_failed");
}
