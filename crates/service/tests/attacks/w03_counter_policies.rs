//! W3: a regression flag that is never true, and a policy that destroys the evidence.

use crate::world::{World, code, id};
use ceremony::{SignCountPolicy, Status};
use ceremony_service::AuditKind;
use ceremony_testkit::{Authenticator, SignCount};

async fn cloned(policy: SignCountPolicy) -> (World, Authenticator, Authenticator) {
    let world = World::with(|rp| rp.sign_count(policy), |s| s);
    let mut device = Authenticator::new("d").sign_count(SignCount::Counter { start: 1, step: 1 });
    world.register(&mut device, "ada").await;
    let copy = device.clone();
    for _ in 0..3 {
        let _ = world.sign_in(&mut device).await.unwrap();
    }
    world.audit.taken();
    (world, device, copy)
}

#[tokio::test]
async fn report_lets_in_says_so_and_keeps_the_higher_value() {
    let (world, _, mut copy) = cloned(SignCountPolicy::Report).await;
    let done = world.sign_in(&mut copy).await.unwrap();
    assert!(done.authentication.sign_count_regressed());
    assert_eq!(done.credential.record.sign_count, 4);
    let credential = done.credential.id;
    assert!(world.audit.taken().contains(&AuditKind::CloneSuspected { credential, stored: 4, received: 2 }));
}

#[tokio::test]
async fn suspend_keeps_the_record_and_shuts_both_out() {
    let (world, mut device, mut copy) = cloned(SignCountPolicy::Suspend).await;
    assert_eq!(code(world.sign_in(&mut copy).await), "authentication_failed");
    let stored = world.service.list(&id("ada")).await.unwrap().remove(0);
    assert!(matches!(stored.record.status, Status::Suspended { ref reason, .. } if reason == "sign_count_regressed"));
    assert_eq!(stored.record.sign_count, 4, "the evidence stays");
    assert!(world.audit.taken().contains(&AuditKind::CredentialSuspended { credential: Some(stored.id) }));
    assert_eq!(code(world.sign_in(&mut device).await), "authentication_failed");
}

#[tokio::test]
async fn only_a_valid_signature_can_suspend() {
    let (world, _, mut copy) = cloned(SignCountPolicy::Suspend).await;
    let begun = world.begin(ceremony_service::Subject::Anybody).await;
    let options = crate::world::json(&begun.options);
    let forged =
        copy.authenticate_with(&options, &crate::world::tab(), ceremony_testkit::Fault::SignatureBitFlipped).unwrap();
    assert_eq!(code(world.finish(&begun.handle, &forged).await), "authentication_failed");
    assert!(world.service.list(&id("ada")).await.unwrap()[0].record.status.is_active());
}
