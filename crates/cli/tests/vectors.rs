//! The committed vectors come out as they say, with the refusal that each names, and on every verifier alike.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The files, and how many cases each has at least.
const FILES: [(&str, usize); 3] = [("w3c.jsonl", 30), ("extended.jsonl", 40), ("negative.jsonl", 450)];

fn lines(text: &str) -> Vec<Case> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testvectors").join(name)
}

fn verify(name: &str, options: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ceremony")).arg("verify").args(options).arg(path(name)).output().unwrap()
}

/// What is compared; responses stay unread, however deep they nest.
#[derive(serde::Deserialize)]
struct Case {
    id: String,
    expect: Option<String>,
    reason: Option<String>,
    spec: Option<String>,
    verdict: Option<String>,
    code: Option<String>,
    step: Option<String>,
    mismatch: Option<Vec<Value>>,
}

#[test]
fn every_vector_comes_out_as_it_says() {
    let (mut cases, mut refused) = (0, 0);
    for (name, at_least) in FILES {
        let output = verify(name, &[]);
        assert!(output.status.success(), "{name}");
        let expected = lines(&std::fs::read_to_string(path(name)).unwrap());
        let verdicts = lines(std::str::from_utf8(&output.stdout).unwrap());
        assert_eq!(expected.len(), verdicts.len(), "{name}");
        assert!(expected.len() >= at_least, "{name}: {}", expected.len());
        for (case, verdict) in expected.iter().zip(&verdicts) {
            assert_eq!(case.id, verdict.id);
            assert_eq!(case.expect, verdict.verdict, "{}", case.id);
            assert!(verdict.mismatch.as_ref().is_none_or(Vec::is_empty), "{}", case.id);
            if case.expect.as_deref() == Some("reject") {
                assert!(case.reason.is_some() && case.spec.is_some(), "{}", case.id);
                assert_eq!((&case.reason, &case.spec), (&verdict.code, &verdict.step), "{}", case.id);
                refused += 1;
            }
            cases += 1;
        }
    }
    assert!(refused > 450 && cases > refused, "{refused} of {cases}");
}

#[test]
fn rustcrypto_is_the_verifier_where_none_is_named() {
    for (name, _) in FILES {
        assert_eq!(verify(name, &[]).stdout, verify(name, &["--verifier", "rustcrypto"]).stdout, "{name}");
    }
}

#[test]
fn graviola_says_the_same() {
    says_the_same("graviola", cfg!(feature = "graviola"));
}

#[test]
fn aws_lc_says_the_same() {
    says_the_same("aws-lc", cfg!(feature = "aws-lc"));
}

/// Verdict lines are compared as text: no member may differ, nor the words of a message.
///
/// In a build without the verifier, there is not one verdict, and the feature is named.
#[track_caller]
fn says_the_same(verifier: &str, is_built: bool) {
    for (name, at_least) in FILES {
        let output = verify(name, &["--verifier", verifier]);
        let told = String::from_utf8(output.stderr).unwrap();
        if !is_built {
            assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), &b""[..]), "{name}");
            assert!(told.contains(&format!("--features {verifier}")), "{told}");
            continue;
        }
        // No case came out other than it says.
        assert_eq!((output.status.code(), told.as_str()), (Some(0), ""), "{name}");
        let reference = String::from_utf8(verify(name, &["--verifier", "rustcrypto"]).stdout).unwrap();
        let verdicts = String::from_utf8(output.stdout).unwrap();
        let differing: Vec<_> = verdicts.lines().zip(reference.lines()).filter(|(here, there)| here != there).collect();
        assert!(differing.is_empty(), "{name}: {differing:#?}");
        assert_eq!(verdicts.lines().count(), reference.lines().count(), "{name}");
        assert!(verdicts.lines().count() >= at_least, "{name}");
    }
}
