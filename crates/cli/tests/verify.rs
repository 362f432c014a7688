//! `ceremony verify`: the test authenticator's ceremonies as cases.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[path = "verify/cases.rs"]
mod cases;
#[path = "verify/faults.rs"]
mod faults;
#[path = "verify/judgement.rs"]
mod judgement;
#[path = "support/program.rs"]
mod program;

use cases::{accepted, authentication, registered, registration, registration_of, verdicts, verify, with};
use ceremony_testkit::{Algorithm, Attestation, Client, base64url};
use program::{ORIGIN, ceremony, device};
use serde_json::{Value, json};
use std::io::Read;
use std::process::{Command, Stdio};

#[test]
fn an_accepted_registration_says_what_it_is() {
    let aaguid: [u8; 16] = std::array::from_fn(|at| u8::try_from(at).unwrap());
    let device = device(Algorithm::EdDsa, Attestation::PackedSelf).aaguid(aaguid);
    let key = registered(device.clone()).credentials()[0].public_key();
    let mut case = registration_of(device, &Client::new(ORIGIN));
    case["expected"] = json!({
        "fmt": "packed", "aaguid": "00010203-0405-0607-0809-0A0B0C0D0E0F", "sign_count": 5, "alg": -8,
        "public_key": base64url::encode(&key), "attestation_type": "self",
        "flags": { "up": true, "uv": true, "be": true, "bs": true, "at": true, "ed": false },
    });
    let (verdict, code) = verify(&case);
    let expected = json!({
        "id": "r", "verdict": "accept", "fmt": "packed", "attestation_type": "self", "trusted": false,
        "aaguid": "00010203-0405-0607-0809-0a0b0c0d0e0f", "sign_count": 5, "alg": -8,
        "public_key": base64url::encode(&key), "observations": [],
        "flags": { "up": true, "uv": true, "be": true, "bs": true, "at": true, "ed": false },
    });
    assert_eq!((verdict, code), (expected, 0));
}

#[test]
fn an_accepted_authentication_says_what_it_is() {
    let case = authentication();
    let verdict = accepted(&case);
    let expected = json!({
        "id": "a", "verdict": "accept", "sign_count": 6, "alg": -7, "public_key": case["stored"]["public_key"],
        "flags": { "up": true, "uv": true, "be": true, "bs": true, "at": false, "ed": false },
        "sign_count_regressed": false, "observations": [],
    });
    assert_eq!(verdict, expected);
}

#[test]
fn each_expected_member_is_compared() {
    for (member, wrong) in [
        ("fmt", json!("none")),
        ("aaguid", json!("00000000-0000-0000-0000-000000000001")),
        ("sign_count", json!(6)),
        ("alg", json!(-8)),
        ("public_key", json!("AA")),
        ("attestation_type", json!("none")),
        ("sign_count_regressed", json!(false)),
        ("flags", json!({ "up": true, "ed": true })),
    ] {
        let mut case = registration();
        case["expected"] = json!({ member: wrong });
        let (verdict, code) = verify(&case);
        assert_eq!((&verdict["verdict"], &verdict["mismatch"], code), (&json!("accept"), &json!([member]), 1));
        assert!(verdict["message"].as_str().unwrap().contains(member), "{verdict}");
    }
}

#[test]
fn the_exit_code_tells_whether_all_came_out_as_named() {
    for (expect, code, mismatch) in [("accept", 0, Value::Null), ("reject", 1, json!(["expect"]))] {
        let mut case = registration();
        case["expect"] = json!(expect);
        let (verdict, exit) = verify(&case);
        assert_eq!((exit, &verdict["mismatch"]), (code, &mismatch));
    }
    // A case that can't be judged was not rejected, whatever its author hoped for.
    let mut misspelt = with(&registration(), "policy", json!({ "cbro": "strict" }));
    assert_eq!(verify(&misspelt).1, 0);
    misspelt["expect"] = json!("reject");
    assert_eq!(verify(&misspelt).1, 1);
    misspelt["reason"] = json!(["for readers"]);
    assert_eq!(verify(&misspelt).1, 1);
    misspelt["reason"] = json!("bad_case");
    assert_eq!(verify(&misspelt).1, 0);
    assert_eq!(ceremony(&["verify", "/no/such/file"], b"").status.code(), Some(2));
    assert_eq!(ceremony(&["verify", "--no-such-option"], b"").status.code(), Some(2));
    assert_eq!(ceremony(&["verify"], b"").status.code(), Some(0));
}

