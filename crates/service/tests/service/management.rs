//! The settings page, and the administrator.

use crate::spy::Spy;
use crate::world::{World, account, code, id, json};
use ceremony::{CredentialId, Status};
use ceremony_service::store::{CredentialStore, RemovalGuard, RowId, UserId};
use ceremony_service::{RegisterOptions, ServiceError};
use ceremony_testkit::Authenticator;
use std::collections::HashSet;
use std::sync::Arc;

#[tokio::test]
async fn list_get_rename_revoke() {
    let world = World::new();
    let one = world.register(&mut Authenticator::new("1"), "ada").await;
    let two = world.register(&mut Authenticator::new("2"), "ada").await;
    let ids = |list: Vec<ceremony_service::store::StoredCredential>| list.iter().map(|s| s.id).collect::<Vec<_>>();
    assert_eq!(ids(world.service.list(&id("ada")).await.unwrap()).len(), 2);
    let renamed = world.service.rename(&id("ada"), one.id, " Phone ").await.unwrap();
    assert_eq!(renamed.record.name, "Phone");
    assert_eq!(world.service.get(&id("ada"), one.id).await.unwrap(), renamed);
    let revoked = world.service.revoke(&id("ada"), one.id, "lost").await.unwrap();
    assert!(matches!(revoked.record.status, Status::Revoked { ref reason, .. } if reason == "lost"));
    assert_eq!(ids(world.service.list(&id("ada")).await.unwrap()), [two.id]);
    assert!(matches!(world.service.get(&id("ada"), one.id).await, Err(ServiceError::NotFound)));
    assert!(matches!(world.service.rename(&id("ada"), one.id, "x").await, Err(ServiceError::NotFound)));
    assert!(matches!(world.service.revoke(&id("ada"), one.id, "").await, Err(ServiceError::NotFound)));
    let names = world.audit.names();
    assert_eq!(names.iter().filter(|name| **name == "credential_revoked").count(), 1, "only what happened is audited");
    assert_eq!(names.iter().filter(|name| **name == "credential_renamed").count(), 1);
}

#[tokio::test]
async fn a_history_has_every_status_and_one_owner() {
    let world = World::new();
    let one = world.register(&mut Authenticator::new("1"), "ada").await;
    let two = world.register(&mut Authenticator::new("2"), "ada").await;
    let three = world.register(&mut Authenticator::new("3"), "ada").await;
    world.register(&mut Authenticator::new("4"), "bob").await;
    world.service.revoke(&id("ada"), one.id, "lost").await.unwrap();
    world.service.suspend(&two.record.credential_id, "reported stolen").await.unwrap();
    let history = world.service.history(&id("ada")).await.unwrap();
    let seen: Vec<_> = history.iter().map(|stored| (stored.id, stored.record.status.as_str())).collect();
    assert_eq!(seen, [(one.id, "revoked"), (two.id, "suspended"), (three.id, "active")]);
    assert!(world.service.history(&id("nobody")).await.unwrap().is_empty());
}

#[tokio::test]
async fn another_users_credential_is_not_found() {
    let world = World::new();
    let adas = world.register(&mut Authenticator::new("1"), "ada").await;
    world.register(&mut Authenticator::new("2"), "bob").await;
    for stranger in ["bob", "nobody"] {
        let user = id(stranger);
        assert!(matches!(world.service.get(&user, adas.id).await, Err(ServiceError::NotFound)));
        assert!(matches!(world.service.rename(&user, adas.id, "mine").await, Err(ServiceError::NotFound)));
        assert!(matches!(world.service.revoke(&user, adas.id, "").await, Err(ServiceError::NotFound)));
        assert!(matches!(world.service.erase_credential(&user, adas.id).await, Err(ServiceError::NotFound)));
    }
    assert_eq!(world.service.get(&id("ada"), adas.id).await.unwrap(), adas);
    assert!(matches!(world.service.get(&id("ada"), RowId::new([0; 16])).await, Err(ServiceError::NotFound)));
}

