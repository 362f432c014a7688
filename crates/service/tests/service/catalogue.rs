//! Cases of the negative catalogue that only a store can tell.

use crate::world::{World, code, id, json, tab, unknown};
use ceremony_service::Subject;
use ceremony_testkit::{Authenticator, Fault};

#[tokio::test]
async fn neg_w01_w02_a_credential_id_is_registered_once_over_all_users() {
    let world = World::new();
    world.register(&mut Authenticator::new("d"), "ada").await;
    for user in ["ada", "bob"] {
        // The same seed makes the same credential; no excluded list stops this authenticator.
        let mut options = json(&world.begin_registration(user).await.options);
        options["excludeCredentials"] = serde_json::json!([]);
        let begun = world.begin_registration(user).await;
        options["challenge"] = json(&begun.options)["challenge"].clone();
        let response = Authenticator::new("d").register_json(&options, &tab()).unwrap();
        let finished = world.finish_registration(user, &begun.handle, &response).await;
        assert_eq!(code(finished), "credential_exists", "{user}");
    }
    assert_eq!(world.service.list(&id("ada")).await.unwrap().len(), 1);
    assert!(world.service.list(&id("bob")).await.unwrap().is_empty());
}

#[tokio::test]
async fn neg_w08_unknown_credentials_and_unknown_users_are_refused_alike() {
    let world = World::new();
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    let mut stranger = Authenticator::new("stranger");
    let begun = world.begin_registration("bob").await;
    stranger.register_json(&json(&begun.options), &tab()).unwrap();
    let mut codes = Vec::new();
    for name in ["ada", "nobody"] {
        let begun = world.begin(unknown(name)).await;
        let mut options = json(&begun.options);
        options["allowCredentials"] = serde_json::json!([]);
        let response = stranger.authenticate_json(&options, &tab()).unwrap();
        codes.push(code(world.finish(&begun.handle, &response).await));
    }
    assert_eq!(codes[0], codes[1]);
    assert_eq!(codes[0], "authentication_failed");
}

#[tokio::test]
async fn neg_w14_c19_two_finishes_of_one_challenge_are_one_success() {
    let world = World::new();
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    let begun = world.begin(Subject::Anybody).await;
    let response = device.authenticate_json(&json(&begun.options), &tab()).unwrap();
    let (one, other) = tokio::join!(world.finish(&begun.handle, &response), world.finish(&begun.handle, &response));
    let mut codes = [code(one), code(other)];
    codes.sort_unstable();
    assert_eq!(codes, ["ceremony_unusable", "ok"]);
}

#[tokio::test]
async fn neg_w15_nothing_is_written_before_every_check_has_passed() {
    let world = World::new();
    let mut device = Authenticator::new("d");
    let before = world.register(&mut device, "ada").await;
    for fault in [Fault::SignatureBitFlipped, Fault::OriginForeign, Fault::UserHandleForeign] {
        let begun = world.begin(Subject::Anybody).await;
        let response = device.authenticate_with(&json(&begun.options), &tab(), fault).unwrap();
        assert_eq!(code(world.finish(&begun.handle, &response).await), "authentication_failed");
    }
    assert_eq!(world.service.list(&id("ada")).await.unwrap()[0].record, before.record);
}

#[tokio::test]
async fn neg_w13_the_account_is_that_of_the_begun_ceremony() {
    let world = World::new();
    let begun = world.begin_registration("ada").await;
    let mut device = Authenticator::new("d");
    let response = device.register_with(&json(&begun.options), &tab(), Fault::UserInResponse).unwrap();
    let handle = world.user_handle("ada").await;
    let registered = world.finish_registration("ada", &begun.handle, &response).await.unwrap();
    assert_eq!(registered.credential.record.user_handle, handle);
}
