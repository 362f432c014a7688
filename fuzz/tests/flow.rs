//! The flow against its model, on lists of operations that shrink.

use ceremony_fuzz::flow::{Input, OPERATION, Operation, Tally, play};
use proptest::collection::vec;
use proptest::prelude::*;
use std::fs;

fn input() -> impl Strategy<Value = Input> {
    let operation = any::<[u8; OPERATION]>().prop_map(Operation);
    (any::<[u8; 4]>(), vec(operation, 1..40)).prop_map(|(settings, operations)| Input { settings, operations })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_service_does_what_the_model_says(input in input()) {
        play(&input);
    }
}

/// What the seeds come to. A model that refuses everything, or devices that never answer, would agree with any service.
#[test]
fn the_seeds_reach_successes_refusals_and_faults() {
    let mut tally = Tally::new();
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/seeds/flow")).unwrap() {
        for (what, count) in play(&Input::read(&fs::read(entry.unwrap().path()).unwrap())) {
            *tally.entry(what).or_default() += count;
        }
    }
    for what in [
        ("at once", "authentication_failed"),
        ("at once", "ok"),
        ("begin", "limit_reached"),
        ("begin", "not_found"),
        ("begin", "put"),
        ("clean up", "ok"),
        ("complete", "ceremony_unusable"),
        ("complete", "ok"),
        ("erase", "forget"),
        ("erase", "ok"),
        ("finish authentication", "authentication_failed"),
        ("finish authentication", "ceremony_unusable"),
        ("finish authentication", "ok"),
        ("finish authentication", "unknown_credential"),
        ("finish registration", "ceremony_unusable"),
        ("finish registration", "credential_exists"),
        ("finish registration", "ok"),
        ("finish registration", "registration_failed"),
        ("finish sign-up", "insert"),
        ("finish sign-up", "ok"),
        ("reactivate", "ok"),
        ("revoke", "ok"),
        ("suspend", "ok"),
    ] {
        assert!(tally.contains_key(&what), "no seed has {what:?}: {tally:?}");
    }
}
