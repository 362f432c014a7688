//! What each member of `config` and `stored` does to the verdict.

use crate::cases::{
    accepted, authentication, bad, config, registered, registration, registration_of, rejected, stored, with,
};
use crate::program::{ORIGIN, creation_options, device, request_options};
use ceremony_testkit::{Algorithm, Attestation, Client, Fault, base64url};
use serde_json::{Value, json};

#[test]
fn what_the_builder_refuses_is_a_bad_case_with_its_message() {
    let case = registration();
    bad(&with(&case, "origins", json!(["http://example.org"])), "http");
    bad(&with(&case, "origins", json!([])), "no origin is configured");
    bad(&with(&with(&case, "rp_id", json!("org")), "origins", json!(["https://org"])), "is a public suffix");
    bad(&with(&case, "challenge", json!("AAAA")), "16");
    bad(&with(&case, "challenge", json!("====")), "base64url");
    bad(&with(&case, "algorithms", json!([])), "algorithm");
    bad(&with(&case, "conditional_create", json!(true)), "user verification");
    bad(&with(&case, "time", json!("yesterday")), "RFC 3339");
    bad(&with(&case, "sign_count_policy", json!("suspend")), "report");
    bad(&with(&case, "user_verification", json!(true)), "boolean");
    bad(&with(&case, "policy", json!({ "compound": true })), "compound");
    bad(&with(&case, "allow_credentials", json!("x")), "sequence");
    let unknown = json!({ "appid": "https://example.org/appid.json", "made_up": 1, "trust_anchors_pem": [] });
    let mut known = case;
    known["config"].as_object_mut().unwrap().extend(unknown.as_object().unwrap().clone());
    accepted(&known);
}

#[test]
fn origins_may_be_below_related_or_an_app() {
    let app = format!("android:apk-key-hash:{}", base64url::encode(&[3; 32]));
    for (origin, related) in [("https://login.example.org:8443", false), ("https://example.net", true), (&app, false)] {
        let page = Client::new(origin);
        let page = if related { page.related_origin() } else { page };
        let case = registration_of(device(Algorithm::Es256, Attestation::None), &page);
        rejected(&case, "R9", "origin_not_allowed");
        accepted(&with(&case, "origins", json!([ORIGIN, origin])));
    }
}

#[test]
fn a_frame_needs_leave_and_its_page_a_place_in_the_list() {
    let framed = Client::new(ORIGIN).top_origin("https://no-top-origin.invalid");
    let case = registration_of(device(Algorithm::Es256, Attestation::None), &framed);
    rejected(&case, "R10", "cross_origin_not_allowed");
    let allowed = with(&case, "allow_cross_origin", json!(true));
    rejected(&allowed, "R11", "top_origin_not_allowed");
    rejected(&with(&allowed, "top_origins", json!([])), "R11", "top_origin_not_allowed");
    rejected(&with(&allowed, "top_origins", json!(["https://example.net"])), "R11", "top_origin_not_allowed");
    let listed = with(&allowed, "top_origins", json!(["https://no-top-origin.invalid"]));
    assert_eq!(accepted(&listed)["observations"], json!(["cross_origin"]));

    let older = Client::new(ORIGIN).cross_origin(true);
    let case = registration_of(device(Algorithm::Es256, Attestation::None), &older);
    let case = with(&case, "allow_cross_origin", json!(true));
    accepted(&case);
    rejected(&with(&case, "policy", json!({ "require_top_origin": true })), "R11", "top_origin_missing");
}

