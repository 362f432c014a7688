//! Several relying parties over the same stores.

use crate::world::{BROWSER, account, assertion, code, id, json, registration};
use ceremony::{Ceremony, RelyingParty, Tenant};
use ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemorySpendList, MemoryUsers};
use ceremony_service::sealed::{KeyRing, SealedCeremonies, SealingKey};
use ceremony_service::store::{CeremonyStore, CredentialStore, UserHandles};
use ceremony_service::{PasskeySites, Passkeys, RegisterOptions, SitesError, Subject};
use ceremony_testkit::{Authenticator, Client};
use std::sync::Arc;

#[derive(Clone)]
struct Stores {
    credentials: Arc<MemoryCredentials>,
    users: Arc<MemoryUsers>,
    ceremonies: Arc<dyn CeremonyStore>,
}

impl Stores {
    fn new(ceremonies: Arc<dyn CeremonyStore>) -> Self {
        Self { credentials: Arc::new(MemoryCredentials::new()), users: Arc::new(MemoryUsers::new()), ceremonies }
    }

    fn site(&self, tenant: &str, rp_id: &str, origin: &str) -> Passkeys {
        let rp = RelyingParty::builder(rp_id, "Example").origin(origin).tenant(Tenant::new(tenant).unwrap());
        Passkeys::builder(Ceremony::new(rp.build().unwrap()))
            .credentials(self.credentials.clone())
            .users(self.users.clone())
            .ceremonies(self.ceremonies.clone())
            .build()
            .unwrap()
    }
}

fn memory() -> Arc<dyn CeremonyStore> {
    Arc::new(MemoryCeremonies::new(100))
}

fn sealed() -> Arc<dyn CeremonyStore> {
    Arc::new(SealedCeremonies::new(KeyRing::new(SealingKey::random().unwrap()), Arc::new(MemorySpendList::new(1000))))
}

/// Two tenants on one origin, and a second RP ID of the first tenant: all three share every store and key.
fn three(stores: &Stores) -> [Passkeys; 3] {
    [
        stores.site("red", "example.com", "https://red.example.com"),
        stores.site("blue", "example.com", "https://blue.example.com"),
        stores.site("red", "example.org", "https://example.org"),
    ]
}

#[test]
fn found_by_tenant_origin_and_realm() {
    let sites = PasskeySites::new(three(&Stores::new(memory()))).unwrap();
    let rp_ids = |tenant: &str| -> Vec<String> {
        let tenant = Tenant::new(tenant).unwrap();
        sites.by_tenant(&tenant).map(|site| site.realm().rp_id.as_str().to_owned()).collect()
    };
    assert_eq!(rp_ids("red"), ["example.com", "example.org"]);
    assert_eq!(rp_ids("blue"), ["example.com"]);
    assert!(rp_ids("").is_empty());
    let blue = sites.by_origin("https://blue.example.com").unwrap();
    assert_eq!(blue.realm().tenant.as_str(), "blue");
    for origin in
        ["", "https://example.com", "https://blue.example.com/", "http://blue.example.com", "blue.example.com"]
    {
        assert!(sites.by_origin(origin).is_none(), "{origin}");
    }
    assert_eq!(sites.by_realm(blue.realm()).unwrap().realm(), blue.realm());
    assert_eq!(sites.iter().count(), 3);
}

#[test]
fn sites_that_can_t_be_told_apart_are_refused() {
    let stores = Stores::new(memory());
    let one = stores.site("red", "example.com", "https://example.com");
    let again = stores.site("red", "example.com", "https://other.example.com");
    let error = PasskeySites::new([one.clone(), again]).unwrap_err();
    assert_eq!(error, SitesError::SameRealm(one.realm().clone()));
    assert!(error.to_string().contains("example.com"), "{error}");
    let shared = stores.site("blue", "example.com", "https://example.com");
    let error = PasskeySites::new([one, shared]).unwrap_err();
    assert_eq!(error, SitesError::SameOrigin("https://example.com".to_owned()));
}

