//! Entries: one bad one does not spoil the others, and each is found under its own name only.

use crate::pki;
use crate::service::{AAGUID, entry, metadata, reported, statement};
use base64ct::{Base64, Encoding};
use ceremony::Aaguid;
use ceremony_metadata::{AuthenticatorStatus, Date, Metadata, Problem};
use serde_json::{Value, json};

const OTHER: &str = "aaaaaaaa-0506-0708-090a-0b0c0d0e0f10";

fn aaguid(text: &str) -> Aaguid {
    Aaguid::parse(text).expect("a UUID")
}

/// One entry that is changed, and one that stays as it is.
fn with(change: impl FnOnce(&mut Value)) -> Metadata {
    let mut changed = entry();
    change(&mut changed);
    let mut other = entry();
    other["aaguid"] = OTHER.into();
    let metadata = metadata(&[changed, other]);
    assert!(metadata.entry(aaguid(OTHER)).is_some(), "the other entry is not spoilt");
    metadata
}

/// The change makes the entry unreadable, for this reason.
fn skipped(change: impl FnOnce(&mut Value)) -> String {
    let metadata = with(change);
    assert_eq!(metadata.entries().len(), 1);
    let [problem] = metadata.problems() else { panic!("{:?}", metadata.problems()) };
    assert!(problem.skipped && problem.index == 0, "{problem}");
    problem.reason.clone()
}

#[test]
fn everything_in_an_entry_is_read() {
    let mut full = entry();
    full["rogueListURL"] = "https://fido.example/rogue".into();
    full["rogueListHash"] = "00ff".into();
    let members = json!({
        "url": "https://fido.example/status",
        "certificationDescriptor": "A security key, version 5",
        "certificateNumber": "FIDO2000000000001",
    });
    for (name, value) in members.as_object().expect("an object") {
        full["statusReports"][0][name] = value.clone();
    }
    let members = json!({
        "isKeyRestricted": true,
        "isFreshUserVerificationRequired": false,
        "cryptoStrength": 128,
        "iconDark": "data:image/png;base64,BBBB",
    });
    for (name, value) in members.as_object().expect("an object") {
        full["metadataStatement"][name] = value.clone();
    }
    let metadata = metadata(&[full]);
    assert_eq!(metadata.problems(), []);
    let found = metadata.entry(aaguid(AAGUID)).expect("the entry");
    assert_eq!(found.rogue_list_url.as_deref(), Some("https://fido.example/rogue"));
    assert_eq!(found.rogue_list_hash.as_deref(), Some("00ff"));
    assert_eq!(found.time_of_last_status_change, Date::parse("2024-01-01"));
    let report = &found.status_reports[0];
    assert_eq!(report.status, AuthenticatorStatus::FidoCertifiedL1);
    assert_eq!(report.url.as_deref(), Some("https://fido.example/status"));
    assert_eq!(report.certification_descriptor.as_deref(), Some("A security key, version 5"));
    assert_eq!(report.certificate_number.as_deref(), Some("FIDO2000000000001"));
    let statement = found.statement.as_ref().expect("a statement");
    assert_eq!(statement.description, "A security key");
    assert_eq!(statement.authenticator_version, Some(5));
    assert_eq!(statement.protocol_family.as_deref(), Some("fido2"));
    assert_eq!(statement.attestation_root_certificates, [pki::authority("Maker root", &pki::key(10))]);
    assert_eq!(statement.attestation_types, ["basic_full"]);
    assert_eq!(statement.authentication_algorithms, ["secp256r1_ecdsa_sha256_raw", "ed25519_eddsa_sha512_raw"]);
    assert_eq!(statement.public_key_alg_and_encodings, ["cose"]);
    assert_eq!(statement.key_protection, ["hardware", "secure_element"]);
    assert_eq!(statement.matcher_protection, ["on_chip"]);
    assert_eq!(statement.attachment_hint, ["external", "wired", "nfc"]);
    assert_eq!(statement.is_key_restricted, Some(true));
    assert_eq!(statement.is_fresh_user_verification_required, Some(false));
    assert_eq!(statement.crypto_strength, Some(128));
    assert_eq!(statement.multi_device_credential_support.as_deref(), Some("unsupported"));
    assert_eq!(statement.icon.as_deref(), Some("data:image/png;base64,AAAA"));
    assert_eq!(statement.icon_dark.as_deref(), Some("data:image/png;base64,BBBB"));
    let details: Value =
        serde_json::from_str(statement.user_verification_details.as_deref().expect("details")).expect("JSON");
    assert_eq!(details[0][0]["caDesc"]["minLength"], 4);
}