#[test]
fn no_line_stops_the_run() {
    let mut input = b"\xef\xbb\xbf\n \t \r\nnot json\n{}\n[1]\n\"\xff\xfe\"\nnull\n".to_vec();
    input.extend(vec![b'['; 100_000]);
    input.extend(
        b"\n{\"id\":{}}\n{\"id\":\"known\",\"ceremony\":\"\xff\"}\n{\"id\":\"known\",\"ceremony\":\"baptism\"}\n",
    );
    // One byte more than a line may have, then far more than is kept.
    input.extend(vec![b' '; 1024 * 1024 + 1]);
    input.push(b'\n');
    input.extend(vec![b'x'; 5 * 1024 * 1024]);
    input.extend(format!("\r\n{}\r\n", registration()).into_bytes());
    let output = ceremony(&["verify"], &input);
    let verdicts = verdicts(&output);
    let (last, others) = verdicts.split_last().unwrap();
    assert_eq!((&last["id"], &last["verdict"]), (&json!("r"), &json!("accept")));
    assert_eq!(others.len(), 11);
    for verdict in others {
        assert_eq!((&verdict["verdict"], &verdict["code"]), (&json!("reject"), &json!("bad_case")), "{verdict}");
    }
    let ids: Vec<&Value> = others.iter().map(|verdict| &verdict["id"]).filter(|id| !id.is_null()).collect();
    assert_eq!(ids, [&json!("known"), &json!("known")]);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_line_may_be_a_mebibyte_long() {
    let mut case = registration().to_string().into_bytes();
    case.resize(1024 * 1024, b' ');
    case.push(b'\n');
    assert_eq!(verdicts(&ceremony(&["verify"], &case))[0]["verdict"], "accept");
}

#[test]
fn several_files_are_read_in_order() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (first, second) = (folder.join("first.jsonl"), folder.join("second.jsonl"));
    std::fs::write(&first, registration().to_string()).unwrap();
    std::fs::write(&second, format!("{}\n", authentication())).unwrap();
    let output = ceremony(&["verify", second.to_str().unwrap(), "-", first.to_str().unwrap()], b"{\"id\":7}");
    let ids: Vec<Value> = verdicts(&output).iter().map(|verdict| verdict["id"].clone()).collect();
    assert_eq!(ids, [json!("a"), json!(7), json!("r")]);
}

#[test]
fn a_closed_pipe_ends_the_run_quietly() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ceremony"))
        .arg("verify")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    // Another thread's child may hold the other end for a moment: more lines than a pipe has room for outlast it. The
    // program ends before it has read them all.
    drop(std::io::Write::write_all(&mut stdin, "{}\n".repeat(100_000).as_bytes()));
    drop(stdin);
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert_eq!((told.as_str(), child.wait().unwrap().code()), ("", Some(2)));
}

#[test]
fn untrusted_text_comes_out_in_ascii() {
    let mut case = registration_of(device(Algorithm::Es256, Attestation::None), &Client::new(ORIGIN));
    case["id"] = json!("\u{1b}[2J\u{202e}\u{9b}");
    let output = ceremony(&["verify"], case.to_string().as_bytes());
    assert!(output.stdout.iter().all(|byte| *byte == b'\n' || (b' '..=b'~').contains(byte)), "{output:?}");
    assert_eq!(verdicts(&output)[0]["id"], case["id"]);
}