#[test]
fn a_registration_is_judged_by_its_config() {
    let case = registration();
    accepted(&with(&case, "algorithms", json!([-35, -7])));
    rejected(&with(&case, "algorithms", json!([-8])), "R20", "algorithm_not_offered");
    rejected(&with(&case, "algorithms", json!([-260])), "R20", "algorithm_unavailable");
    rejected(&with(&case, "require_trusted_attestation", json!(true)), "R24", "attestation_self_not_accepted");
    rejected(&with(&case, "policy", json!({ "accept_self": false })), "R24", "attestation_self_not_accepted");
    let lenient = with(&case, "policy", json!({ "accept_self": true }));
    accepted(&with(&lenient, "require_trusted_attestation", json!(true)));
    accepted(&with(&case, "policy", json!({ "accept_none": false, "backup_requirement": "backed_up" })));
    let bound = with(&case, "policy", json!({ "backup_requirement": "device_bound" }));
    rejected(&bound, "R18", "backup_eligibility_not_allowed");

    let unattested = registration_of(device(Algorithm::Es256, Attestation::None), &Client::new(ORIGIN));
    let policy = json!({ "accept_none": false });
    rejected(&with(&unattested, "policy", policy), "R24", "attestation_none_not_accepted");

    let unverified = device(Algorithm::Es256, Attestation::None).user_verified(false).user_present(false);
    let mut options = creation_options();
    options["authenticatorSelection"]["userVerification"] = json!("preferred");
    let body = unverified.clone().register(&options, &Client::new(ORIGIN)).unwrap();
    let mut case = json!({ "id": 1, "ceremony": "registration", "config": config(), "credential": body });
    rejected(&case, "R15", "user_not_present");
    case["config"].as_object_mut().unwrap().remove("user_verification");
    case["config"]["time"] = json!("2020-01-01T00:00:00+01:00");
    accepted(&with(&case, "conditional_create", json!(true)));
}

/// The case of a response with one fault that is a matter of policy, and how the two policies meet it.
#[test]
fn policy_decides_what_the_specification_leaves_open() {
    let page = Client::new(ORIGIN);
    for (fault, policy, step, code, observed) in [
        (Fault::UnsortedKeys, json!({ "cbor": "strict" }), "R13", "not_canonical", "non_canonical_cbor"),
        (Fault::ReservedFlagsSet, json!({ "reject_reserved_flags": true }), "R13", "reserved_flags", "reserved_flags"),
        (
            Fault::UnsolicitedExtension,
            json!({ "unsolicited_extensions": "reject" }),
            "R28",
            "extension_unsolicited",
            "unsolicited_extension",
        ),
    ] {
        let mut device = device(Algorithm::Es256, Attestation::None);
        let body = device.register_with(&creation_options(), &page, fault).unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        let case = json!({ "id": 1, "ceremony": "registration", "config": config(), "credential": body });
        assert_eq!(accepted(&case)["observations"], json!([observed]));
        let relaxed = json!({ "cbor": "lenient", "unsolicited_extensions": "observe", "reject_reserved_flags": null });
        accepted(&with(&case, "policy", relaxed));
        rejected(&with(&case, "policy", policy), step, code);
    }
}

#[test]
fn an_authentication_is_judged_by_what_is_stored() {
    let case = authentication();
    let store = |member: &str, value: Value| {
        let mut case = case.clone();
        case["stored"][member] = value;
        case
    };
    rejected(&store("public_key", json!("oA")), "A21", "public_key_invalid");
    rejected(&store("credential_id", json!("AAAA")), "A6", "unknown_credential");
    rejected(&store("user_handle", json!("AAAA")), "A6a", "user_handle_mismatch");
    rejected(&store("sign_count", json!(6)), "A22", "sign_count_regressed");
    bad(&store("sign_count", json!(-1)), "u32");
    bad(&store("user_handle", json!("")), "user handle");
    let mut missing = case.clone();
    missing.as_object_mut().unwrap().remove("stored");
    rejected(&missing, "A6", "unknown_credential");

    let regressed = accepted(&with(&store("sign_count", json!(9)), "sign_count_policy", Value::Null));
    assert_eq!((&regressed["sign_count"], &regressed["sign_count_regressed"]), (&json!(6), &json!(true)));
    assert_eq!(regressed["observations"], json!(["sign_count_regressed"]));

    let changed = store("backup_eligible", json!(false));
    assert_eq!(accepted(&changed)["observations"], json!(["backup_eligibility_changed"]));
    rejected(&with(&changed, "enforce_backup_eligibility", json!(true)), "A19.2", "backup_eligibility_changed");

    let id = case["stored"]["credential_id"].clone();
    accepted(&with(&case, "allow_credentials", json!(["AAAA", id])));
    rejected(&with(&case, "allow_credentials", json!(["AAAA"])), "A5", "credential_not_allowed");
    bad(&with(&case, "allow_credentials", json!([""])), "credential id");
}