#[test]
fn members_may_be_left_out() {
    let metadata = with(|entry| {
        *entry = json!({
            "aaguid": AAGUID,
            "metadataStatement": { "description": "A security key", "attestationRootCertificates": [] },
            "statusReports": [{ "status": "REVOKED" }],
        });
    });
    assert_eq!(metadata.problems(), []);
    let found = metadata.entry(aaguid(AAGUID)).expect("the entry");
    assert_eq!(found.statement.as_ref().map(|statement| statement.authenticator_version), Some(None));
    assert_eq!(found.status_reports[0].status, AuthenticatorStatus::Revoked);
    let metadata = with(|entry| *entry = json!({ "aaguid": AAGUID, "statusReports": [] }));
    assert_eq!(metadata.problems(), []);
    assert_eq!(metadata.entry(aaguid(AAGUID)).map(|entry| entry.statement.is_some()), Some(false));
    // Without these a statement says nothing.
    for name in ["description", "attestationRootCertificates"] {
        let reason = skipped(|entry| drop(entry["metadataStatement"].as_object_mut().map(|all| all.remove(name))));
        assert!(reason.contains(name), "{reason}");
    }
}

#[test]
fn unknown_members_and_words_are_tolerated() {
    let metadata = with(|entry| {
        entry["newMember"] = json!({ "a": [null] });
        entry["metadataStatement"]["newMember"] = Value::Null;
        entry["metadataStatement"]["keyProtection"] = json!(["quantum"]);
        entry["metadataStatement"]["attestationTypes"] = json!(["telepathic", "basic_full"]);
        entry["statusReports"] = json!([{ "status": "WONDERFUL", "newMember": 1 }]);
    });
    assert_eq!(metadata.problems(), []);
    let found = metadata.entry(aaguid(AAGUID)).expect("the entry");
    assert_eq!(found.status_reports[0].status, AuthenticatorStatus::Other("WONDERFUL".into()));
}

#[test]
fn entries_that_cannot_be_read_are_skipped() {
    assert!(skipped(|entry| *entry = json!(7)).contains("invalid type"));
    assert!(skipped(|entry| *entry = Value::Null).contains("invalid type"));
    assert!(skipped(|entry| *entry = json!([AAGUID, "1", [], {}, []])).contains("invalid type"));
    assert!(skipped(|entry| entry["statusReports"] = json!([["REVOKED"]])).contains("invalid type"));
    assert!(skipped(|entry| entry["metadataStatement"] = json!(["A key"])).contains("invalid type"));
    assert_eq!(skipped(|entry| entry["aaguid"] = "no UUID".into()), "aaguid is not a UUID");
    assert!(skipped(|entry| entry["statusReports"] = json!({})).contains("invalid type"));
    assert!(
        skipped(|entry| drop(entry.as_object_mut().map(|members| members.remove("statusReports"))))
            .contains("statusReports")
    );
    assert!(
        skipped(|entry| drop(entry.as_object_mut().map(|members| members.remove("aaguid")))).starts_with("neither")
    );
    for identifiers in [json!(["ABCDEF0123456789abcdef0123456789abcdef01"]), json!(["00"]), json!(["zz".repeat(20)])] {
        let reason = skipped(|entry| entry["attestationCertificateKeyIdentifiers"] = identifiers);
        assert!(reason.starts_with("a key identifier"), "{reason}");
    }
    assert!(skipped(|entry| entry["metadataStatement"]["authenticatorVersion"] = json!(-1)).contains("invalid value"));
}

