//! The honest ceremonies, checked with the algorithms' own crates and with offsets counted by hand.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    missing_docs
)]

use ceremony_testkit::{Algorithm, Attestation, Authenticator, Client, Error, SignCount, Stage, UserHandle, base64url};
use p256::ecdsa::signature::Verifier as _;
use rsa::{BoxedUint, Pkcs1v15Sign, RsaPublicKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const CHALLENGE: &str = "rWjQ7nL0p1Ed0HPlyOe8YxlLsBBkXyhO2hsdmI4fSmA";

fn creation_options() -> Value {
    json!({
        "rp": { "id": "example.com", "name": "Example" },
        "user": { "id": "dXNlci1oYW5kbGU", "name": "ada", "displayName": "Ada" },
        "challenge": CHALLENGE,
        "pubKeyCredParams": [
            { "type": "public-key", "alg": -8 },
            { "type": "public-key", "alg": -7 },
            { "type": "public-key", "alg": -257 },
        ],
        "authenticatorSelection": { "residentKey": "required", "userVerification": "required" },
    })
}

fn request_options() -> Value {
    json!({ "rpId": "example.com", "challenge": CHALLENGE })
}

fn page() -> Client {
    Client::new("https://example.com")
}

fn bytes(response: &Value, member: &str) -> Vec<u8> {
    base64url::decode(response["response"][member].as_str().unwrap()).unwrap()
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// Verifies a signature with the key as it stands at the known offsets of the encoded COSE key.
fn verify(algorithm: Algorithm, cose: &[u8], message: &[u8], signature: &[u8]) {
    match algorithm {
        Algorithm::Es256 => {
            let point = [&[4], &cose[10..42], &cose[45..77]].concat();
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).unwrap();
            key.verify(message, &p256::ecdsa::Signature::from_der(signature).unwrap()).unwrap();
        }
        Algorithm::EdDsa => {
            let key = ed25519_dalek::VerifyingKey::from_bytes(cose[10..42].try_into().unwrap()).unwrap();
            key.verify_strict(message, &ed25519_dalek::Signature::from_slice(signature).unwrap()).unwrap();
        }
        Algorithm::Rs256 => {
            let n = BoxedUint::from_be_slice_vartime(&cose[11..267]);
            let key = RsaPublicKey::new(n, BoxedUint::from(65_537_u64)).unwrap();
            let prefix = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
            let scheme = Pkcs1v15Sign { hash_len: Some(32), prefix: prefix.as_slice().into() };
            key.verify(scheme, &Sha256::digest(message), signature).unwrap();
        }
        other => panic!("{other:?} has no check here"),
    }
}

fn signed_message(response: &Value) -> Vec<u8> {
    let hash = Sha256::digest(bytes(response, "clientDataJSON"));
    [bytes(response, "authenticatorData"), hash.to_vec()].concat()
}

#[test]
fn registrations_have_the_shape_of_a_browsers() {
    let mut passkey = Authenticator::new("shape").aaguid([9; 16]);
    let response = passkey.register(&creation_options(), &page()).unwrap();
    let credential = &passkey.credentials()[0];
    assert_eq!(
        String::from_utf8(bytes(&response, "clientDataJSON")).unwrap(),
        format!(
            "{{\"type\":\"webauthn.create\",\"challenge\":\"{CHALLENGE}\",\
             \"origin\":\"https://example.com\",\"crossOrigin\":false}}"
        )
    );
    assert_eq!(response["id"], base64url::encode(credential.id()));
    assert_eq!(response["rawId"], response["id"]);
    assert_eq!(response["type"], "public-key");
    assert_eq!(response["authenticatorAttachment"], "platform");
    assert_eq!(response["clientExtensionResults"], json!({}));
    assert_eq!(response["response"]["publicKeyAlgorithm"], -7);
    assert_eq!(response["response"]["transports"], json!(["hybrid", "internal"]));
    assert_eq!(bytes(&response, "publicKey"), credential.public_key_spki());

    let data = bytes(&response, "authenticatorData");
    let key = credential.public_key();
    let expected =
        [Sha256::digest("example.com").as_slice(), &[0x5d, 0, 0, 0, 0], &[9; 16], &[0, 32], credential.id(), &key]
            .concat();
    assert_eq!(data, expected);
    let length = u8::try_from(data.len()).unwrap();
    let object = [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".as_slice(), &[length], &data].concat();
    assert_eq!(bytes(&response, "attestationObject"), object);
}

#[test]
fn the_same_seed_gives_the_same_key() {
    let hex = |algorithm| {
        let mut passkey = Authenticator::new("golden").algorithm(algorithm);
        passkey.register(&creation_options(), &page()).unwrap();
        data_encoding::HEXLOWER.encode(&passkey.credentials()[0].public_key())
    };
    assert_eq!(
        hex(Algorithm::Es256),
        "a50102032620012158202b49490e800c73593146ef6ab1c518dc61746c743b0bba74f2d252ee27618fcf2258203b7c46bd9c8bb0c7f6ac510a3f99ffbc60d29f4e788ebcaa1cbe6bf6ad42ae6b"
    );
    assert_eq!(
        hex(Algorithm::EdDsa),
        "a4010103272006215820a435732e3b57bb2e7a62503544593521cfd7496532981535e5bf6ca086d66fb8"
    );
    assert!(hex(Algorithm::Rs256).starts_with("a401030339010020590100"));
    assert!(hex(Algorithm::Rs256).ends_with("2143010001"));
}

#[test]
fn signatures_verify_under_every_algorithm() {
    for &algorithm in Algorithm::classic() {
        let mut passkey = Authenticator::new("round trip").algorithm(algorithm).attestation(Attestation::PackedSelf);
        let registration = passkey.register(&creation_options(), &page()).unwrap();
        let cose = passkey.credentials()[0].public_key();
        let object = bytes(&registration, "attestationObject");
        let signature = passkey.credentials()[0].sign(&signed_message(&registration));
        verify(algorithm, &cose, &signed_message(&registration), &signature);
        assert!(contains(&object, &[b"\x63sig".as_slice(), &byte_string(&signature)].concat()), "{algorithm:?}");

        let assertion = passkey.authenticate(&request_options(), &page()).unwrap();
        verify(algorithm, &cose, &signed_message(&assertion), &bytes(&assertion, "signature"));
        assert_eq!(assertion["response"]["userHandle"], "dXNlci1oYW5kbGU");
        assert_eq!(bytes(&assertion, "authenticatorData").len(), 37);
        assert!(contains(&bytes(&assertion, "clientDataJSON"), b"\"type\":\"webauthn.get\""));
    }
}

fn byte_string(content: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(content.len()).unwrap().to_be_bytes();
    let head = if high == 0 { vec![0x58, low] } else { vec![0x59, high, low] };
    [head, content.to_vec()].concat()
}

#[test]
fn excluded_credentials_are_refused() {
    let mut passkey = Authenticator::new("excluded");
    let response = passkey.register(&creation_options(), &page()).unwrap();
    let mut options = creation_options();
    options["excludeCredentials"] = json!([{ "type": "public-key", "id": response["id"] }]);
    assert_eq!(passkey.register(&options, &page()), Err(Error::InvalidState));
    assert_eq!(Error::InvalidState.dom_exception(), Some("InvalidStateError"));
    assert!(Authenticator::new("another").register(&options, &page()).is_ok());
}

#[test]
fn only_offered_algorithms_are_used() {
    let mut options = creation_options();
    options["pubKeyCredParams"] = json!([{ "type": "public-key", "alg": -257 }, { "type": "other", "alg": -7 }]);
    assert_eq!(Authenticator::new("a").register(&options, &page()), Err(Error::NotSupported));
    assert!(Authenticator::new("a").algorithm(Algorithm::Rs256).register(&options, &page()).is_ok());
}

#[test]
fn rp_ids_must_cover_the_origin() {
    let register = |client: &Client| Authenticator::new("rp").register(&creation_options(), client).map(|_| ());
    for good in ["https://example.com", "https://login.example.com:8443", "android:apk-key-hash:AAAA"] {
        assert_eq!(register(&Client::new(good)), Ok(()), "{good}");
    }
    for bad in ["https://evilexample.com", "https://example.com.evil.example", "https://com"] {
        assert_eq!(register(&Client::new(bad)), Err(Error::Security), "{bad}");
    }
    assert_eq!(register(&Client::new("https://example.net").related_origin()), Ok(()));

    let mut passkey = Authenticator::new("default");
    let mut options = creation_options();
    options["rp"] = json!({ "name": "Example" });
    passkey.register(&options, &Client::new("https://login.example.com:8443")).unwrap();
    assert_eq!(passkey.credentials()[0].rp_id(), "login.example.com");
}

#[test]
fn requirements_that_cannot_be_met_are_refused() {
    let mut options = creation_options();
    assert_eq!(Authenticator::new("uv").user_verified(false).register(&options, &page()), Err(Error::Constraint));
    assert_eq!(Authenticator::new("rk").discoverable(false).register(&options, &page()), Err(Error::Constraint));
    options["challenge"] = json!("not base64url!");
    assert_eq!(
        Authenticator::new("challenge").register(&options, &page()),
        Err(Error::Options { member: "challenge" })
    );
}

#[test]
fn second_factors_need_to_be_named() {
    let mut passkey = Authenticator::new("second factor");
    let mut options = creation_options();
    options["authenticatorSelection"] = json!({ "residentKey": "discouraged" });
    options["extensions"] = json!({ "credProps": true });
    let response = passkey.register(&options, &page()).unwrap();
    assert_eq!(response["clientExtensionResults"], json!({ "credProps": { "rk": false } }));
    assert_eq!(passkey.authenticate(&request_options(), &page()), Err(Error::NotAllowed));

    let mut request = request_options();
    request["allowCredentials"] = json!([{ "type": "public-key", "id": response["id"] }]);
    let assertion = passkey.authenticate(&request, &page()).unwrap();
    assert_eq!(assertion["response"].get("userHandle"), None);
    let mut passkey = passkey.user_handle(UserHandle::Always);
    let assertion = passkey.authenticate(&request, &page()).unwrap();
    assert_eq!(assertion["response"]["userHandle"], "dXNlci1oYW5kbGU");
}

#[test]
fn users_choose_among_their_accounts() {
    let mut passkey = Authenticator::new("accounts");
    let first = passkey.register(&creation_options(), &page()).unwrap();
    let mut options = creation_options();
    options["user"]["id"] = json!("YW5vdGhlcg");
    let second = passkey.register(&options, &page()).unwrap();
    assert_ne!(first["id"], second["id"]);
    assert_eq!(passkey.authenticate(&request_options(), &page()).unwrap()["id"], second["id"]);
    let choice = base64url::decode(first["id"].as_str().unwrap()).unwrap();
    assert_eq!(passkey.authenticate(&request_options(), &page().choose(choice)).unwrap()["id"], first["id"]);
    let elsewhere = json!({ "rpId": "www.example.com", "challenge": CHALLENGE });
    let www = Client::new("https://www.example.com");
    assert_eq!(passkey.authenticate(&elsewhere, &www), Err(Error::NotAllowed));
}

#[test]
fn a_new_passkey_replaces_the_accounts_old_one() {
    let mut passkey = Authenticator::new("replace");
    passkey.register(&creation_options(), &page()).unwrap();
    passkey.register(&creation_options(), &page()).unwrap();
    assert_eq!(passkey.credentials().len(), 1);
}

#[test]
fn clones_repeat_their_counters() {
    let count = |response: &Value| bytes(response, "authenticatorData")[33..37].to_vec();
    let mut passkey = Authenticator::new("counter").sign_count(SignCount::Counter { start: 7, step: 2 });
    let registration = passkey.register(&creation_options(), &page()).unwrap();
    assert_eq!(count(&registration), [0, 0, 0, 7]);
    let copy = passkey.credentials()[0].clone();
    let mut device = passkey.clone();
    for expected in [9, 11] {
        let response = passkey.authenticate(&request_options(), &page()).unwrap();
        assert_eq!(count(&response), [0, 0, 0, expected]);
    }
    assert_eq!(count(&device.authenticate(&request_options(), &page()).unwrap()), [0, 0, 0, 9]);
    passkey.insert(copy);
    assert_eq!(count(&passkey.authenticate(&request_options(), &page()).unwrap()), [0, 0, 0, 9]);
}

#[test]
fn conditional_create_has_no_user_present() {
    let client = page().conditional(true);
    let response = Authenticator::new("conditional").register(&creation_options(), &client).unwrap();
    assert_eq!(bytes(&response, "authenticatorData")[32], 0x58);
}

#[test]
fn unwanted_attestation_is_replaced_unless_it_is_anonymous() {
    let format = |conveyance: &str, aaguid| {
        let mut options = creation_options();
        options["attestation"] = json!(conveyance);
        let mut passkey = Authenticator::new("conveyance").attestation(Attestation::PackedSelf).aaguid(aaguid);
        let response = passkey.register(&options, &page()).unwrap();
        let object = bytes(&response, "attestationObject");
        if contains(&object, b"\x63fmt\x66packed") { "packed" } else { "none" }
    };
    assert_eq!(format("direct", [1; 16]), "packed");
    assert_eq!(format("none", [0; 16]), "packed");
    assert_eq!(format("none", [1; 16]), "none");
}

#[test]
fn extension_outputs_are_announced_and_signed() {
    let mut passkey = Authenticator::new("extensions").extension("example.extension", true);
    let mut options = creation_options();
    options["extensions"] = json!({ "credentialProtectionPolicy": "userVerificationRequired" });
    let response = passkey.register(&options, &page()).unwrap();
    let data = bytes(&response, "authenticatorData");
    assert_eq!(data[32] & 0x80, 0x80);
    assert!(data.ends_with(b"\xa2\x6bcredProtect\x03\x71example.extension\xf5"));
}

#[test]
fn edits_before_the_signature_are_signed() {
    let mut passkey = Authenticator::new("edit");
    passkey.register(&creation_options(), &page()).unwrap();
    let text = passkey
        .authenticate_edit(&request_options(), &page(), |stage| match stage {
            Stage::ClientData(data) => data.set("origin", "https://elsewhere.example"),
            Stage::AuthenticatorData(fields) => fields.sign_count = 77,
            _ => {}
        })
        .unwrap();
    let response: Value = serde_json::from_slice(&text).unwrap();
    assert!(contains(&bytes(&response, "clientDataJSON"), b"https://elsewhere.example"));
    assert_eq!(bytes(&response, "authenticatorData")[36], 77);
    let cose = passkey.credentials()[0].public_key();
    verify(Algorithm::Es256, &cose, &signed_message(&response), &bytes(&response, "signature"));
}

#[test]
fn debug_output_holds_no_key_and_no_identifier() {
    let mut passkey = Authenticator::new("debug");
    let response = passkey.register(&creation_options(), &page()).unwrap();
    let text = format!("{passkey:?}");
    assert!(!text.contains(response["id"].as_str().unwrap()));
    assert!(!text.contains("user_handle") && !text.contains("key"));
}
