//! Callers that go before their answer: what was changed is told all the same.

use crate::spy::Spy;
use crate::world::{BROWSER, World, code, id, json, registration, tab};
use ceremony::CredentialId;
use ceremony_service::AuditKind;
use ceremony_service::store::{CredentialStore, UserHandles};
use ceremony_testkit::Authenticator;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

fn spied() -> (World, Arc<Spy>) {
    let spy = Arc::new(Spy::default());
    (World::with(|rp| rp, |service| service.credentials(spy.clone())), spy)
}

/// Begins a call and goes: the store was asked, and does not answer in time.
fn hang_up<T>(call: impl Future<Output = T>) {
    assert!(matches!(pin!(call).poll(&mut Context::from_waker(Waker::noop())), Poll::Pending));
}

/// W24, the other way round: a passkey that signs in, and of which no event tells.
#[tokio::test]
async fn a_passkey_whose_registrant_hung_up_is_told_of() {
    let (world, spy) = spied();
    let mut device = Authenticator::new("thief");
    let begun = world.begin_registration("ada").await;
    let response = registration(&device.register_json(&json(&begun.options), &tab()).unwrap());
    world.audit.taken();
    spy.silence("insert");
    hang_up(world.service.finish_registration(&id("ada"), &begun.handle, BROWSER, &response, None));
    let change = "registration_succeeded";
    assert_eq!(world.audit.taken(), [AuditKind::OutcomeUnknown { change, credential: None }]);
    let signed_in = world.sign_in(&mut device).await.unwrap();
    assert_eq!(signed_in.user, id("ada"));
}

/// The answer of the look that follows is another matter: the passkey is there.
#[tokio::test]
async fn a_passkey_is_told_of_before_its_account_is_looked_at_again() {
    let (world, spy) = spied();
    let begun = world.begin_registration("ada").await;
    let response = registration(&Authenticator::new("1").register_json(&json(&begun.options), &tab()).unwrap());
    world.audit.taken();
    // The account is erased at this moment, and the erasure of the passkey is not answered.
    spy.forget_at_insert(&world.users, id("ada"));
    spy.silence("erase");
    hang_up(world.service.finish_registration(&id("ada"), &begun.handle, BROWSER, &response, None));
    let names = world.audit.names();
    assert_eq!(names[names.len() - 2..], ["registration_succeeded", "outcome_unknown"]);
}

#[tokio::test]
async fn a_lost_answer_is_told_of() {
    let (world, spy) = spied();
    spy.lose_answer_of_insert();
    assert_eq!(code(world.try_register(&mut Authenticator::new("1"), "ada").await), "unavailable");
    assert_eq!(world.audit.names().last(), Some(&"outcome_unknown"));
}

#[tokio::test]
async fn every_change_whose_caller_hung_up_is_told_of() {
    let (world, spy) = spied();
    let rows = [
        world.register(&mut Authenticator::new("1"), "ada").await,
        world.register(&mut Authenticator::new("2"), "ada").await,
        world.register(&mut Authenticator::new("3"), "ada").await,
    ];
    let (service, ada, first, credential_id) = (&world.service, id("ada"), rows[0].id, &rows[0].record.credential_id);
    let told = |call: &'static str, change: &'static str, credential| {
        let events = world.audit.taken();
        assert_eq!(events, [AuditKind::OutcomeUnknown { change, credential }], "{call}");
        spy.silence(call);
    };
    world.audit.taken();
    spy.silence("rename");
    hang_up(service.rename(&ada, first, "x"));
    told("suspend", "credential_renamed", Some(first));
    hang_up(service.suspend(credential_id, ""));
    told("reactivate", "credential_suspended", None);
    hang_up(service.reactivate(credential_id));
    told("revoke", "credential_reactivated", None);
    hang_up(service.revoke(&ada, first, ""));
    told("erase", "credential_revoked", Some(first));
    hang_up(service.erase_credential(&ada, rows[1].id));
    told("revoke_all", "credential_erased", Some(rows[1].id));
    hang_up(service.revoke_all(&ada, ""));
    told("erase_user", "all_revoked", None);
    hang_up(service.erase(&ada));
    told("none", "user_erased", None);
    assert!(world.service.list(&ada).await.unwrap().is_empty(), "all of it was done");
}

/// A second pass that fails leaves the handle, by which a repeated call finds what is left.
#[tokio::test]
async fn an_erasure_that_failed_late_is_made_whole_by_the_next() {
    let (world, spy) = spied();
    let stored = world.register(&mut Authenticator::new("1"), "ada").await;
    let owner = stored.record.user_handle.clone();
    // A registration that was on its way.
    let mut late = stored.record;
    late.credential_id = CredentialId::new([9; 16]).unwrap();
    spy.fail_second_erasure(late.clone());
    assert_eq!(code(world.service.erase(&id("ada")).await), "unavailable");
    assert!(spy.find(world.service.realm(), &late.credential_id).await.unwrap().is_some());
    assert_eq!(world.service.erase(&id("ada")).await.unwrap(), 1);
    assert!(spy.find(world.service.realm(), &late.credential_id).await.unwrap().is_none());
    assert_eq!(world.users.find(&world.service.realm().tenant, &id("ada")).await.unwrap(), None);
    assert_eq!(world.users.resolve(&world.service.realm().tenant, &owner).await.unwrap(), None);
    assert_eq!(world.audit.names().iter().filter(|name| **name == "user_erased").count(), 1);
}
