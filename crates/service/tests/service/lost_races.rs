//! What comes between the verdict and the write, and what a store is asked for.

use crate::spy::Spy;
use crate::world::{World, code, id, json, listed, named, reason, register_with_id, tab, unknown};
use ceremony::{CredentialRecord, MAX_REJUDGES, SignCountPolicy};
use ceremony_service::store::{Applied, UserHandles};
use ceremony_service::{AuditKind, Subject, UsernameFirst};
use ceremony_testkit::{Authenticator, SignCount, base64url};
use std::sync::Arc;

fn spied(policy: SignCountPolicy) -> (World, Arc<Spy>) {
    let spy = Arc::new(Spy::default());
    let store = spy.clone();
    let mode = UsernameFirst::Listed { decoy_key: [3; 32] };
    let world = World::with(|rp| rp.sign_count(policy), |s| s.credentials(store).username_first(mode));
    (world, spy)
}

/// The record as a sign-in with this counter would have left it.
fn lost(record: &CredentialRecord, sign_count: u32) -> Applied {
    let mut record = record.clone();
    record.sign_count = sign_count;
    record.name = "Renamed meanwhile".to_owned();
    Applied::Lost(Box::new(record))
}

#[tokio::test]
async fn a_lost_race_is_judged_again_without_a_second_signature_check() {
    let (world, spy) = spied(SignCountPolicy::Reject);
    let mut device = Authenticator::new("d").sign_count(SignCount::Counter { start: 10, step: 10 });
    let stored = world.register(&mut device, "ada").await;
    spy.apply_with([lost(&stored.record, 12), lost(&stored.record, 10)]);
    world.verifier.taken();
    spy.taken();
    let done = world.sign_in(&mut device).await.unwrap();
    assert_eq!(world.verifier.taken(), 1);
    assert_eq!(done.credential.record.sign_count, 20);
    assert_eq!(done.credential.record.name, "Renamed meanwhile");
    assert_eq!(spy.taken(), ["find", "apply", "apply", "apply"]);
}

#[tokio::test]
async fn a_race_lost_to_a_higher_counter_is_a_refusal() {
    let (world, spy) = spied(SignCountPolicy::Suspend);
    let mut device = Authenticator::new("d").sign_count(SignCount::Counter { start: 1, step: 1 });
    let stored = world.register(&mut device, "ada").await;
    spy.apply_with([lost(&stored.record, 7)]);
    assert_eq!(reason(world.sign_in(&mut device).await), "sign_count_regressed");
    let told = world.audit.taken();
    assert!(told.contains(&AuditKind::CloneSuspected { credential: stored.id, stored: 7, received: 2 }));
    assert!(told.contains(&AuditKind::CredentialSuspended { credential: Some(stored.id) }));
    assert!(!world.service.list(&id("ada")).await.unwrap()[0].record.status.is_active());
}

#[tokio::test]
async fn a_race_lost_too_often_is_given_up() {
    let (world, spy) = spied(SignCountPolicy::Reject);
    let mut device = Authenticator::new("d");
    let stored = world.register(&mut device, "ada").await;
    spy.apply_with((0..=MAX_REJUDGES).map(|_| lost(&stored.record, 0)));
    spy.taken();
    assert_eq!(reason(world.sign_in(&mut device).await), "too_many_rejudges");
    assert_eq!(spy.taken().iter().filter(|call| **call == "apply").count(), usize::from(MAX_REJUDGES) + 1);
}

#[tokio::test]
async fn a_record_that_went_away_meanwhile_signs_nobody_in() {
    for answer in [Applied::Inactive, Applied::Gone] {
        let (world, spy) = spied(SignCountPolicy::Reject);
        let mut device = Authenticator::new("d");
        world.register(&mut device, "ada").await;
        spy.apply_with([answer]);
        assert_eq!(code(world.sign_in(&mut device).await), "authentication_failed");
    }
}

#[tokio::test]
async fn a_handle_that_is_nobodys_writes_nothing() {
    let (world, spy) = spied(SignCountPolicy::Reject);
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    world.users.forget(&world.service.realm().tenant, &id("ada")).await.unwrap();
    spy.taken();
    assert_eq!(code(world.sign_in(&mut device).await), "authentication_failed");
    assert_eq!(spy.taken(), ["find"]);
}

#[tokio::test]
async fn a_store_that_does_not_answer_is_no_verdict_and_the_ceremony_is_used_up() {
    let (world, spy) = spied(SignCountPolicy::Reject);
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    let begun = world.begin(Subject::Anybody).await;
    let response = device.authenticate_json(&json(&begun.options), &tab()).unwrap();
    spy.fail_once();
    assert_eq!(code(world.finish(&begun.handle, &response).await), "unavailable");
    assert_eq!(code(world.finish(&begun.handle, &response).await), "ceremony_unusable");
}

#[tokio::test]
async fn a_name_costs_the_same_calls_whether_it_is_known_or_not() {
    let (world, spy) = spied(SignCountPolicy::Reject);
    world.register(&mut Authenticator::new("d"), "ada").await;
    spy.taken();
    for subject in [named("ada"), named("nobody yet"), unknown("zoe")] {
        world.begin(subject).await;
        assert_eq!(spy.taken(), ["list"]);
    }
}

#[tokio::test]
async fn a_registration_that_meets_an_erasure_leaves_nothing() {
    let (world, spy) = spied(SignCountPolicy::Reject);
    let begun = world.begin_registration("ada").await;
    let response = Authenticator::new("d").register_json(&json(&begun.options), &tab()).unwrap();
    let record = crate::world::registration(&response);
    spy.forget_at_insert(&world.users, id("ada"));
    spy.taken();
    let refused =
        world.service.finish_registration(&id("ada"), &begun.handle, crate::world::BROWSER, &record, None).await;
    assert_eq!(code(refused), "ceremony_unusable");
    assert_eq!(spy.taken(), ["insert", "erase"]);
    let mut device = Authenticator::new("d");
    assert_eq!(code(world.try_register(&mut device, "ada").await), "credential_exists", "the tombstone is there");
}

/// A refusal that comes without a search would be quicker, and tell that the id was made up.
#[tokio::test]
async fn registering_an_id_out_of_a_list_costs_one_call_whether_it_is_genuine_or_not() {
    let (world, spy) = spied(SignCountPolicy::Reject);
    world.register(&mut Authenticator::new("d"), "ada").await;
    for (subject, call) in [(named("ada"), "insert"), (unknown("zoe"), "find")] {
        let wanted = base64url::decode(&listed(&world.begin(subject).await.options)[0].0).unwrap();
        let begun = world.begin_registration("mallory").await;
        let response = register_with_id("m", &json(&begun.options), &wanted);
        spy.taken();
        let refused = world.finish_registration("mallory", &begun.handle, &response).await;
        assert_eq!(code(refused), "credential_exists");
        assert_eq!(spy.taken(), [call]);
    }
}
