//! The verdicts are Wycheproof's, and those of the verifier on the RustCrypto crates.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[allow(unreachable_pub, dead_code, missing_debug_implementations, reason = "shared with other test programs")]
#[path = "../../core/tests/support/differential.rs"]
mod differential;
#[allow(unreachable_pub, dead_code, reason = "shared with other test programs")]
#[path = "../../core/tests/support/wycheproof.rs"]
mod runner;

use ceremony_graviola::Graviola;
use proptest::prelude::*;
use runner::Report;

fn verifier() -> Graviola {
    // A processor without the instructions can't say anything about graviola: the tests need one that has them.
    Graviola::new().unwrap()
}

#[track_caller]
fn right(report: &Report, cases: usize) {
    report.assert_right();
    assert_eq!(report.cases(), cases);
}

#[test]
fn ecdsa() {
    right(&runner::run_ecdsa(&verifier()), 4583);
}

#[test]
fn eddsa() {
    right(&runner::run_eddsa(&verifier()), 151 + 87);
}

#[test]
fn rsa_pkcs1() {
    right(&runner::run_rsa_pkcs1(&verifier()), 3106);
}

#[test]
fn rsa_pss() {
    right(&runner::run_rsa_pss(&verifier()), 2442);
}

#[test]
fn ml_dsa() {
    right(&runner::run_ml_dsa(&verifier()), 180 + 210 + 241);
}

#[test]
fn questions_beyond_wycheproof() {
    let more = differential::more();
    assert!(more.len() > 900, "{}", more.len());
    more.iter().for_each(|question| question.ask(&verifier()));
    let derived = differential::derived();
    assert!(derived.len() > 70, "{}", derived.len());
    derived.iter().for_each(|question| question.ask(&verifier()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_backends_agree(question in differential::questions()) {
        question.ask(&verifier());
    }
}

#[test]
fn a_server_gets_graviola_where_the_processor_has_what_it_needs() {
    let expected = if Graviola::available() { "Graviola(())" } else { "RustCrypto" };
    assert_eq!(format!("{:?}", ceremony_graviola::verifier()), expected);
}