#[tokio::test]
async fn names_and_reasons_are_checked() {
    let world = World::new();
    let stored = world.register(&mut Authenticator::new("1"), "ada").await;
    for bad in ["", "  ", "a\tb", &"x".repeat(257)] {
        assert!(matches!(world.service.rename(&id("ada"), stored.id, bad).await, Err(ServiceError::InvalidName)));
    }
    let long = "x".repeat(129);
    assert_eq!(code(world.service.revoke(&id("ada"), stored.id, &long).await), "invalid_reason");
    assert_eq!(code(world.service.revoke_all(&id("ada"), &long).await), "invalid_reason");
    assert_eq!(code(world.service.suspend(&stored.record.credential_id, &long).await), "invalid_reason");
    assert_eq!(world.service.get(&id("ada"), stored.id).await.unwrap(), stored);
}

#[tokio::test]
async fn the_last_one_stays_where_it_has_to() {
    let world = World::with(|rp| rp, |s| s.removal_guard(RemovalGuard::NotLast));
    let one = world.register(&mut Authenticator::new("1"), "ada").await;
    let two = world.register(&mut Authenticator::new("2"), "ada").await;
    world.service.revoke(&id("ada"), one.id, "").await.unwrap();
    assert!(matches!(world.service.revoke(&id("ada"), two.id, "").await, Err(ServiceError::LastCredential)));
    assert_eq!(world.service.revoke_all(&id("ada"), "account closed").await.unwrap(), 1);
    assert_eq!(world.service.revoke_all(&id("ada"), "account closed").await.unwrap(), 0);
}

#[tokio::test]
async fn a_suspended_credential_rests_until_it_is_reactivated() {
    let world = World::new();
    let mut device = Authenticator::new("1");
    let stored = world.register(&mut device, "ada").await;
    assert!(world.service.suspend(&stored.record.credential_id, "reported stolen").await.unwrap());
    assert!(!world.service.suspend(&stored.record.credential_id, "again").await.unwrap());
    assert_eq!(code(world.sign_in(&mut device).await), "authentication_failed");
    assert_eq!(world.service.list(&id("ada")).await.unwrap().len(), 1);
    assert!(world.service.reactivate(&stored.record.credential_id).await.unwrap());
    assert!(!world.service.reactivate(&stored.record.credential_id).await.unwrap());
    assert_eq!(world.sign_in(&mut device).await.unwrap().user, id("ada"));
}

#[tokio::test]
async fn a_cap_holds_at_begin_and_at_finish() {
    let world = World::with(|rp| rp, |s| s.max_credentials_per_user(2));
    let one = world.register(&mut Authenticator::new("1"), "ada").await;
    let early = world.begin_registration("ada").await;
    world.register(&mut Authenticator::new("2"), "ada").await;
    let refused = world.service.begin_registration(&account("ada"), Default::default(), crate::world::BROWSER).await;
    assert!(matches!(refused, Err(ServiceError::LimitReached)));
    let response = Authenticator::new("3").register_json(&json(&early.options), &crate::world::tab()).unwrap();
    let refused = world.finish_registration("ada", &early.handle, &response).await;
    assert!(matches!(refused, Err(ServiceError::LimitReached)));
    world.service.revoke(&id("ada"), one.id, "").await.unwrap();
    world.register(&mut Authenticator::new("4"), "ada").await;
}

