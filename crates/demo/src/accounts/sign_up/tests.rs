use super::*;
use crate::database::Pool;
use ceremony_config::{CeremonyPlace, DatabaseUrl, Settings};
use ceremony_http::Passkeys;
use ceremony_http::ceremony::{RegistrationResponse, UnixTime};
use ceremony_http::ceremony_service::clock::ManualClock;
use ceremony_http::ceremony_service::{NewAccount, SignUp};
use ceremony_http::{StoredCredential, UserId};
use ceremony_testkit::{Authenticator, Client};
use std::sync::Arc;
use std::time::Duration;

const ORIGIN: &str = "http://localhost:8000";

/// The accounts and the service over one database in memory, put together as the program does it.
async fn service(clock: &Arc<ManualClock>) -> (Accounts, Passkeys) {
    let mut settings = Settings::default();
    settings.database = DatabaseUrl::parse("sqlite::memory:").ok();
    settings.ceremonies = Some(CeremonyPlace::Memory);
    settings.origins = vec![ORIGIN.to_owned()];
    let database = settings.database().await.unwrap();
    let accounts = Accounts::new(Pool::of(&database).await.unwrap());
    let opened = settings.open_with(database.clone(), None).await.unwrap();
    let service = opened.service.clock(clock.clone());
    (accounts.clone(), service.sign_ups_with(database.sign_ups(), Arc::new(accounts)).build().unwrap())
}

async fn verified(passkeys: &Passkeys, name: &str) -> SignUp {
    let sign_ups = passkeys.sign_ups().unwrap();
    let account = NewAccount { name: name.to_owned(), display_name: String::new(), context: Vec::new() };
    let begun = sign_ups.begin(account, None).await.unwrap();
    let options = serde_json::to_value(&begun.options).unwrap();
    let response = Authenticator::new(name).register_json(&options, &Client::new(ORIGIN)).unwrap();
    let response = RegistrationResponse::from_json(&response).unwrap();
    sign_ups.finish(&begun.handle, None, &response, None).await.unwrap()
}

async fn of(passkeys: &Passkeys, user: &User) -> Vec<StoredCredential> {
    passkeys.list(&UserId::new(user.id.clone()).unwrap()).await.unwrap()
}

#[tokio::test]
async fn an_abandoned_sign_up_leaves_neither_account_nor_passkey() {
    let clock = Arc::new(ManualClock::new(UnixTime::from_secs(1_700_000_000)));
    let (accounts, passkeys) = service(&clock).await;
    // One that is complete, one whose account was made and no more, and one who has nothing to do with it.
    let whole = verified(&passkeys, "ada@example.com").await;
    let ada = accounts.create_for(whole.user_handle(), "ada@example.com").await.ok().unwrap();
    passkeys.sign_ups().unwrap().complete(whole, &UserId::new(ada.id.clone()).unwrap()).await.unwrap();
    let half = verified(&passkeys, "bob@example.com").await;
    let handle = half.user_handle().clone();
    accounts.create_for(&handle, "bob@example.com").await.ok().unwrap();
    accounts.create("eve@example.com", "hash").await.ok().unwrap();
    drop(half);

    // An account may take its time.
    passkeys.cleanup().await.unwrap();
    assert!(accounts.by_email("bob@example.com").await.unwrap().is_some());
    clock.advance(Duration::from_secs(2 * 3600));
    passkeys.cleanup().await.unwrap();
    assert!(accounts.by_email("bob@example.com").await.unwrap().is_none());
    for email in ["ada@example.com", "eve@example.com"] {
        assert!(accounts.by_email(email).await.unwrap().is_some(), "{email}");
    }
    assert_eq!(of(&passkeys, &ada).await.len(), 1);
    // The address is free again, and neither the handle nor the passkey is anybody's.
    let again = accounts.create_for(&handle, "bob@example.com").await.ok().unwrap();
    assert!(of(&passkeys, &again).await.is_empty());
}

#[tokio::test]
async fn one_handle_is_one_account() {
    let clock = Arc::new(ManualClock::new(UnixTime::from_secs(1_700_000_000)));
    let (accounts, _) = service(&clock).await;
    let [one, other] = [[1; 64], [2; 64]].map(|bytes| UserHandle::new(bytes).unwrap());
    let first = accounts.create_for(&one, "ada@example.com").await.ok().unwrap();
    let again = accounts.create_for(&one, "ada@example.com").await.ok().unwrap();
    assert_eq!(first.id, again.id);
    assert!(matches!(accounts.create_for(&other, "ada@example.com").await, Err(NoAccount::EmailTaken)));
    assert!(matches!(accounts.create("ada@example.com", "hash").await, Err(NoAccount::EmailTaken)));
    // A password that was there is no stranger's to take away.
    let eve = accounts.create("eve@example.com", "hash").await.ok().unwrap();
    assert!(matches!(accounts.create_for(&other, "eve@example.com").await, Err(NoAccount::EmailTaken)));
    assert!(accounts.has_password(&eve.id).await.unwrap() && !accounts.has_password(&first.id).await.unwrap());
}
