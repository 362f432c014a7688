//! Writes the seeds that are made, not found: `cargo run --manifest-path fuzz/Cargo.toml --no-default-features --example seeds`.
//!
//! What stands there already under another name is left alone.

use ceremony_fuzz::support::envelope;
use ceremony_fuzz::support::scene::{CA, CREDENTIAL, KEY, ORIGIN, Rules, Scene, TOP_ORIGIN};
use ceremony_fuzz::support::verifier::Answer;
use ceremony_testkit::{Algorithm, Attestation, Authenticator, Cbor, Client, Stage, TestCa};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn write(target: &str, name: &str, bytes: &[u8]) {
    let folder = root().join("seeds").join(target);
    fs::create_dir_all(&folder).unwrap();
    let name: String = name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    fs::write(folder.join(name), bytes).unwrap();
}

/// The algorithms of a format, few where they are many.
fn algorithms(attestation: Attestation) -> Vec<Algorithm> {
    let all = Algorithm::all().iter().copied();
    let fit = all.filter(|algorithm| *algorithm != Algorithm::Rs1 && attestation.supports(*algorithm));
    match attestation {
        Attestation::PackedSelf => fit.collect(),
        _ => fit.filter(|one| matches!(one, Algorithm::Es256 | Algorithm::Rs256 | Algorithm::Es384)).collect(),
    }
}

fn objects(scene: &Scene) {
    let client_data = envelope::client_data("webauthn.create");
    for &attestation in Attestation::all() {
        for algorithm in algorithms(attestation) {
            let mut device =
                Authenticator::new("fuzz").algorithm(algorithm).attestation(attestation).aaguid([9; 16]).ca(CA.clone());
            let (options, _) = scene.begin_registration();
            let (mut object, mut data) = (Vec::new(), Vec::new());
            let keep = |stage: Stage<'_>| match stage {
                Stage::CredentialId(id) => *id = CREDENTIAL.to_vec(),
                Stage::ClientDataJson(bytes) => bytes.clone_from(&client_data),
                Stage::AuthenticatorDataBytes(bytes) => data.clone_from(bytes),
                Stage::AttestationObjectBytes(bytes) => object.clone_from(bytes),
                _ => {}
            };
            let body = device.register_edit(&options, &Client::new(ORIGIN), keep).unwrap();
            let _accepted = scene.register(&body).unwrap();
            let name = format!("{attestation:?}-{algorithm:?}");
            write("attestation_object", &name, &object);
            if attestation == Attestation::PackedSelf {
                write("cose_key", &format!("{algorithm:?}"), &device.credentials()[0].public_key());
            }
            if attestation == Attestation::None {
                write("authenticator_data", &format!("create-{algorithm:?}"), &data);
                write("registration_json", &format!("json-{algorithm:?}"), &[b"J", &body[..]].concat());
            }
        }
    }
}

