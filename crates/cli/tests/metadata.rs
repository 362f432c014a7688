//! `ceremony metadata`, on a BLOB of a service that does not exist: `blob.jwt` is by the leaf of a chain to `root.pem`, valid
//! until 2040.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use serde_json::Value;
use std::process::{Command, Output};

const AAGUID: &str = "01020304-0506-0708-090a-0b0c0d0e0f10";

fn metadata(action: &str, arguments: &[&str]) -> Output {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/metadata");
    Command::new(env!("CARGO_BIN_EXE_ceremony"))
        .args(["metadata", action, "--time", "2026-11-21T12:00:00Z"])
        .args(arguments)
        .arg("blob.jwt")
        .current_dir(folder)
        .output()
        .unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_genuine_blob_is_summed_up() {
    let output = metadata("verify", &["--anchors", "root.pem"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let [summary] = &lines(&output)[..] else { panic!("one line") };
    assert_eq!((&summary["no"], &summary["entries"], &summary["stale"]), (&7.into(), &1.into(), &false.into()));
    assert_eq!(summary["problems"].as_array().unwrap().len(), 1);
}

#[test]
fn its_entries_are_shown() {
    let output = metadata("show", &["--anchors", "root.pem", "--aaguid", AAGUID]);
    let [entry] = &lines(&output)[..] else { panic!("one line") };
    assert_eq!((&entry["aaguid"], &entry["status"]), (&AAGUID.into(), &"FIDO_CERTIFIED_L1".into()));
    assert_eq!(lines(&metadata("show", &["--anchors", "root.pem"])), std::slice::from_ref(entry));
    let nobody = metadata("show", &["--anchors", "root.pem", "--aaguid", "ffffffff-0506-0708-090a-0b0c0d0e0f10"]);
    assert_eq!((nobody.status.code(), nobody.stdout.len()), (Some(1), 0));
}

#[test]
fn what_is_not_genuine_is_not_shown() {
    let refused = |arguments: &[&str], why: &str| {
        for action in ["verify", "show"] {
            let output = metadata(action, arguments);
            let message = String::from_utf8_lossy(&output.stderr);
            assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{message}");
            assert!(message.contains(why), "{message}");
        }
    };
    refused(&[], "do not lead to a trust anchor");
    refused(&["--anchors", "root.pem", "--host", "evil.example"], "not one of the metadata service's host");
    refused(&["--anchors", "root.pem", "--after", "7"], "not above 7");
}

#[test]
fn any_host_needs_anchors_of_its_own() {
    assert_eq!(metadata("verify", &["--any-host"]).status.code(), Some(2));
    assert_eq!(metadata("verify", &["--any-host", "--anchors", "root.pem"]).status.code(), Some(0));
}
