//! Project Wycheproof's vectors against the verifier on the RustCrypto crates.

#![cfg(feature = "rustcrypto")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[allow(unreachable_pub, dead_code, reason = "shared with the test programs of other backends")]
#[path = "support/wycheproof.rs"]
mod runner;

use ceremony::error::KeyFault;
use ceremony::{KeyMaterial, RustCrypto, SignatureInvalid, SignatureScheme, SignatureVerifier};
use runner::{Difference, Report};

#[track_caller]
fn sets(report: &Report, names: &[&str]) {
    report.assert_right();
    assert_eq!(report.sets.keys().map(String::as_str).collect::<Vec<_>>(), names);
}

#[test]
fn ecdsa() {
    let report = runner::run_ecdsa(&RustCrypto);
    let names = [
        "EcdsaSecp256k1Sha256",
        "EcdsaSecp256k1Sha256Bitcoin",
        "EcdsaSecp256k1Sha512",
        "EcdsaSecp256r1Sha256",
        "EcdsaSecp256r1Sha512",
        "EcdsaSecp384r1Sha256",
        "EcdsaSecp384r1Sha384",
        "EcdsaSecp384r1Sha512",
        "EcdsaSecp521r1Sha512",
    ];
    sets(&report, &names);
    assert_eq!(report.cases(), 4583);
    assert_eq!(report.differences(Difference::BitcoinLowS), 2);
    assert_eq!(report.skipped.len(), 64);
}

#[test]
fn eddsa() {
    let report = runner::run_eddsa(&RustCrypto);
    sets(&report, &["Ed25519", "Ed448"]);
    assert_eq!(report.cases(), 151 + 87);
    assert_eq!(report.differences(Difference::Unsupported), if cfg!(feature = "ed448") { 0 } else { 17 });
}

#[test]
fn rsa_pkcs1() {
    let report = runner::run_rsa_pkcs1(&RustCrypto);
    let names = [
        "Rsa2048Sha256",
        "Rsa2048Sha384",
        "Rsa2048Sha512",
        "Rsa3072Sha256",
        "Rsa3072Sha384",
        "Rsa3072Sha512",
        "Rsa4096Sha256",
        "Rsa4096Sha384",
        "Rsa4096Sha512",
        "Rsa8192Sha256",
        "Rsa8192Sha384",
        "Rsa8192Sha512",
    ];
    sets(&report, &names);
    assert_eq!(report.cases(), 3106);
    assert_eq!(report.differences(Difference::MissingNull), names.len());
    assert_eq!(report.skipped.len(), 12);
}

#[test]
fn rsa_pss() {
    let report = runner::run_rsa_pss(&RustCrypto);
    report.assert_right();
    assert_eq!((report.sets.len(), report.skipped.len()), (19, 9));
    assert_eq!(report.cases(), 2442);
    assert_eq!(report.differences(Difference::PssParameters), 755);
    assert_eq!(report.differences(Difference::PssSaltOfHash), 2);
    // SHA-1.
    assert_eq!(report.differences(Difference::Unsupported), 144);
}

#[test]
fn ml_dsa() {
    let report = runner::run_ml_dsa(&RustCrypto);
    sets(&report, &["MlDsa44Verify", "MlDsa65Verify", "MlDsa87Verify"]);
    assert_eq!(report.cases(), 180 + 210 + 241);
    let valid = 77 + 79 + 71;
    let (contexts, unsupported) = if cfg!(feature = "ml-dsa") { (6, 0) } else { (0, valid) };
    assert_eq!(report.differences(Difference::Context), contexts);
    assert_eq!(report.differences(Difference::Unsupported), unsupported);
}

#[test]
fn the_runner_sees_wrong_verdicts() {
    let wrong = |verifier: &dyn SignatureVerifier| {
        let report = runner::run_eddsa(verifier);
        assert!(std::panic::catch_unwind(|| report.assert_right()).is_err());
        report.wrong.len()
    };
    let valid = 88 + if cfg!(feature = "ed448") { 17 } else { 0 };
    assert_eq!(wrong(&Always(true)), 63 + 70 + 17 + 88 - valid);
    assert_eq!(wrong(&Always(false)), valid);
}

/// Gives every signature the same verdict.
#[derive(Debug)]
struct Always(bool);

impl SignatureVerifier for Always {
    fn supports(&self, scheme: SignatureScheme) -> bool {
        RustCrypto.supports(scheme)
    }
    fn check_key(&self, _: SignatureScheme, _: KeyMaterial<'_>) -> Result<(), KeyFault> {
        Ok(())
    }
    fn verify(&self, _: SignatureScheme, _: KeyMaterial<'_>, _: &[&[u8]], _: &[u8]) -> Result<(), SignatureInvalid> {
        if self.0 { Ok(()) } else { Err(SignatureInvalid) }
    }
}