#[test]
fn who_signs_in_is_known_before_or_told_by_the_response() {
    let case = authentication();
    let discoverable = |case: &Value| with(case, "discoverable", json!(true));
    let handle = |case: &Value, handle: Value| {
        let mut case = case.clone();
        case["credential"]["response"]["userHandle"] = handle;
        case
    };
    accepted(&discoverable(&case));
    accepted(&handle(&case, Value::Null));
    rejected(&discoverable(&handle(&case, Value::Null)), "A6b", "user_handle_missing");
    rejected(&discoverable(&handle(&case, json!("AAAA"))), "A6b", "user_handle_mismatch");

    // A case that does not say whose the credential is can't have it compared.
    let mut unowned = case.clone();
    unowned["stored"].as_object_mut().unwrap().remove("user_handle");
    for case in [&unowned, &handle(&unowned, Value::Null), &handle(&unowned, json!("AAAA"))] {
        accepted(case);
    }
    accepted(&discoverable(&unowned));
    rejected(&discoverable(&handle(&unowned, Value::Null)), "A6b", "user_handle_missing");
}

#[test]
fn an_app_id_counts_where_the_case_asks_for_it_and_the_client_used_it() {
    let mut device = registered(device(Algorithm::Es256, Attestation::None));
    let stored = stored(&device);
    let page = Client::new(ORIGIN);
    // Its authenticator data is for `https://example.org/app-id.json`.
    let body = device.authenticate_with(&request_options(), &page, Fault::RpIdHashOfAppId).unwrap();
    let mut body: Value = serde_json::from_slice(&body).unwrap();
    body["clientExtensionResults"]["appid"] = json!(true);
    let case =
        json!({ "id": 1, "ceremony": "authentication", "config": config(), "stored": stored, "credential": body });
    rejected(&case, "A15", "rp_id_hash_mismatch");
    let asked = with(&case, "appid", json!("https://example.org/app-id.json"));
    accepted(&asked);
    rejected(&with(&case, "appid", json!("https://example.org/other.json")), "A15", "rp_id_hash_mismatch");
    bad(&with(&case, "appid", json!("http://example.org/app-id.json")), "https");
    let mut unused = asked;
    unused["credential"]["clientExtensionResults"]["appid"] = json!(false);
    rejected(&unused, "A15", "rp_id_hash_mismatch");
}

/// Text that a reader may take for JSON to be read anew, inside such text, a thousand deep: no line may end the process.
#[test]
fn text_inside_text_is_text() {
    let mut bomb = String::from("[]");
    for _ in 0..60 {
        // Escaped so that each level costs a constant for a quotation mark or backslash of the level inside.
        let text = bomb.replace('\\', r"\u005c").replace('"', r"\u0022");
        let (open, close) = ("[".repeat(120), "]".repeat(120));
        bomb = format!(r#"{open}{{"$serde_json::private::RawValue":"{text}"}}{close}"#);
    }
    let deep = format!("{}1{}", r#"{"$serde_json::private::RawValue":"#.repeat(100), "}".repeat(100));
    let mut lines = String::new();
    for member in ["id", "reason", "expect", "stored", "config", "credential", "expected"] {
        for value in [&bomb, &deep] {
            lines.push_str(&format!("{{\"{member}\":{value}}}\n"));
        }
    }
    for policy in [&bomb, &deep] {
        let config =
            json!({ "rp_id": "example.org", "origins": ["https://example.org"], "challenge": "AA" }).to_string();
        let config = config.replacen('{', &format!("{{\"policy\":{{\"compound\":{policy}}},"), 1);
        lines
            .push_str(&format!("{{\"id\":1,\"ceremony\":\"registration\",\"config\":{config},\"credential\":{{}}}}\n"));
    }
    let output = crate::program::ceremony(&["verify"], lines.as_bytes());
    let verdicts = crate::cases::verdicts(&output);
    assert_eq!(verdicts.len(), 16, "{}", String::from_utf8_lossy(&output.stderr));
    assert!(verdicts.iter().all(|verdict| verdict["code"] == "bad_case"), "{verdicts:?}");
}
