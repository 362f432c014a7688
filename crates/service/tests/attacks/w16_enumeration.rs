//! W16: the list of credentials tells anybody whether an account exists.

use crate::world::{World, code, id, json, listed, named, register_with_id, unknown};
use ceremony::UserHandle;
use ceremony_service::UsernameFirst;
use ceremony_service::memory::MemorySpendList;
use ceremony_service::sealed::{KeyRing, SealedCeremonies, SealingKey};
use ceremony_service::store::UserHandles;
use ceremony_testkit::{Authenticator, base64url};
use std::collections::BTreeSet;
use std::sync::Arc;

fn listing() -> World {
    World::with(|rp| rp, |s| s.username_first(UsernameFirst::Listed { decoy_key: [3; 32] }))
}

fn members(options: &ceremony::RequestOptions) -> BTreeSet<String> {
    json(options).as_object().unwrap().keys().cloned().collect()
}

#[tokio::test]
async fn hidden_shows_the_same_to_all() {
    let world = World::new();
    world.register(&mut Authenticator::new("d"), "ada").await;
    let (known, nobody) = (world.begin(named("ada")).await.options, world.begin(unknown("zoe")).await.options);
    assert_eq!(members(&known), members(&nobody));
    assert!(listed(&known).is_empty() && listed(&nobody).is_empty());
}

#[tokio::test]
async fn a_name_without_an_account_gets_a_steady_list() {
    let world = listing();
    let first = listed(&world.begin(unknown("zoe")).await.options);
    assert!(!first.is_empty());
    assert_eq!(listed(&world.begin(unknown("zoe")).await.options), first);
    assert_ne!(listed(&world.begin(unknown("yan")).await.options), first);
    let restarted = listing();
    assert_eq!(listed(&restarted.begin(unknown("zoe")).await.options), first);
}

#[tokio::test]
async fn an_account_without_a_passkey_looks_as_if_it_were_not_there() {
    let world = listing();
    let before = listed(&world.begin(unknown("ada")).await.options);
    // The account comes into being, gets a handle, begins a registration, and has no passkey yet.
    assert_eq!(listed(&world.begin(named("ada")).await.options), before);
    world.begin_registration("ada").await;
    assert_eq!(listed(&world.begin(named("ada")).await.options), before);
    // It gets one, and loses it again.
    let stored = world.register(&mut Authenticator::new("d"), "ada").await;
    let genuine = listed(&world.begin(named("ada")).await.options);
    assert_ne!(genuine, before);
    world.service.suspend(&stored.record.credential_id, "").await.unwrap();
    assert_eq!(listed(&world.begin(named("ada")).await.options), before);
    world.service.reactivate(&stored.record.credential_id).await.unwrap();
    assert_eq!(listed(&world.begin(named("ada")).await.options), genuine);
    world.service.revoke(&id("ada"), stored.id, "").await.unwrap();
    assert_eq!(listed(&world.begin(named("ada")).await.options), before);
}

#[tokio::test]
async fn genuine_and_made_up_answers_have_the_same_members() {
    let world = listing();
    world.register(&mut Authenticator::new("d"), "ada").await;
    let (known, nobody) = (world.begin(named("ada")).await.options, world.begin(unknown("zoe")).await.options);
    assert_eq!(members(&known), members(&nobody));
    for (_, transports) in listed(&known).into_iter().chain(listed(&nobody)) {
        assert!(!transports.as_array().unwrap().is_empty());
    }
}

#[tokio::test]
async fn asking_for_an_unknown_name_writes_nothing() {
    let world = listing();
    world.begin(unknown("zoe")).await;
    world.begin(named("ada")).await;
    let tenant = &world.service.realm().tenant;
    assert!(world.users.find(tenant, &id("ada")).await.unwrap().is_none());
}

/// Who has an account of his own can try to register the ids of a list. A genuine one is taken: so must be one that was
/// made up.
#[tokio::test]
async fn registering_an_id_out_of_a_list_does_not_tell_whose_it_is() {
    let world = listing();
    world.register(&mut Authenticator::new("d"), "ada").await;
    let lists = [world.begin(named("ada")).await.options, world.begin(unknown("zoe")).await.options];
    for wanted in lists.iter().flat_map(listed).map(|(wanted, _)| base64url::decode(&wanted).unwrap()) {
        let begun = world.begin_registration("mallory").await;
        let response = register_with_id("m", &json(&begun.options), &wanted);
        let finished = world.finish_registration("mallory", &begun.handle, &response).await;
        assert_eq!(code(finished), "credential_exists");
    }
    assert!(world.service.list(&id("mallory")).await.unwrap().is_empty());
    // Ids that no list shows are free.
    world.register(&mut Authenticator::new("m"), "mallory").await;
}

/// A sealed state is as long as what is in it, and imported user handles are shorter than made-up ones.
#[tokio::test]
async fn a_sealed_state_does_not_tell_how_long_the_user_handle_is() {
    let ring = KeyRing::new(SealingKey::new(std::array::from_fn(|at| u8::try_from(at).unwrap())).unwrap());
    let sealed = Arc::new(SealedCeremonies::new(ring, Arc::new(MemorySpendList::default())));
    let world = World::with(|rp| rp, |service| service.authentications(sealed));
    let tenant = &world.service.realm().tenant;
    let imported = UserHandle::new(*b"17").unwrap();
    assert!(world.users.import(tenant, &id("ada"), &imported).await.unwrap());
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    let (known, nobody) = (world.begin(named("ada")).await.handle, world.begin(unknown("zoe")).await.handle);
    assert_eq!(known.as_str().len(), nobody.as_str().len());
    assert_eq!(world.sign_in_as(&mut device, named("ada")).await.unwrap().user, id("ada"));
}
