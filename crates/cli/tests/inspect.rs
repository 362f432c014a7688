//! `ceremony inspect`: the test authenticator's data, whole, in parts, and broken.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[path = "support/program.rs"]
mod program;

use ceremony_testkit::{Algorithm, Attestation, Authenticator, Cbor, Client, Fault, base64url};
use program::{ORIGIN, ceremony, creation_options, device, request_options};
use serde_json::{Value, json};

fn extended(algorithm: Algorithm) -> Authenticator {
    device(algorithm, Attestation::PackedSelf).aaguid([0xab; 16]).extension("credProtect", Cbor::from(2))
}

fn registration(algorithm: Algorithm) -> Value {
    extended(algorithm).register(&creation_options(), &Client::new(ORIGIN)).unwrap()
}

#[track_caller]
fn shown(arguments: &[&str], input: &[u8]) -> String {
    let output = ceremony(&[&["inspect"], arguments].concat(), input);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty());
    String::from_utf8(output.stdout).unwrap()
}

/// What is printed on both streams of an input that can't be read.
#[track_caller]
fn refused(arguments: &[&str], input: &[u8]) -> (String, String) {
    let output = ceremony(&[&["inspect"], arguments].concat(), input);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.starts_with("ceremony: ") && !told.contains("panicked"), "{told}");
    (String::from_utf8(output.stdout).unwrap(), told)
}

