//! The page on testing: a sign-in test with the test kit and a fixed clock.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "a test")]

use ceremony::{AuthenticationResponse, Ceremony, RegistrationResponse, RelyingParty, UnixTime};
use ceremony_service::clock::ManualClock;
use ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemoryUsers};
use ceremony_service::store::UserId;
use ceremony_service::{Account, Passkeys, RegisterOptions, ServiceError, Subject};
use ceremony_testkit::{Authenticator, Client, Fault};
use serde_json::to_value;
use std::sync::Arc;
use std::time::Duration;

const PAGE: &str = "https://example.com";

/// The service as your program builds it, over memory, with a clock that stands still.
fn service(clock: &Arc<ManualClock>) -> Passkeys {
    let relying_party = RelyingParty::builder("example.com", "Example").origin(PAGE).build().unwrap();
    Passkeys::builder(Ceremony::new(relying_party))
        .credentials(Arc::new(MemoryCredentials::new()))
        .users(Arc::new(MemoryUsers::new()))
        .ceremonies(Arc::new(MemoryCeremonies::default()))
        .clock(clock.clone())
        .build()
        .unwrap()
}

#[tokio::test]
async fn ada_signs_in() {
    let clock = Arc::new(ManualClock::new(UnixTime::from_secs(1_795_000_000)));
    let (passkeys, mut device, page) = (service(&clock), Authenticator::new("ada"), Client::new(PAGE));
    let ada = Account { id: UserId::new("1815").unwrap(), name: "ada".into(), display_name: String::new() };

    let begun = passkeys.begin_registration(&ada, RegisterOptions::default(), None).await.unwrap();
    let made = device.register_json(&to_value(&begun.options).unwrap(), &page).unwrap();
    let made = RegistrationResponse::from_json(&made).unwrap();
    passkeys.finish_registration(&ada.id, &begun.handle, None, &made, Some("Laptop")).await.unwrap();

    let begun = passkeys.begin_authentication(Subject::Anybody, b"", None).await.unwrap();
    let signed = device.authenticate_json(&to_value(&begun.options).unwrap(), &page).unwrap();
    let signed = AuthenticationResponse::from_json(&signed).unwrap();
    let done = passkeys.finish_authentication(None, &begun.handle, None, &signed).await.unwrap();
    assert_eq!(done.user.as_str(), "1815");
}

/// A service in which Ada has a passkey.
async fn with_ada(clock: &Arc<ManualClock>) -> (Passkeys, Authenticator) {
    let (passkeys, mut device, page) = (service(clock), Authenticator::new("ada"), Client::new(PAGE));
    let ada = Account { id: UserId::new("1815").unwrap(), name: "ada".into(), display_name: String::new() };
    let begun = passkeys.begin_registration(&ada, RegisterOptions::default(), None).await.unwrap();
    let made = device.register_json(&to_value(&begun.options).unwrap(), &page).unwrap();
    let made = RegistrationResponse::from_json(&made).unwrap();
    passkeys.finish_registration(&ada.id, &begun.handle, None, &made, None).await.unwrap();
    (passkeys, device)
}

#[tokio::test]
async fn five_minutes_are_enough_and_more_are_too_many() {
    let clock = Arc::new(ManualClock::new(UnixTime::from_secs(1_795_000_000)));
    let (passkeys, mut device) = with_ada(&clock).await;
    let begun = passkeys.begin_authentication(Subject::Anybody, b"", None).await.unwrap();
    let signed = device.authenticate_json(&to_value(&begun.options).unwrap(), &Client::new(PAGE)).unwrap();
    let signed = AuthenticationResponse::from_json(&signed).unwrap();
    clock.advance(Duration::from_secs(301));
    let late = passkeys.finish_authentication(None, &begun.handle, None, &signed).await;
    assert!(matches!(late, Err(ServiceError::CeremonyUnusable)));
}

#[tokio::test]
async fn a_page_elsewhere_signs_nobody_in() {
    let clock = Arc::new(ManualClock::new(UnixTime::from_secs(1_795_000_000)));
    let (passkeys, mut device) = with_ada(&clock).await;
    let begun = passkeys.begin_authentication(Subject::Anybody, b"", None).await.unwrap();
    let options = to_value(&begun.options).unwrap();
    let forged = device.authenticate_with(&options, &Client::new(PAGE), Fault::OriginSubdomain).unwrap();
    let forged = AuthenticationResponse::from_json(&forged).unwrap();
    let refused = passkeys.finish_authentication(None, &begun.handle, None, &forged).await.unwrap_err();
    assert_eq!(refused.code(), "authentication_failed");
}
