//! Several relying parties over the same stores.

use crate::world::{BROWSER, World, account, assertion, code, id, json, registration};
use ceremony::{Ceremony, RelyingParty, Tenant, UnixTime, UserHandle};
use ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemorySignUps, MemorySpendList, MemoryUsers};
use ceremony_service::sealed::{KeyRing, SealedCeremonies, SealingKey};
use ceremony_service::store::{
    BoxFuture, CeremonyStore, CredentialStore, PendingSignUps, Realm, StoreError, UserHandles,
};
use ceremony_service::{AbandonedSignUps, PasskeySites, Passkeys, RegisterOptions, SitesError, Subject};
use ceremony_testkit::{Authenticator, Client};
use std::sync::Arc;
use std::time::Duration;

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

/// The accounts of an application that does not answer, so that no sign-up is taken back.
#[derive(Debug)]
struct Away;

impl AbandonedSignUps for Away {
    fn abandoned<'a>(&'a self, _: &'a Realm, _: &'a UserHandle) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async { Err(StoreError::unavailable("the accounts are away")) })
    }
}

/// A site with stores of its own, in which so much has expired: ceremonies, tombstones, sign-ups.
async fn expired(rp_id: &'static str, [ceremonies, tombstones, sign_ups]: [u8; 3], answers: bool) -> World {
    let (pending, origin) = (Arc::new(MemorySignUps::new()), format!("https://{rp_id}"));
    let world = World::with(
        |_| RelyingParty::builder(rp_id, "Example").origin(origin.clone()),
        |service| {
            if answers {
                service.sign_ups(pending.clone())
            } else {
                service.sign_ups_with(pending.clone(), Arc::new(Away))
            }
        },
    );
    for number in 0..tombstones {
        let begun = world.begin_registration("ada").await;
        let mut device = Authenticator::new(number.to_string());
        let response = device.register_json(&json(&begun.options), &Client::new(&origin)).unwrap();
        let stored = world.finish_registration("ada", &begun.handle, &response).await.unwrap();
        world.service.erase_credential(&id("ada"), stored.credential.id).await.unwrap();
    }
    for _ in 0..ceremonies {
        world.begin(Subject::Anybody).await;
    }
    for number in 0..sign_ups {
        let handle = UserHandle::new([number; 64]).unwrap();
        pending.add(world.service.realm(), &handle, UnixTime::from_secs(5)).await.unwrap();
    }
    world.clock.advance(Duration::from_secs(66 * 60));
    world
}

#[tokio::test]
async fn a_cleanup_adds_up_what_each_site_dropped() {
    let (com, org) = (expired("example.com", [1, 2, 4], true).await, expired("example.org", [3, 1, 1], true).await);
    let sites = PasskeySites::new([com.service, org.service]).unwrap();
    let cleaned = sites.cleanup().await.unwrap();
    assert_eq!([cleaned.ceremonies, cleaned.tombstones, cleaned.sign_ups], [4, 3, 5]);
    assert_eq!(sites.cleanup().await.unwrap(), ceremony_service::Cleaned::default());
}

#[tokio::test]
async fn a_site_that_is_not_cleaned_does_not_keep_the_others_from_it() {
    let (com, org) = (expired("example.com", [1, 1, 1], false).await, expired("example.org", [1, 1, 1], true).await);
    let sites = PasskeySites::new([com.service.clone(), org.service.clone()]).unwrap();
    assert_eq!(code(sites.cleanup().await), "unavailable");
    assert_eq!(org.service.cleanup().await.unwrap(), ceremony_service::Cleaned::default());
    assert_eq!(code(com.service.cleanup().await), "unavailable");
}

#[test]
fn what_is_shown_of_sites_is_where_they_are() {
    let shown = format!("{:?}", PasskeySites::new(three(&Stores::new(memory()))).unwrap());
    for part in ["Passkeys {", "\"red\"", "\"blue\"", "example.com", "example.org"] {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
}