fn small(scene: &Scene) {
    for kind in ["webauthn.create", "webauthn.get"] {
        write("client_data", kind, &envelope::client_data(kind));
    }
    let get = String::from_utf8(envelope::client_data("webauthn.get")).unwrap();
    let with = |more: &str| get.replace("\"crossOrigin\":false", more).into_bytes();
    write("client_data", "byte-order-mark", format!("\u{feff}{get}").as_bytes());
    write("client_data", "top-origin", &with(&format!("\"crossOrigin\":true,\"topOrigin\":\"{TOP_ORIGIN}\"")));
    write("client_data", "token-binding", &with("\"tokenBinding\":{\"status\":\"present\",\"id\":\"x\"}"));
    write("client_data", "escaped", get.replace("type", "\\u0074ype").replace("https", "\\u0068ttps").as_bytes());
    write("client_data", "nested", &with("\"x\":[[[{\"type\":1,\"n\":[-1.5e3,null,true]}]]]"));
    write("client_data", "another-origin", get.replace("example.com", "example.org").as_bytes());
    write("client_data", "another-challenge", get.replace("challenge\":\"-", "challenge\":\"_").as_bytes());
    write("client_data", "twice", with("\"origin\":\"https://evil.example\"").as_slice());
    write("client_data", "embedded", with("\"crossOrigin\":true").as_slice());
    write("client_data", "spaced", get.replace(',', " ,\r\n\t").replace(':', " : ").as_bytes());

    write("authenticator_data", "get", &envelope::authenticator_data(0));
    write("authenticator_data", "get-backed-up", &envelope::authenticator_data(0x18));
    // One thing wrong, or unusual, in each.
    let flags = [
        ("not-present", 0x04),
        ("not-verified", 0x01),
        ("backed-up-and-not-eligible", 0x15),
        ("eligible", 0x0d),
        ("reserved", 0x27),
        ("nothing-attested", 0x45),
        ("nothing-extended", 0x85),
    ];
    for (name, bits) in flags {
        let mut data = envelope::authenticator_data(0);
        data[32] = bits;
        write("authenticator_data", &format!("flags-{name}"), &data);
    }
    let mut data = envelope::authenticator_data(0);
    data[0] ^= 1;
    write("authenticator_data", "another-rp-id", &data);
    write("authenticator_data", "trailing", &[envelope::authenticator_data(0), vec![0]].concat());
    let extensions = Cbor::Map(vec![
        (Cbor::from("credBlob"), Cbor::from(&[1, 2, 3][..])),
        (Cbor::from("credProtect"), Cbor::from(3)),
        (Cbor::from("hmac-secret"), Cbor::from(true)),
        (Cbor::from("minPinLength"), Cbor::from(4)),
    ]);
    let extended = [envelope::authenticator_data(0x80), extensions.encode()].concat();
    write("authenticator_data", "get-extensions", &extended);
    let mut create = envelope::attested(&CREDENTIAL, KEY);
    create[32] |= 0x80;
    write("authenticator_data", "create-extensions", &[create, extensions.encode()].concat());

    let quick = scene.record().public_key.quick();
    write("cose_key", "quick", &[&quick[..], KEY].concat());
    let mut key = Cbor::Map(vec![(Cbor::from(1), Cbor::from(2)), (Cbor::from(3), Cbor::from(-7))]);
    key.push("kid", Cbor::from(&[1][..]));
    write("cose_key", "unfinished", &key.encode());

    let items: [(&str, &[u8]); 14] = [
        ("integer", b"\x1a\x00\x01\x00\x00"),
        ("negative", b"\x3b\x7f\xff\xff\xff\xff\xff\xff\xff"),
        ("not-shortest", b"\x18\x05"),
        ("text", b"\x63\xe2\x82\xac"),
        ("bytes", b"\x43\x01\x02\x03"),
        ("array", b"\x83\x01\x82\x02\x03\xf6"),
        ("map", b"\xa3\x01\xf5\x20\xf4\x61a\x80"),
        ("map-unordered", b"\xa3\x61a\x80\x20\xf4\x01\xf5"),
        ("map-twice", b"\xa3\x61a\x80\x01\xf4\x18\x01\xf5"),
        ("deep", b"\x81\x81\x81\x81\x81\x80"),
        ("float", b"\x83\xf9\x3c\x00\xfa\x47\xc3\x50\x00\xfb\x3f\xf1\x99\x99\x99\x99\x99\x9a"),
        ("simple", b"\x82\xe0\xf8\x20"),
        ("tag", b"\xc1\x00"),
        ("indefinite", b"\x9f\x01\xff"),
    ];
    for (name, item) in items {
        write("cbor", name, item);
    }
    write("cbor", "many", &[&[0x98, 64][..], &[0x81, 0x00].repeat(64)].concat());
}

