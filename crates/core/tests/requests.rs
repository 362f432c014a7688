//! What is asked for stands in the options, each thing also alone, and in bounds.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[allow(unreachable_pub, dead_code, reason = "shared by several test programs")]
#[path = "support/fixture.rs"]
mod fixture;

use ceremony::{
    AppId, AuthenticationRequest, Challenge, CredentialDescriptor, CredentialId, CredentialProtection, Demand, Error,
    LargeBlob, MAX_DESCRIPTORS, Misuse, PrfValues, RegistrationRequest,
};
use fixture::{Fixture, NOW, ada};
use serde_json::{Value, json};

fn challenge() -> Challenge {
    Challenge::new([1; 32])
}

fn app_id() -> AppId {
    AppId::new("https://example.com/app.json").unwrap()
}

fn creation(request: RegistrationRequest) -> Value {
    let (options, _) = Fixture::new().ceremony.begin_registration(request, challenge(), NOW).unwrap();
    serde_json::to_value(&options).unwrap()["extensions"].take()
}

fn request(request: AuthenticationRequest) -> Value {
    let (options, _) = Fixture::new().ceremony.begin_authentication(request, challenge(), NOW).unwrap();
    serde_json::to_value(&options).unwrap()["extensions"].take()
}

#[test]
fn each_extension_of_a_registration_may_be_asked_for_alone() {
    let bare = || RegistrationRequest::passkey(ada()).cred_props(false);
    assert_eq!(creation(bare()), Value::Null);
    assert_eq!(creation(bare().cred_props(true)), json!({"credProps": true}));
    let protected = bare().cred_protect(CredentialProtection::UserVerificationRequired, Demand::Preferred);
    let policy = json!({"credentialProtectionPolicy": "userVerificationRequired"});
    assert_eq!(creation(protected), policy);
    assert_eq!(creation(bare().min_pin_length(Demand::Preferred)), json!({"minPinLength": true}));
    assert_eq!(creation(bare().prf(Demand::Preferred)), json!({"prf": {}}));
    assert_eq!(creation(bare().large_blob(Demand::Preferred)), json!({"largeBlob": {"support": "preferred"}}));
    assert_eq!(creation(bare().cred_blob([1], Demand::Preferred)), json!({"credBlob": "AQ"}));
    let excluded = json!({"appidExclude": "https://example.com/app.json"});
    assert_eq!(creation(bare().app_id_exclude(app_id())), excluded);
}

#[cfg(feature = "spc")]
#[test]
fn a_payment_may_be_asked_for_alone() {
    let payment = RegistrationRequest::passkey(ada()).cred_props(false).payment();
    assert_eq!(creation(payment), json!({"payment": {"isPayment": true}}));
}

#[test]
fn each_extension_of_an_authentication_may_be_asked_for_alone() {
    let bare = AuthenticationRequest::discoverable;
    assert_eq!(request(bare()), Value::Null);
    assert_eq!(request(bare().app_id(app_id())), json!({"appid": "https://example.com/app.json"}));
    assert_eq!(request(bare().prf_eval(PrfValues::new([1]))), json!({"prf": {"eval": {"first": "AQ"}}}));
    let read = bare().large_blob(LargeBlob::Read, Demand::Preferred);
    assert_eq!(request(read), json!({"largeBlob": {"read": true}}));
    assert_eq!(request(bare().cred_blob(Demand::Preferred)), json!({"getCredBlob": true}));
}

#[test]
fn as_many_credentials_as_the_limit_may_be_listed() {
    let ceremony = Fixture::new().ceremony;
    let listed = |count: usize| {
        let id = |at: usize| CredentialId::new(u64::try_from(at).unwrap().to_be_bytes()).unwrap();
        (0..count).map(move |at| CredentialDescriptor::new(id(at), Vec::new()))
    };
    for (count, fits) in [(1, true), (MAX_DESCRIPTORS, true), (MAX_DESCRIPTORS + 1, false), (1_000, false)] {
        let excluding = RegistrationRequest::passkey(ada()).exclude(listed(count));
        let allowing = AuthenticationRequest::for_user(fixture::handle(1)).allow(listed(count));
        let registration = ceremony.begin_registration(excluding, challenge(), NOW).map(drop);
        let authentication = ceremony.begin_authentication(allowing, challenge(), NOW).map(drop);
        for begun in [registration, authentication] {
            assert_eq!(begun.is_ok(), fits, "{count}: {begun:?}");
            if let Err(error) = begun {
                assert_eq!(error, Error::Misuse(Misuse::TooManyCredentials(MAX_DESCRIPTORS)), "{count}");
            }
        }
    }
}

/// The options name a person, and their Debug is likely to meet a log.
#[test]
fn options_show_neither_the_user_nor_the_challenge() {
    let ceremony = Fixture::new().ceremony;
    let (options, _) = ceremony.begin_registration(RegistrationRequest::passkey(ada()), challenge(), NOW).unwrap();
    let shown = format!("{options:?}");
    assert!(shown.contains("User(..)") && shown.contains("challenge: .."), "{shown}");
    for secret in ["ada", "Ada", "AQEBAQ"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
