//! What an application tells the passkeys when an account changes or goes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "a test")]

use ceremony::{Ceremony, RegistrationResponse, RelyingParty};
use ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemoryUsers};
use ceremony_service::store::UserId;
use ceremony_service::{Account, Passkeys, RegisterOptions};
use ceremony_testkit::{Authenticator, Client};
use std::sync::Arc;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The owner has another name: answer with this, and the page hands it to `passkeys.detailsChanged(payload)`.
async fn renamed(passkeys: &Passkeys, account: &Account) -> Result<serde_json::Value, Failure> {
    Ok(serde_json::to_value(passkeys.user_details_changed(account).await?)?)
}

/// The account is deleted: first it is gone or locked in your own database, then the passkeys go. The page hands the
/// answer, unless it is `null`, to `PublicKeyCredential.signalAllAcceptedCredentials?.(payload)`.
async fn deleted(passkeys: &Passkeys, user: &UserId) -> Result<serde_json::Value, Failure> {
    let mut signal = serde_json::to_value(passkeys.signal_accepted(user).await?)?; // before: it has the user handle
    passkeys.erase(user).await?; // call it again after an error
    if let Some(accepted) = signal.get_mut("allAcceptedCredentialIds") {
        *accepted = serde_json::json!([]); // none is left: password managers hide what they have
    }
    Ok(signal)
}

#[tokio::test]
async fn a_name_and_an_end_are_told_to_the_password_manager() {
    let relying_party = RelyingParty::builder("example.com", "Example").origin("https://example.com").build().unwrap();
    let passkeys = Passkeys::builder(Ceremony::new(relying_party))
        .credentials(Arc::new(MemoryCredentials::new()))
        .users(Arc::new(MemoryUsers::new()))
        .ceremonies(Arc::new(MemoryCeremonies::default()))
        .build()
        .unwrap();
    let mut ada = Account { id: UserId::new("1815").unwrap(), name: "ada".into(), display_name: String::new() };
    assert!(deleted(&passkeys, &ada.id).await.unwrap().is_null(), "who never had a passkey");

    let (mut device, page) = (Authenticator::new("ada"), Client::new("https://example.com"));
    let begun = passkeys.begin_registration(&ada, RegisterOptions::default(), None).await.unwrap();
    let made = device.register_json(&serde_json::to_value(&begun.options).unwrap(), &page).unwrap();
    let made = RegistrationResponse::from_json(&made).unwrap();
    passkeys.finish_registration(&ada.id, &begun.handle, None, &made, None).await.unwrap();

    ada.name = "lovelace".into();
    assert_eq!(renamed(&passkeys, &ada).await.unwrap()["name"], "lovelace");
    let signal = deleted(&passkeys, &ada.id).await.unwrap();
    assert_eq!(signal["allAcceptedCredentialIds"], serde_json::json!([]));
    assert_eq!(signal["rpId"], "example.com");
    assert!(signal["userId"].is_string());
    assert!(passkeys.list(&ada.id).await.unwrap().is_empty());
}
