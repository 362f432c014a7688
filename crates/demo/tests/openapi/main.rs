//! Requests made out of the OpenAPI document, thousands of them over time, against the demo: whatever is sent, no answer
//! is a server's fault, and each is one that the document describes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    missing_docs,
    unreachable_pub
)]

#[path = "../http/client.rs"]
#[allow(dead_code, reason = "each test program uses a part of it")]
mod client;
#[path = "../demo/process.rs"]
#[allow(dead_code, reason = "each test program uses a part of it")]
mod process;

use ceremony_testbed::{SCHEMATHESIS, pass_over};
use ceremony_testkit::Authenticator;
use client::Browser;
use process::Demo;
use std::fmt::Write;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// Everything that needs no luck: what a valid request leads to depends on a begun ceremony and on a passkey.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
    response_schema_conformance,negative_data_rejection,unsupported_method,allow_header_conformance";

/// The same requests each time; which ones, does not matter.
const SEED: &str = "1789";
const EXAMPLES: &str = "8";

/// It takes about 20 seconds.
const PATIENCE: Duration = Duration::from_secs(300);

/// More passkeys than the examples remove, and fewer than an account may have.
const PASSKEYS: usize = 15;

/// Has the demo tested with these headers in every request; `ids` are passkeys that there are.
async fn test(demo: &Demo, headers: &[(String, String)], ids: &[String]) {
    let folder = tempfile::tempdir().unwrap();
    // A configuration of its own, so that none of the machine's is looked for.
    let mut configuration = "[cache]\nenabled = false\n".to_owned();
    if !ids.is_empty() {
        let _ = writeln!(configuration, "[dictionaries.passkeys]\nvalues = {ids:?}");
        configuration.push_str("[parameters]\n\"path.id\" = { dictionary = \"passkeys\", probability = 0.7 }\n");
    }
    let file = folder.path().join("schemathesis.toml");
    std::fs::write(&file, configuration).unwrap();

    let mut command = Command::new(SCHEMATHESIS.path().unwrap());
    command.arg("--config-file").arg(&file).args(["--no-color", "run"]);
    command.arg(format!("{}/auth/passkeys/openapi.json", demo.origin()));
    command.args(["--seed", SEED, "--max-examples", EXAMPLES, "--checks", CHECKS]);
    command.args(["--phases", "coverage,fuzzing", "--generation-database", "none"]);
    command.args(["--generation-with-security-parameters", "false", "--warnings", "off", "--continue-on-failure"]);
    for (name, value) in headers {
        command.arg("--header").arg(format!("{name}: {value}"));
    }
    command.current_dir(folder.path()).stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output()).await.expect("it does not end").unwrap();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    let log = demo.log();
    let log: Vec<&str> = log.lines().filter(|line| line.contains("ERROR") || line.contains("panicked")).collect();
    assert!(output.status.success() && log.is_empty(), "{}\n{text}\n{log:#?}", output.status);
    // And it has tested something: every operation but the document's own.
    assert!(text.contains("Operations:       10 selected / 10 total"), "{text}");
    let cases = text.split_once("Test cases:").and_then(|(_, rest)| rest.split_whitespace().next());
    let cases: u32 = cases.unwrap().parse().unwrap();
    assert!(cases > 200, "{text}");
    println!("{cases} requests");
}

#[tokio::test]
async fn strangers_are_answered_as_the_document_says() {
    if pass_over(&SCHEMATHESIS) {
        return;
    }
    // As a native app: neither origin nor cookie.
    test(&Demo::start().await, &[], &[]).await;
}

#[tokio::test]
async fn who_is_signed_in_is_answered_as_the_document_says() {
    if pass_over(&SCHEMATHESIS) {
        return;
    }
    let demo = Demo::start().await;
    let mut browser = Browser::with_account(&demo, "ada@example.com").await;
    let mut ids = Vec::new();
    for number in 0..PASSKEYS {
        let passkey = browser.add_passkey(&mut Authenticator::new(format!("{number}")), "Laptop").await;
        ids.push(passkey["id"].as_str().unwrap().to_owned());
    }
    test(&demo, &browser.headers(), &ids).await;
    // Requests have come through to what they are about.
    for event in ["registration_began", "authentication_began", "credential_renamed", "credential_revoked"] {
        assert!(demo.log().contains(&format!("event=\"{event}\"")), "{event}\n{}", demo.log());
    }
}
