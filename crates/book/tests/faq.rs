//! The page of questions and errors quotes what the library really says.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test")]

use ceremony::{
    AuthenticationRequest, AuthenticationResponse, Ceremony, Challenge, RegistrationRequest, RegistrationResponse,
    RelyingParty, UnixTime, UserEntity, UserHandle,
};
use ceremony_testkit::{Authenticator, Client, Fault};

const PAGE: &str = include_str!("../../../docs/faq.md");

#[test]
fn settings_that_cannot_work_are_quoted_word_for_word() {
    for (rp_id, origin) in [
        ("127.0.0.1", "http://127.0.0.1:3000"),
        ("example.com", "http://example.com"),
        ("example.com", "https://example.com/"),
        ("https://example.com", "https://example.com"),
        ("app.example.com", "https://example.com"),
        ("co.uk", "https://example.co.uk"),
    ] {
        let error = RelyingParty::builder(rp_id, "Example").origin(origin).build().unwrap_err();
        // Names of methods stand in backticks; so does the whole message on the page.
        let message = format!("| `{}` |", error.to_string().replace('`', ""));
        assert!(PAGE.contains(&message), "{message}");
        // A `main` that returns the error prints this.
        assert!(format!("{error:?}").ends_with(&format!(": {error}")), "{error:?}");
    }
}

#[test]
fn reasons_are_those_that_the_core_gives() {
    let ceremony =
        Ceremony::new(RelyingParty::builder("example.com", "Example").origin("https://example.com").build().unwrap());
    let (mut device, page) = (Authenticator::new("ada"), Client::new("https://example.com"));
    let now = UnixTime::from_secs(1_795_000_000);
    let user = UserEntity::new(UserHandle::new([7; 64]).unwrap(), "ada", "Ada");
    let begun = ceremony.begin_registration(RegistrationRequest::passkey(user), Challenge::new([1; 32]), now);
    let (options, state) = begun.unwrap();
    let made = device.register_json(&serde_json::to_value(&options).unwrap(), &page).unwrap();
    let made = RegistrationResponse::from_json(&made).unwrap();
    let record = ceremony.finish_registration(state, &made, now).unwrap().into_record();

    for (fault, reason) in [
        (Fault::OriginSubdomain, "origin_not_allowed"),
        (Fault::ChallengeOther, "challenge_mismatch"),
        (Fault::UserNotVerified, "user_not_verified"),
        (Fault::UserHandleForeign, "user_handle_mismatch"),
    ] {
        let request = AuthenticationRequest::discoverable();
        let (options, state) = ceremony.begin_authentication(request, Challenge::new([2; 32]), now).unwrap();
        let signed = device.clone().authenticate_with(&serde_json::to_value(&options).unwrap(), &page, fault).unwrap();
        let signed = AuthenticationResponse::from_json(&signed).unwrap();
        let refused = ceremony.finish_authentication(state, &signed, Some(&record), now).unwrap_err();
        assert_eq!(refused.code(), reason);
        assert!(PAGE.contains(&format!("`{reason}`")), "{reason}");
    }
    let refused = ["origin_not_allowed", "A12"];
    assert!(refused.iter().all(|part| PAGE.contains(part)));
}
