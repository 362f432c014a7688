//! What is judged again after a store lost the race for the update (WebAuthn §7.2 step 24).

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[allow(unreachable_pub, dead_code, reason = "shared by several test programs")]
#[path = "support/fixture.rs"]
mod fixture;

use ceremony::error::RejectionReason as Reason;
use ceremony::{AuthenticationRequest, BackupEligibilityPolicy};
use fixture::{Fixture, How, refused};

#[test]
fn a24_backup_flags_are_judged_again_with_the_record_as_it_is() {
    let mut fixture = Fixture::with(|builder| builder.backup_eligibility(BackupEligibilityPolicy::Enforce));
    let record = fixture.record();
    let done = fixture.authenticate(AuthenticationRequest::discoverable(), Some(&record), How::Honest).unwrap();
    let mut current = record.clone();
    current.backup_eligible = record.backup_eligible.map(|eligible| !eligible);
    let step = if current.backup_eligible == Some(true) { "A19.1" } else { "A19.2" };
    refused(done.clone().rejudge(&current), step, Reason::BackupEligibilityChanged);
    assert!(done.rejudge(&record).is_ok());
}

#[test]
fn a24_a_lost_race_keeps_a_confirmed_factor_and_invents_none() {
    let mut fixture = Fixture::new();
    let mut record = fixture.record();
    record.uv_initialized = false;
    let done = fixture.authenticate(AuthenticationRequest::discoverable(), Some(&record), How::Honest).unwrap();
    assert!(!done.clone().rejudge(&record).unwrap().update().uv_initialized, "no factor was confirmed");
    let confirmed = done.with_equivalent_factor();
    assert!(confirmed.rejudge(&record).unwrap().update().uv_initialized, "the factor was confirmed before the race");

    // What the record said is no factor: somebody who takes it back meanwhile is obeyed.
    record.uv_initialized = true;
    let trusted = fixture.authenticate(AuthenticationRequest::discoverable(), Some(&record), How::Honest).unwrap();
    record.uv_initialized = false;
    assert!(!trusted.rejudge(&record).unwrap().update().uv_initialized);
}