#[tokio::test]
async fn signals_hold_the_complete_list() {
    let world = World::new();
    let one = world.register(&mut Authenticator::new("1"), "ada").await;
    let two = world.register(&mut Authenticator::new("2"), "ada").await;
    let three = world.register(&mut Authenticator::new("3"), "ada").await;
    world.service.suspend(&two.record.credential_id, "").await.unwrap();
    world.service.revoke(&id("ada"), three.id, "").await.unwrap();
    let signal = json(&world.service.signal_accepted(&id("ada")).await.unwrap());
    let text = |bytes: &[u8]| ceremony_testkit::base64url::encode(bytes);
    assert_eq!(signal["rpId"], "example.com");
    assert_eq!(signal["userId"], text(world.user_handle("ada").await.as_bytes()));
    let mut listed: Vec<&str> =
        signal["allAcceptedCredentialIds"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    let mut expected = [text(one.record.credential_id.as_bytes()), text(two.record.credential_id.as_bytes())];
    listed.sort_unstable();
    expected.sort_unstable();
    assert_eq!(listed, expected);
    let details = json(&world.service.user_details_changed(&account("ada")).await.unwrap());
    assert_eq!(details["name"], "ada@mail.example");
    assert_eq!(details["displayName"], "ADA");
    assert_eq!(details["userId"], signal["userId"]);
}

/// A page that is still open when its account is erased must not bring the user handle back.
#[tokio::test]
async fn asking_what_to_signal_makes_no_user_handle() {
    let world = World::new();
    world.register(&mut Authenticator::new("1"), "ada").await;
    world.service.erase(&id("ada")).await.unwrap();
    for user in ["ada", "bob"] {
        assert!(world.service.list(&id(user)).await.unwrap().is_empty());
        assert_eq!(world.service.signal_accepted(&id(user)).await.unwrap(), None);
        assert_eq!(world.service.user_details_changed(&account(user)).await.unwrap(), None);
        let tenant = &world.service.realm().tenant;
        assert!(ceremony_service::store::UserHandles::find(&*world.users, tenant, &id(user)).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn who_adds_and_revokes_in_a_circle_comes_to_an_end() {
    let world = World::new();
    let stored = world.register(&mut Authenticator::new("1"), "ada").await;
    let (realm, owner) = (world.service.realm(), &stored.record.user_handle);
    let now = ceremony_service::Clock::now(&*world.clock);
    let ada = account("ada");
    let begin = || world.service.begin_registration(&ada, RegisterOptions::default(), None);
    for number in 1..1_000_u64 {
        assert!(number != 999 || begin().await.is_ok(), "999 are there");
        let mut record = stored.record.clone();
        record.credential_id = CredentialId::new([&[0; 8], &number.to_be_bytes()[..]].concat()).unwrap();
        world.credentials.insert(&record, 20, now).await.unwrap();
        let row = world.credentials.find(realm, &record.credential_id).await.unwrap().unwrap().id;
        world.credentials.revoke(realm, owner, row, "", RemovalGuard::Any, now).await.unwrap();
    }
    assert!(matches!(begin().await, Err(ServiceError::LimitReached)));
    // What stands there can be seen and used, and erased by the application.
    let history = world.service.history(&id("ada")).await.unwrap();
    assert_eq!((history.len(), world.service.list(&id("ada")).await.unwrap().len()), (1_000, 1));
    world.service.erase_credential(&id("ada"), history[1].id).await.unwrap();
    assert!(begin().await.is_ok());
}

/// Without the row that a page ended with, the next page is the first again.
#[tokio::test]
async fn nothing_is_listed_twice_where_rows_go_meanwhile() {
    let spy = Arc::new(Spy::default());
    let world = World::with(|rp| rp, |service| service.credentials(spy.clone()));
    let stored = world.register(&mut Authenticator::new("1"), "ada").await;
    let now = ceremony_service::Clock::now(&*world.clock);
    for number in 1..300_u64 {
        let mut record = stored.record.clone();
        record.credential_id = CredentialId::new([&[0; 8], &number.to_be_bytes()[..]].concat()).unwrap();
        spy.insert(&record, 1_000, now).await.unwrap();
    }
    spy.lose_cursor();
    let history = world.service.history(&id("ada")).await.unwrap();
    let distinct: HashSet<RowId> = history.iter().map(|stored| stored.id).collect();
    // The row that went meanwhile was read before.
    assert_eq!((history.len(), distinct.len()), (300, 300));
    assert_eq!(world.service.history(&id("ada")).await.unwrap().len(), 299);
}

#[test]
fn an_account_key_that_a_database_can_t_hold_is_none() {
    let longest = "x".repeat(255);
    for (key, is_one) in [("", false), ("a", true), (&longest, true), (&format!("{longest}x"), false), ("a\0b", false)]
    {
        assert_eq!(UserId::new(key).is_some(), is_one, "{key:?}");
    }
}