#[test]
fn a_skipped_entry_keeps_its_name_in_the_report() {
    let metadata = with(|entry| entry["statusReports"] = json!(7));
    assert_eq!(metadata.problems()[0].aaguid, Some(aaguid(AAGUID)));
    assert!(metadata.problems()[0].to_string().starts_with("entry 0 is skipped: "));
    assert_eq!(metadata.entry(aaguid(AAGUID)), None);
}

#[test]
fn a_problem_says_which_entry_it_is_about() {
    const THIRD: &str = "bbbbbbbb-0506-0708-090a-0b0c0d0e0f10";
    let (mut odd, mut unreadable) = (entry(), entry());
    odd["aaguid"] = OTHER.into();
    odd["timeOfLastStatusChange"] = "yesterday".into();
    unreadable["aaguid"] = THIRD.into();
    unreadable["statusReports"] = json!(7);
    let metadata = metadata(&[entry(), odd, unreadable]);
    let [odd, unreadable] = metadata.problems() else { panic!("{:?}", metadata.problems()) };
    assert_eq!((odd.index, odd.aaguid, odd.skipped), (1, Some(aaguid(OTHER)), false));
    assert_eq!((unreadable.index, unreadable.aaguid, unreadable.skipped), (2, Some(aaguid(THIRD)), true));
    assert_eq!(odd.to_string(), "entry 1 is odd: timeOfLastStatusChange is not a date");
    assert!(unreadable.to_string().starts_with("entry 2 is skipped: "), "{unreadable}");
}

#[test]
fn neg_z11_null_members_of_an_entry() {
    for name in [
        "aaguid",
        "aaid",
        "attestationCertificateKeyIdentifiers",
        "metadataStatement",
        "statusReports",
        "timeOfLastStatusChange",
        "rogueListURL",
        "rogueListHash",
    ] {
        let reason = skipped(|entry| entry[name] = Value::Null);
        assert!(reason.contains("null"), "{name}: {reason}");
    }
    for name in [
        "description",
        "authenticatorVersion",
        "protocolFamily",
        "attestationRootCertificates",
        "attestationTypes",
        "authenticationAlgorithms",
        "publicKeyAlgAndEncodings",
        "keyProtection",
        "matcherProtection",
        "attachmentHint",
        "isKeyRestricted",
        "isFreshUserVerificationRequired",
        "cryptoStrength",
        "multiDeviceCredentialSupport",
        "icon",
        "iconDark",
    ] {
        let reason = skipped(|entry| entry["metadataStatement"][name] = Value::Null);
        assert!(reason.contains("null"), "{name}: {reason}");
    }
    for name in [
        "status",
        "effectiveDate",
        "sunsetDate",
        "authenticatorVersion",
        "certificate",
        "batchCertificate",
        "url",
        "certificationDescriptor",
        "certificateNumber",
    ] {
        let reason = skipped(|entry| entry["statusReports"][0][name] = Value::Null);
        assert!(reason.contains("null"), "{name}: {reason}");
    }
}