fn hex(text: &str) -> String {
    base64url::decode(text).unwrap().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_registration_shows_all_that_it_holds() {
    let body = registration(Algorithm::Es256);
    let text = shown(&[], body.to_string().as_bytes());
    for line in [
        "input: registration response, ",
        "type: \"webauthn.create\"\n",
        "origin: \"https://example.org\"\n",
        "fmt: \"packed\"\n",
        "alg: -7 (ES256)\n",
        "rpId: \"example.org\"\n",
        "up: yes (user present)\n",
        "at: yes (attested credential data)\n",
        "ed: yes (extension data)\n",
        "signCount: 5\n",
        "aaguid: abababab-abab-abab-abab-abababababab\n",
        "kty: 2 (EC2)\n",
        "crv: 1 (P-256)\n",
        "credProtect: 2\n",
        "publicKeyAlgorithm: -7 (ES256)\n",
        "wellFormed: true\n",
    ] {
        assert!(text.contains(line), "{line:?} is missing in\n{text}");
    }
    let id = body["rawId"].as_str().unwrap();
    assert!(text.contains(&format!("credentialId: {id} (32 bytes)")), "{text}");
}

#[test]
fn other_keys_show_their_own_parameters() {
    let text = shown(&[], registration(Algorithm::EdDsa).to_string().as_bytes());
    assert!(text.contains("kty: 1 (OKP)") && text.contains("alg: -8 (EdDSA)") && text.contains("crv: 6 (Ed25519)"));
    let text = shown(&[], registration(Algorithm::Rs256).to_string().as_bytes());
    assert!(text.contains("kty: 3 (RSA)") && text.contains(" n: ") && text.contains(" e: AQAB (3 bytes)"), "{text}");
}

#[test]
fn an_authentication_shows_client_data_and_authenticator_data() {
    let mut device = extended(Algorithm::Es256);
    device.register(&creation_options(), &Client::new(ORIGIN)).unwrap();
    let body = device.authenticate(&request_options(), &Client::new(ORIGIN)).unwrap();
    let tree: Value = serde_json::from_str(&shown(&["--json"], body.to_string().as_bytes())).unwrap();
    assert_eq!(tree["clientDataJSON"]["type"], "webauthn.get");
    assert_eq!(tree["clientDataJSON"]["crossOrigin"], false);
    assert_eq!(tree["authenticatorData"]["signCount"], 6);
    assert_eq!(tree["authenticatorData"]["rpId"], "example.org");
    let flags = json!({ "up": true, "uv": true, "be": true, "bs": true, "at": false, "ed": true });
    assert_eq!(tree["authenticatorData"]["flags"], flags);
    assert_eq!(tree["signature"], body["response"]["signature"]);
    assert_eq!(tree["wellFormed"], true);

    // The same from within a case or a request, and from the inner object alone.
    let case = json!({ "id": 1, "credential": body });
    let wrapped: Value = serde_json::from_str(&shown(&["--json"], case.to_string().as_bytes())).unwrap();
    assert_eq!(wrapped["authenticatorData"], tree["authenticatorData"]);
    let inner: Value = serde_json::from_str(&shown(&["--json"], body["response"].to_string().as_bytes())).unwrap();
    assert_eq!(inner["authenticatorData"], tree["authenticatorData"]);
}

#[test]
fn each_part_is_recognised_in_each_encoding() {
    let body = registration(Algorithm::Es256);
    for (member, kind) in [
        ("clientDataJSON", "client-data"),
        ("attestationObject", "attestation-object"),
        ("authenticatorData", "authenticator-data"),
    ] {
        let text = body["response"][member].as_str().unwrap();
        let part = shown(&[], text.as_bytes());
        assert!(part.contains(&format!("\n{member}:\n")), "{part}");
        let bytes = base64url::decode(text).unwrap();
        let standard = text.replace('-', "+").replace('_', "/");
        let padded = format!("{standard}{}", "=".repeat(standard.len().next_multiple_of(4) - standard.len()));
        for input in [
            hex(text),
            format!("0x{}", hex(text).to_uppercase()),
            format!("\"{text}\"\n"),
            padded,
            json!(bytes).to_string(),
        ] {
            assert_eq!(shown(&[], input.as_bytes()), part, "{input}");
            assert_eq!(shown(&["--kind", kind], input.as_bytes()), part);
        }
        assert_eq!(shown(&["--kind", kind], &bytes), part);
        let whole: Value = serde_json::from_str(&shown(&["--json"], body.to_string().as_bytes())).unwrap();
        let alone: Value = serde_json::from_str(&shown(&["--json"], text.as_bytes())).unwrap();
        if member == "clientDataJSON" {
            assert_eq!(alone[member], whole[member]);
        }
    }
    let mut device = extended(Algorithm::Es256);
    device.register(&creation_options(), &Client::new(ORIGIN)).unwrap();
    let key = base64url::encode(&device.credentials()[0].public_key());
    let text = shown(&[], key.as_bytes());
    assert!(text.starts_with("input: COSE key, 77 bytes\ncredentialPublicKey:\n  kty: 2 (EC2)\n"), "{text}");
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("key.txt");
    std::fs::write(&file, &key).unwrap();
    assert_eq!(shown(&[file.to_str().unwrap(), "--kind", "cose-key"], b""), text);
}

#[test]
fn faults_are_told_at_their_place() {
    let page = Client::new(ORIGIN);
    for (fault, told) in [
        (Fault::ObjectTruncated, "ends too early"),
        (Fault::ObjectTrailingByte, "1 bytes follow"),
        (Fault::FormatMissing, "`fmt` is missing"),
        (Fault::AttestedDataTruncated, "authenticator data: "),
        (Fault::ClientDataBadBase64, "not base64url without padding"),
        (Fault::ClientDataArray, "client data is a JSON object"),
        (Fault::OriginMissing, "`origin` is missing"),
        (Fault::ClientDataMissing, "`clientDataJSON` is missing"),
        (Fault::RawIdDiffers, "differs from its other copy"),
    ] {
        let body = extended(Algorithm::Es256).register_with(&creation_options(), &page, fault).unwrap();
        let (tree, error) = refused(&[], &body);
        assert!(error.contains(told) && tree.contains(told), "{fault:?}: {error}{tree}");
    }
}

#[test]
fn nothing_known_is_said_to_be_nothing_known() {
    for hostile in [
        &b""[..],
        b" \n",
        b"\xff\xff\xff",
        b"zzz!",
        b"{",
        b"[]",
        b"9f9f9f9f9f9f9f9f",
        b"bf",
        b"a1ffffffff",
        // A byte string and an array of 2^63 - 1 entries.
        b"5b7fffffffffffffff",
        b"9b7fffffffffffffff",
        &[b'['; 5000],
        "{\"response\":{\"attestationObject\":".repeat(2000).as_bytes(),
        "81".repeat(5000).as_bytes(),
        &vec![b'A'; 1024 * 1024 + 1],
    ] {
        let (tree, _) = refused(&[], hostile);
        assert_eq!(tree, "");
        for kind in ["client-data", "attestation-object", "authenticator-data", "cose-key", "response"] {
            assert_eq!(refused(&["--kind", kind], hostile).0, "");
        }
    }
    assert_eq!(refused(&[], b"{}").0, "");
    let (_, told) = refused(&["--kind", "authenticator-data"], b"00ff");
    assert!(told.contains("37 bytes or more"), "{told}");
    assert_eq!(ceremony(&["inspect", "/no/such/file"], b"").status.code(), Some(2));
    assert_eq!(ceremony(&["inspect", "--kind", "poem"], b"").status.code(), Some(2));
}

/// Each byte of a good input replaced: whatever comes of it, it is a tree or a message.
#[test]
fn altered_bytes_never_panic() {
    let text = registration(Algorithm::Es256)["response"]["attestationObject"].as_str().unwrap().to_owned();
    let good = base64url::decode(&text).unwrap();
    for at in (0..good.len()).step_by(5) {
        let mut bytes = good.clone();
        bytes[at] = bytes[at].wrapping_mul(31).wrapping_add(0x5f);
        let output = ceremony(&["inspect", "--kind", "attestation-object"], base64url::encode(&bytes).as_bytes());
        assert!(matches!(output.status.code(), Some(0 | 1)), "{at}: {output:?}");
    }
}

#[test]
fn untrusted_text_is_escaped() {
    let client_data =
        json!({ "type": "\u{1b}[2J", "challenge": "\u{9b}", "origin": "https://ex\u{430}mple.org", "\u{202e}\n": "x" });
    for arguments in [&[][..], &["--json"]] {
        let text = shown(arguments, client_data.to_string().as_bytes());
        assert!(text.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte)), "{text}");
        assert!(text.contains("\\u001b[2J") && text.contains("ex\\u0430mple") && text.contains("\\u202e\\n"), "{text}");
    }
}