fn certificates() {
    let ca = &*CA;
    let chain = |chain: &[Vec<u8>]| {
        let mut bytes = b"R".to_vec();
        for der in chain {
            bytes.extend(u16::try_from(der.len()).unwrap().to_be_bytes());
            bytes.extend(der);
        }
        bytes
    };
    for attestation in [Attestation::Packed, Attestation::Tpm, Attestation::FidoU2f] {
        let leaf = Authenticator::new("fuzz")
            .attestation(attestation)
            .ca(CA.clone())
            .attestation_certificate()
            .unwrap()
            .encode();
        let all: Vec<_> = std::iter::once(leaf).chain(ca.intermediates_der()).chain([ca.root_der().to_vec()]).collect();
        write("certificates", &format!("chain-{attestation:?}"), &chain(&all));
    }
    for algorithm in [Algorithm::Rs256, Algorithm::Ps256, Algorithm::EdDsa, Algorithm::Es512] {
        let ca = TestCa::builder("fuzz").algorithm(algorithm).intermediates(2).build();
        let all: Vec<_> = ca.intermediates_der().into_iter().chain([ca.root_der().to_vec()]).collect();
        write("certificates", &format!("chain-{algorithm:?}"), &chain(&all));
    }
    write("certificates", "pem", format!("P{}text\n{}", ca.root_pem(), ca.root_pem()).as_bytes());
    // Lists of changes: an honest chain of each length, whose keys are of each algorithm in turn.
    for len in 0..5 {
        write("certificates", &format!("made-{len}"), &[b'M', len, len]);
    }
}

/// Ceremonies that nobody changed.
fn ceremonies(scene: &Scene) {
    for (at, attestation) in (0..).zip(Attestation::all()) {
        for algorithm in 0..3 {
            let name = format!("made-{attestation:?}-{algorithm}");
            write("registration_json", &name, &[b'M', algorithm, at, 1, 0, 0, 1, 0]);
        }
    }
    for device in 0..19 {
        write("authentication_json", &format!("made-{device}"), &[b'M', device, device & 1, device >> 1 & 1, 1, 0]);
    }
    let (options, state) = scene.begin_registration();
    write("state_bytes", "registration", &[b"B", &state.into_bytes()[..]].concat());
    let mut device = Authenticator::new("fuzz");
    let body = device.register_json(&options, &Client::new(ORIGIN)).unwrap();
    let record = scene.register(&body).unwrap().into_record();
    write("record_bytes", "bytes", &record.to_bytes());
    write("record_bytes", "json", &serde_json::to_vec(&record).unwrap());
    let (options, state) = scene.begin_authentication();
    write("state_bytes", "authentication", &[b"B", &state.into_bytes()[..]].concat());
    let body = device.authenticate_json(&options, &Client::new(ORIGIN)).unwrap();
    write("authentication_json", "json", &[b"J", &body[..]].concat());
    for kind in 0..8 {
        write("state_bytes", &format!("made-{kind}"), &[b'M', 1, 1, kind, kind, 0, 1, 1, 0xff, kind]);
    }
    for kind in 0..16 {
        write("webauthn_rp", &format!("made-{kind}"), &[kind & 1, kind >> 1, kind >> 3, kind & 1, 5, 6]);
    }
}

/// The records whose form must never change.
fn golden() {
    let folder = root().join("../crates/core/tests/golden");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let mut bytes = fs::read(&file).unwrap();
        if name.ends_with(".hex") {
            let digits: Vec<u8> = bytes.into_iter().filter(u8::is_ascii_hexdigit).collect();
            let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
            bytes = digits.chunks(2).map(byte).collect();
        }
        if name.contains("record") {
            write("record_bytes", &format!("golden-{name}"), &bytes);
        } else if name.contains("state") {
            write("state_bytes", &format!("golden-{name}"), &[b"B", &bytes[..]].concat());
        }
    }
}

/// The specification's own vectors.
fn vectors() {
    let text = fs::read_to_string(root().join("../testvectors/w3c.jsonl")).unwrap();
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let name = case["id"].as_str().unwrap();
        let member = |name: &str| envelope::bytes(case["credential"]["response"][name].as_str()?);
        if let Some(object) = member("attestationObject").filter(|_| name.contains("ES256")) {
            write("attestation_object", name, &object);
        }
        if let Some(data) = member("authenticatorData").filter(|_| name.contains("ES256")) {
            write("authenticator_data", name, &data);
        }
        if name.contains("none.ES256") {
            write("client_data", name, &member("clientDataJSON").unwrap());
        }
    }
}

fn main() {
    let scene = Scene::new(Answer::Truth, Rules::Default);
    objects(&scene);
    small(&scene);
    certificates();
    ceremonies(&scene);
    golden();
    vectors();
}