#[tokio::test]
async fn records_do_not_cross() {
    for ceremonies in [memory(), sealed()] {
        let stores = Stores::new(ceremonies);
        let [red, blue, org] = three(&stores);
        let mut device = Authenticator::new("sites");
        let begun = red.begin_registration(&account("ada"), RegisterOptions::default(), BROWSER).await.unwrap();
        let tab = Client::new("https://red.example.com");
        let response = device.register_json(&json(&begun.options), &tab).unwrap();
        let response = registration(&response);
        let stored = red.finish_registration(&id("ada"), &begun.handle, BROWSER, &response, None).await.unwrap();

        // The user of that name is another person in another tenant, and has nothing under another RP ID.
        for other in [&blue, &org] {
            assert!(other.list(&id("ada")).await.unwrap().is_empty());
            assert_eq!(code(other.get(&id("ada"), stored.credential.id).await), "not_found");
            assert_eq!(code(other.revoke(&id("ada"), stored.credential.id, "").await), "not_found");
            let found = stores.credentials.find(other.realm(), &stored.credential.record.credential_id).await.unwrap();
            assert!(found.is_none());
        }
        let red_handle = &stored.credential.record.user_handle;
        assert_eq!(stores.users.resolve(&blue.realm().tenant, red_handle).await.unwrap(), None);

        // The very same passkey on a page of the other tenant: right RP ID, right signature, but nobody's there.
        let begun = blue.begin_authentication(Subject::Anybody, b"", BROWSER).await.unwrap();
        let tab = Client::new("https://blue.example.com");
        let response = device.authenticate_json(&json(&begun.options), &tab).unwrap();
        let refused = blue.finish_authentication(None, &begun.handle, BROWSER, &assertion(&response)).await;
        assert_eq!(code(refused), "unknown_credential");
    }
}

#[tokio::test]
async fn ceremonies_do_not_cross() {
    for ceremonies in [memory(), sealed()] {
        let stores = Stores::new(ceremonies);
        let [red, blue, _] = three(&stores);
        let mut device = Authenticator::new("sites");
        let begun = red.begin_registration(&account("ada"), RegisterOptions::default(), BROWSER).await.unwrap();
        let response = device.register_json(&json(&begun.options), &Client::new("https://red.example.com")).unwrap();
        let response = registration(&response);
        blue.begin_registration(&account("ada"), RegisterOptions::default(), BROWSER).await.unwrap();
        let crossed = blue.finish_registration(&id("ada"), &begun.handle, BROWSER, &response, None).await;
        assert_eq!(code(crossed), "ceremony_unusable");
        // Whoever tried burnt nothing.
        red.finish_registration(&id("ada"), &begun.handle, BROWSER, &response, None).await.unwrap();

        let begun = red.begin_authentication(Subject::Anybody, b"", BROWSER).await.unwrap();
        let response =
            device.authenticate_json(&json(&begun.options), &Client::new("https://red.example.com")).unwrap();
        let response = assertion(&response);
        let crossed = blue.finish_authentication(None, &begun.handle, BROWSER, &response).await;
        assert_eq!(code(crossed), "ceremony_unusable");
        assert_eq!(code(red.finish_authentication(None, &begun.handle, BROWSER, &response).await), "ok");
    }
}

#[tokio::test]
async fn erasing_a_user_reaches_every_relying_party_of_the_tenant() {
    let stores = Stores::new(memory());
    let [red, blue, org] = three(&stores);
    let sites = PasskeySites::new([red.clone(), blue.clone(), org.clone()]).unwrap();
    let mut device = Authenticator::new("sites");
    for (site, origin) in
        [(&red, "https://red.example.com"), (&blue, "https://blue.example.com"), (&org, "https://example.org")]
    {
        let begun = site.begin_registration(&account("ada"), RegisterOptions::default(), BROWSER).await.unwrap();
        let response = device.register_json(&json(&begun.options), &Client::new(origin)).unwrap();
        let response = registration(&response);
        site.finish_registration(&id("ada"), &begun.handle, BROWSER, &response, None).await.unwrap();
    }
    let tenant = Tenant::new("red").unwrap();
    assert_eq!(sites.erase(&tenant, &id("ada")).await.unwrap(), 2);
    assert_eq!(sites.erase(&tenant, &id("ada")).await.unwrap(), 0);
    assert!(stores.users.find(&tenant, &id("ada")).await.unwrap().is_none());
    for (site, left) in [(&red, 0), (&org, 0), (&blue, 1)] {
        assert_eq!(site.list(&id("ada")).await.unwrap().len(), left, "{site:?}");
    }
    assert_eq!(sites.erase(&Tenant::new("green").unwrap(), &id("ada")).await.unwrap(), 0);
}

#[tokio::test]
async fn all_are_cleaned() {
    let sites = PasskeySites::new(three(&Stores::new(memory()))).unwrap();
    assert_eq!(sites.cleanup().await.unwrap(), ceremony_service::Cleaned::default());
}
