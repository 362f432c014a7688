//! W20: registering somebody's public credential id moves it to the attacker.

use crate::world::{World, code, id, json, tab};
use ceremony_testkit::{Authenticator, Stage};

#[tokio::test]
async fn a_registered_id_stays_where_it_is() {
    let world = World::new();
    let mut device = Authenticator::new("d");
    let adas = world.register(&mut device, "ada").await;
    let wanted = adas.record.credential_id.as_bytes().to_vec();

    let begun = world.begin_registration("mallory").await;
    let stolen = Authenticator::new("m")
        .register_edit(&json(&begun.options), &tab(), |stage| {
            if let Stage::CredentialId(credential_id) = stage {
                credential_id.clone_from(&wanted);
            }
        })
        .unwrap();
    assert_eq!(code(world.finish_registration("mallory", &begun.handle, &stolen).await), "credential_exists");
    assert!(world.service.list(&id("mallory")).await.unwrap().is_empty());
    assert_eq!(world.service.get(&id("ada"), adas.id).await.unwrap(), adas);
    assert_eq!(world.sign_in(&mut device).await.unwrap().user, id("ada"));
}

#[tokio::test]
async fn of_two_users_who_register_one_id_at_once_one_gets_it() {
    let world = World::new();
    let mut codes = Vec::new();
    let (one, two) = (world.begin_registration("ada").await, world.begin_registration("bob").await);
    // Both devices come from one seed, and make one credential.
    let first = Authenticator::new("d").register_json(&json(&one.options), &tab()).unwrap();
    let second = Authenticator::new("d").register_json(&json(&two.options), &tab()).unwrap();
    let (a, b) = futures_util::future::join(
        world.finish_registration("ada", &one.handle, &first),
        world.finish_registration("bob", &two.handle, &second),
    )
    .await;
    codes.extend([code(a), code(b)]);
    codes.sort_unstable();
    assert_eq!(codes, ["credential_exists", "ok"]);
}