#[test]
fn secrets_are_not_shown() {
    let mut body = registration(Algorithm::Es256);
    body["clientExtensionResults"] = json!({ "prf": { "enabled": true, "results": { "first": "c2VjcmV0" } } });
    let text = shown(&[], body.to_string().as_bytes());
    assert!(text.contains("results: secret of the client, not shown") && !text.contains("c2VjcmV0"), "{text}");
    // kty 2, crv P-256, d: a private key has no place here.
    let text = shown(&[], b"a30102200123440badc0de");
    assert!(text.contains("d: a private key, not shown") && !text.contains("C63A3g"), "{text}");
}

#[test]
fn what_is_said_twice_is_shown_twice() {
    let text = shown(&[], br#"{"type":"a","type":"b","challenge":"c","origin":"o","nested":[{},[],null,1.5,-1]}"#);
    assert!(text.contains("type: \"a\"\n  type: \"b\"\n"), "{text}");
    assert!(text.ends_with("nested:\n    - {}\n    - []\n    - null\n    - 1.5\n    - -1\n"), "{text}");
}

#[test]
fn help_and_version_are_there() {
    for arguments in [&["--help"][..], &["inspect", "--help"], &["verify", "--help"]] {
        let output = ceremony(arguments, b"");
        assert_eq!(output.status.code(), Some(0));
        assert!(!output.stdout.contains(&0x1b) && output.stdout.len() > 100);
    }
    let help = String::from_utf8(ceremony(&["verify", "--help"], b"").stdout).unwrap();
    assert!(help.contains("Examples:") && help.contains("Exit codes:"), "{help}");
    let version = String::from_utf8(ceremony(&["--version"], b"").stdout).unwrap();
    assert_eq!(version, format!("ceremony {}\n", env!("CARGO_PKG_VERSION")));
}
