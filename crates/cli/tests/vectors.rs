//! The committed vectors come out as they say, with the refusal that each names.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use serde_json::Value;
use std::path::Path;
use std::process::Command;

fn lines(text: &str) -> Vec<Case> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
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
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testvectors");
    let (mut cases, mut refused) = (0, 0);
    for (name, at_least) in [("w3c.jsonl", 30), ("extended.jsonl", 40), ("negative.jsonl", 450)] {
        let path = folder.join(name);
        let output = Command::new(env!("CARGO_BIN_EXE_ceremony")).arg("verify").arg(&path).output().unwrap();
        assert!(output.status.success(), "{name}");
        let expected = lines(&std::fs::read_to_string(&path).unwrap());
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
