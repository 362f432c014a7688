//! Every fault of the test authenticator, and everything unusual that it can do.

use crate::cases::{config, registered, stored, verdicts};
use crate::program::{ORIGIN, ceremony, creation_options, device, request_options};
use ceremony_testkit::{Algorithm, Attestation, Ceremony, Client, Fault, Variation};
use serde_json::{Value, json};

/// A case around a response's text as it is, whatever is wrong with it.
fn line(id: &str, expect: &str, stored: Option<&Value>, body: &[u8]) -> Vec<u8> {
    let kind = if stored.is_some() { "authentication" } else { "registration" };
    let stored = stored.map(|stored| format!(r#""stored":{stored},"#)).unwrap_or_default();
    let (id, config) = (json!(id), config());
    let head =
        format!(r#"{{"id":{id},"ceremony":"{kind}","expect":"{expect}","config":{config},{stored}"credential":"#);
    // White space between tokens: a line feed means the same as a blank.
    let body = body.iter().map(|byte| if *byte == b'\n' { b' ' } else { *byte });
    head.into_bytes().into_iter().chain(body).chain(*b"}\n").collect()
}

/// Whether a line can hold the response at all: the text of a broken one would break the line's own.
fn fits(body: &[u8]) -> bool {
    body.len() < 1_000_000 && serde_json::from_slice::<&serde_json::value::RawValue>(body).is_ok()
}

/// What faults need beyond a fresh authenticator: more credentials, or a page of another kind.
const NEED_MORE: [Fault; 4] =
    [Fault::CredentialIdTaken, Fault::CredentialNotAllowed, Fault::OriginAndroidPadded, Fault::OriginAndroidHex];

#[test]
fn every_fault_is_rejected_with_a_step_and_every_variation_accepted() {
    let page = Client::new(ORIGIN);
    let mut input = Vec::new();
    let mut expected = Vec::new();
    let mut put = |name: String, expect: &'static str, stored: Option<&Value>, body: &[u8]| {
        input.extend(line(&name, expect, stored, body));
        expected.push((name, expect));
    };
    for &algorithm in Algorithm::classic() {
        for &attestation in Attestation::without_certificates() {
            let fresh = || device(algorithm, attestation);
            let (old, stored) = (registered(fresh()), stored(&registered(fresh())));
            let name = |what: &str| format!("{algorithm:?} {attestation:?} {what}");

            put(name("honest"), "accept", None, &fresh().register_json(&creation_options(), &page).unwrap());
            let body = old.clone().authenticate_json(&request_options(), &page).unwrap();
            put(name("honest"), "accept", Some(&stored), &body);

            for fault in Fault::all().iter().filter(|fault| !fault.is_judged_by_policy()) {
                if fault.applies_to(Ceremony::Registration, algorithm, attestation) {
                    match fresh().register_with(&creation_options(), &page, *fault) {
                        Ok(body) if fits(&body) => put(name(fault.name()), "reject", None, &body),
                        Ok(_) => {}
                        Err(error) => assert!(NEED_MORE.contains(fault), "{fault:?}: {error}"),
                    }
                }
                if fault.applies_to(Ceremony::Authentication, algorithm, attestation) {
                    match old.clone().authenticate_with(&request_options(), &page, *fault) {
                        Ok(body) if fits(&body) => put(name(fault.name()), "reject", Some(&stored), &body),
                        Ok(_) => {}
                        Err(error) => assert!(NEED_MORE.contains(fault), "{fault:?}: {error}"),
                    }
                }
            }
            for variation in Variation::all().iter().filter(|variation| variation.attestations().contains(&attestation))
            {
                if variation.applies_to(Ceremony::Registration, algorithm) {
                    // Format none has no signature whose form could vary.
                    match fresh().register_varied(&creation_options(), &page, *variation) {
                        Ok(body) => put(name(variation.id()), "accept", None, &body),
                        Err(error) => {
                            assert_eq!((variation, attestation), (&Variation::HighS, Attestation::None), "{error}")
                        }
                    }
                }
                if variation.applies_to(Ceremony::Authentication, algorithm) {
                    match old.clone().authenticate_varied(&request_options(), &page, *variation) {
                        Ok(body) => put(name(variation.id()), "accept", Some(&stored), &body),
                        // This authenticator sends the user handle anyway.
                        Err(error) => assert_eq!(*variation, Variation::UserHandlePresent, "{error}"),
                    }
                }
            }
        }
    }
    let output = ceremony(&["verify", "--summary"], &input);
    let verdicts = verdicts(&output);
    assert_eq!(verdicts.len(), expected.len());
    assert!(expected.iter().filter(|(_, expect)| *expect == "reject").count() > 800, "{}", expected.len());
    for (verdict, (name, expect)) in verdicts.iter().zip(&expected) {
        assert_eq!((&verdict["id"], &verdict["verdict"]), (&json!(name), &json!(expect)), "{verdict}");
        assert_eq!(*expect == "reject", verdict["step"].is_string() && verdict["code"].is_string(), "{verdict}");
        assert_eq!(verdict.get("mismatch"), None);
    }
    assert_eq!(output.status.code(), Some(0));
    let summary = String::from_utf8(output.stderr).unwrap();
    assert!(summary.starts_with(&format!("{} cases: ", expected.len())), "{summary}");
    assert!(summary.ends_with(" 0 bad; 0 not as expected\n"), "{summary}");
}
