//! Short pieces of code that pages show, and that they do what the pages say.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, unreachable_pub, reason = "a test")]

mod stores {
    use ceremony::Ceremony;
    use ceremony_service::memory::MemorySpendList;
    use ceremony_service::sealed::{KeyRing, SealedCeremonies, SealingKey};
    use ceremony_service::{BuildError, Passkeys};
    use ceremony_sqlx::SqliteStores;
    use std::sync::Arc;

    pub async fn sqlite(ceremony: Ceremony, url: &str) -> Result<Passkeys, Box<dyn std::error::Error>> {
        let stores = SqliteStores::connect(url).await?;
        stores.migrate().await?;
        let passkeys = Passkeys::builder(ceremony)
            .credentials(stores.credentials())
            .users(stores.users())
            .ceremonies(stores.ceremonies())
            .build()?;
        Ok(passkeys)
    }

    pub fn sealed(ceremony: Ceremony, stores: &SqliteStores, key: SealingKey) -> Result<Passkeys, BuildError> {
        Passkeys::builder(ceremony)
            .credentials(stores.credentials())
            .users(stores.users())
            .ceremonies(stores.ceremonies())
            .authentications(Arc::new(SealedCeremonies::new(KeyRing::new(key), stores.spend_list())))
            .build()
    }

    /// For one process: what is begun is sealed with a key that dies with it.
    pub fn one_process(ceremony: Ceremony, stores: &SqliteStores) -> Result<Passkeys, Box<dyn std::error::Error>> {
        let spent = Arc::new(MemorySpendList::new(100_000));
        let sealed = SealedCeremonies::new(KeyRing::new(SealingKey::random()?), spent);
        let builder = Passkeys::builder(ceremony).credentials(stores.credentials()).users(stores.users());
        Ok(builder.ceremonies(Arc::new(sealed)).build()?)
    }
}

mod policy {
    use ceremony::error::ConfigError;
    use ceremony::{BackupRequirement, RelyingParty, SignCountPolicy};

    pub fn strict() -> Result<RelyingParty, ConfigError> {
        RelyingParty::builder("example.com", "Example")
            .origin("https://example.com")
            .sign_count(SignCountPolicy::Suspend)
            .backup_requirement(BackupRequirement::DeviceBound)
            .build()
    }
}

mod recovery {
    use ceremony_service::store::UserId;
    use ceremony_service::{Passkeys, ServiceError};

    /// Somebody lost their devices and has proved, by other means, who they are.
    pub async fn lost_everything(passkeys: &Passkeys, user: &UserId) -> Result<u64, ServiceError> {
        let revoked = passkeys.revoke_all(user, "lost devices").await?;
        // Now, in this order: end all sessions of the account, write to its owner, let them add a new passkey.
        Ok(revoked)
    }

    /// Whether to ask for a second passkey: none yet, or a single one that is bound to its device.
    pub async fn should_offer_another(passkeys: &Passkeys, user: &UserId) -> Result<bool, ServiceError> {
        let list = passkeys.list(user).await?;
        Ok(match list.as_slice() {
            [] => true,
            [only] => !only.record.backup_state,
            _ => false,
        })
    }
}

use ceremony::{AuthenticationResponse, Ceremony, RegistrationResponse, RelyingParty};
use ceremony_service::sealed::SealingKey;
use ceremony_service::store::UserId;
use ceremony_service::{Account, Passkeys, RegisterOptions, ServiceError, Subject};
use ceremony_sqlx::SqliteStores;
use ceremony_testkit::{Authenticator, Client};
use serde_json::to_value;

const PAGE: &str = "https://example.com";

fn ceremony() -> Ceremony {
    Ceremony::new(RelyingParty::builder("example.com", "Example").origin(PAGE).build().unwrap())
}

fn account(id: &str) -> Account {
    Account { id: UserId::new(id).unwrap(), name: id.into(), display_name: String::new() }
}

async fn register(passkeys: &Passkeys, user: &Account, device: &mut Authenticator) -> Result<(), ServiceError> {
    let begun = passkeys.begin_registration(user, RegisterOptions::default(), None).await?;
    let made = device.register_json(&to_value(&begun.options).unwrap(), &Client::new(PAGE)).unwrap();
    let made = RegistrationResponse::from_json(&made).unwrap();
    passkeys.finish_registration(&user.id, &begun.handle, None, &made, None).await.map(drop)
}

async fn sign_in(passkeys: &Passkeys, device: &mut Authenticator) -> Result<String, ServiceError> {
    let begun = passkeys.begin_authentication(Subject::Anybody, b"", None).await?;
    let signed = device.authenticate_json(&to_value(&begun.options).unwrap(), &Client::new(PAGE)).unwrap();
    let signed = AuthenticationResponse::from_json(&signed).unwrap();
    let first = passkeys.finish_authentication(None, &begun.handle, None, &signed).await?.user.as_str().to_owned();
    let again = passkeys.finish_authentication(None, &begun.handle, None, &signed).await;
    assert!(matches!(again, Err(ServiceError::CeremonyUnusable)), "it works once, in every store");
    Ok(first)
}

#[tokio::test]
async fn every_arrangement_of_stores_signs_in_once() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("passkeys.db").display());
    let passkeys = stores::sqlite(ceremony(), &url).await.unwrap();
    let mut device = Authenticator::new("ada");
    register(&passkeys, &account("ada"), &mut device).await.unwrap();
    assert_eq!(sign_in(&passkeys, &mut device).await.unwrap(), "ada");

    let database = SqliteStores::connect(&url).await.unwrap();
    let sealed = stores::sealed(ceremony(), &database, SealingKey::random().unwrap()).unwrap();
    assert_eq!(sign_in(&sealed, &mut device).await.unwrap(), "ada");
    let one = stores::one_process(ceremony(), &database).unwrap();
    assert_eq!(sign_in(&one, &mut device).await.unwrap(), "ada");
}

#[tokio::test]
async fn lost_devices_no_longer_sign_in_and_a_new_one_does() {
    let passkeys = stores::sqlite(ceremony(), "sqlite::memory:").await.unwrap();
    let (ada, mut lost, mut new) = (account("ada"), Authenticator::new("lost"), Authenticator::new("new"));
    assert!(recovery::should_offer_another(&passkeys, &ada.id).await.unwrap());
    register(&passkeys, &ada, &mut lost).await.unwrap();
    let listed = passkeys.list(&ada.id).await.unwrap();
    assert_eq!(recovery::should_offer_another(&passkeys, &ada.id).await.unwrap(), !listed[0].record.backup_state);
    assert_eq!(recovery::lost_everything(&passkeys, &ada.id).await.unwrap(), 1);
    assert!(sign_in(&passkeys, &mut lost).await.is_err());
    register(&passkeys, &ada, &mut new).await.unwrap();
    assert_eq!(sign_in(&passkeys, &mut new).await.unwrap(), "ada");
}

#[tokio::test]
async fn device_bound_passkeys_alone() {
    let strict = Ceremony::new(policy::strict().unwrap());
    let passkeys = stores::sqlite(strict, "sqlite::memory:").await.unwrap();
    let mut synced = Authenticator::new("synced").backup_eligible(true).backup_state(true);
    assert_eq!(register(&passkeys, &account("ada"), &mut synced).await.unwrap_err().code(), "registration_failed");
    let mut bound = Authenticator::new("bound").backup_eligible(false).backup_state(false);
    register(&passkeys, &account("ada"), &mut bound).await.unwrap();
}
