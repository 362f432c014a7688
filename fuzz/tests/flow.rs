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

/// What the seeds reach, so that a model that refuses everything is found out.
#[test]
fn the_seeds_reach_successes_refusals_and_faults() {
    let mut tally = Tally::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds/flow");
    let folder = std::env::var("FLOW_SEEDS").unwrap_or_else(|_| folder.to_owned());
    for entry in fs::read_dir(folder).unwrap() {
        for (what, count) in play(&Input::read(&fs::read(entry.unwrap().path()).unwrap())) {
            *tally.entry(what).or_default() += count;
        }
    }
    println!("{tally:#?}");
}