#[test]
fn a_member_that_comes_twice_is_not_guessed_at() {
    let service = crate::service::Service::new();
    let text = crate::service::payload(7, &[entry()]).to_string();
    let twice = text.replacen(r#""statusReports":"#, r#""statusReports":[],"statusReports":"#, 1);
    assert_ne!(text, twice);
    let metadata = service.verify(&service.sign(&service.header(), twice.as_bytes())).expect("a good BLOB");
    assert!(metadata.problems()[0].reason.contains("duplicate field"), "{}", metadata.problems()[0]);
}

#[test]
fn odd_details_are_reported_and_the_entry_counts() {
    let odd = |change: fn(&mut Value)| {
        let metadata = with(change);
        assert!(metadata.entry(aaguid(AAGUID)).is_some());
        let [Problem { skipped: false, index: 0, reason, .. }] = metadata.problems() else {
            panic!("{:?}", metadata.problems())
        };
        reason.clone()
    };
    assert_eq!(
        odd(|entry| entry["timeOfLastStatusChange"] = "yesterday".into()),
        "timeOfLastStatusChange is not a date"
    );
    assert_eq!(
        odd(|entry| entry["statusReports"][0]["effectiveDate"] = "2024".into()),
        "statusReports[0].effectiveDate is not a date"
    );
    assert_eq!(
        odd(|entry| entry["statusReports"][0]["sunsetDate"] = "2024-02-30".into()),
        "statusReports[0].sunsetDate is not a date"
    );
    assert_eq!(
        odd(|entry| entry["metadataStatement"]["attestationRootCertificates"][0] = "?".into()),
        "attestationRootCertificates[0] is not base64"
    );
    assert_eq!(
        odd(|entry| entry["statusReports"][0]["certificate"] = "?".into()),
        "statusReports[0] names a certificate that is not base64"
    );
    assert_eq!(
        odd(|entry| entry["metadataStatement"]["userVerificationDetails"] = Value::Null),
        "userVerificationDetails is null"
    );
}

#[test]
fn certificates_may_be_broken_into_lines() {
    let root = pki::authority("Maker root", &pki::key(10));
    let text = Base64::encode_string(&root);
    let (first, second) = text.split_at(64);
    let metadata = with(|entry| {
        entry["metadataStatement"]["attestationRootCertificates"] = json!([format!("{first}\r\n {second}\n")]);
    });
    let found = metadata.entry(aaguid(AAGUID)).and_then(|entry| entry.statement.clone()).expect("a statement");
    assert_eq!(found.attestation_root_certificates, [root]);
}

#[test]
fn neg_z17_the_all_zero_aaguid_names_nobody() {
    let zero = "00000000-0000-0000-0000-000000000000";
    let metadata = with(|entry| entry["aaguid"] = zero.into());
    assert_eq!(metadata.entry(Aaguid::ZERO), None);
    assert_eq!(metadata.entries().len(), 2, "it is there, to be looked at");
    assert_eq!(metadata.problems()[0].reason, "aaguid is all zero, which names nobody");
}

#[test]
fn neg_z18_rogue_list_without_its_hash() {
    let reason = skipped(|entry| entry["rogueListURL"] = "https://fido.example/rogue".into());
    assert_eq!(reason, "rogueListURL without rogueListHash");
    let metadata = with(|entry| {
        entry["rogueListURL"] = "https://fido.example/rogue".into();
        entry["rogueListHash"] = "00".into();
    });
    assert_eq!(metadata.problems(), []);
}

#[test]
fn of_two_entries_with_one_aaguid_the_second_gives_up_its_reports() {
    let mut second = reported(json!([{ "status": "REVOKED" }]));
    second["metadataStatement"]["description"] = "An impostor".into();
    let metadata = metadata(&[entry(), second]);
    assert_eq!(metadata.entries().len(), 1);
    let [problem] = metadata.problems() else { panic!("{:?}", metadata.problems()) };
    assert_eq!((problem.index, problem.skipped), (1, false));
    assert!(problem.reason.starts_with("a second entry for this AAGUID"));
    let found = metadata.entry(aaguid(AAGUID)).expect("the entry");
    assert_eq!(found.statement.as_ref().map(|statement| statement.description.as_str()), Some("A security key"));
    assert!(found.status_reports.iter().any(|report| report.status == AuthenticatorStatus::Revoked));
}

#[test]
fn a_second_entry_is_found_by_its_other_names_and_hides_nothing() {
    let named = |aaguid: Option<&str>, identifiers: &[u8], status: &str| {
        let mut entry = reported(json!([{ "status": status }]));
        match aaguid {
            Some(aaguid) => entry["aaguid"] = aaguid.into(),
            None => drop(entry.as_object_mut().expect("an object").remove("aaguid")),
        }
        let identifiers: Vec<String> = identifiers.iter().map(|byte| format!("{byte:02x}").repeat(20)).collect();
        entry["attestationCertificateKeyIdentifiers"] = json!(identifiers);
        entry
    };
    let statuses = |metadata: &Metadata, identifier: u8| -> Vec<String> {
        let found = metadata.entry_by_key_identifier(&[identifier; 20]);
        found.into_iter().flat_map(|entry| &entry.status_reports).map(|report| report.status.as_str().into()).collect()
    };
    let other = "00000000-0000-0000-0000-0000000000ff";
    // By a key: each keeps its own reports, and the first has those of the second as well.
    let shared = metadata(&[named(None, &[1, 2], "FIDO_CERTIFIED"), named(None, &[2, 3, 3], "REVOKED")]);
    assert_eq!(shared.entries().len(), 2);
    assert_eq!(statuses(&shared, 1), ["FIDO_CERTIFIED", "REVOKED"]);
    assert_eq!(statuses(&shared, 2), ["FIDO_CERTIFIED", "REVOKED"]);
    assert_eq!(statuses(&shared, 3), ["REVOKED"]);
    assert_eq!(shared.problems().len(), 1, "{:?}", shared.problems());
    // What a make was certified for is not another's.
    for merit in ["FIDO_CERTIFIED_L2", "FIPS140_CERTIFIED_L3"] {
        let earned = metadata(&[named(None, &[1], "UPDATE_AVAILABLE"), named(None, &[1], merit)]);
        assert_eq!(statuses(&earned, 1), ["UPDATE_AVAILABLE"], "{merit}");
    }
    // By the AAGUID: the keys lead to the first, as the AAGUID does.
    let one = metadata(&[named(Some(AAGUID), &[], "FIDO_CERTIFIED"), named(Some(AAGUID), &[4], "RETIRED")]);
    assert_eq!(one.entries().len(), 1);
    assert_eq!(statuses(&one, 4), ["FIDO_CERTIFIED", "RETIRED"]);
    // By both, of two others: each hears of it once.
    let both = metadata(&[
        named(Some(AAGUID), &[], "FIDO_CERTIFIED"),
        named(Some(other), &[5, 6], "FIDO_CERTIFIED"),
        named(Some(AAGUID), &[5, 6, 7], "REVOKED"),
    ]);
    assert_eq!(both.entries().len(), 2);
    for identifier in [5, 6, 7] {
        assert_eq!(statuses(&both, identifier), ["FIDO_CERTIFIED", "REVOKED"], "{identifier}");
    }
    assert_eq!(both.entry(aaguid(AAGUID)).map(|entry| entry.status_reports.len()), Some(2));
    assert!(both.problems().iter().all(|problem| problem.index == 2 && !problem.skipped));
    assert_eq!(both.problems().len(), 3, "the AAGUID and two keys");
}

#[test]
fn u2f_entries_are_found_by_key_identifier() {
    let u2f = |identifier: &str, description: &str| {
        let mut statement = statement();
        statement["description"] = description.into();
        json!({
            "attestationCertificateKeyIdentifiers": [identifier],
            "metadataStatement": statement,
            "statusReports": [],
        })
    };
    let identifier = "0f".repeat(20);
    let metadata = metadata(&[u2f(&identifier, "first"), u2f(&identifier, "second")]);
    let found = metadata.entry_by_key_identifier(&[0x0f; 20]).and_then(|entry| entry.statement.as_ref());
    assert_eq!(found.map(|statement| statement.description.as_str()), Some("first"));
    assert_eq!(metadata.entry_by_key_identifier(&[0; 20]), None);
    assert!(metadata.problems()[0].reason.starts_with("a key identifier that an earlier entry has"));
}

#[test]
fn uaf_entries_are_kept() {
    let metadata = metadata(&[json!({ "aaid": "1234#5678", "statusReports": [] })]);
    assert_eq!(metadata.entries()[0].aaid.as_deref(), Some("1234#5678"));
    assert_eq!(metadata.problems(), []);
}
