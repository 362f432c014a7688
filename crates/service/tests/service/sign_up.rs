//! Accounts that come into being with a passkey alone.

use crate::spy::Spy;
use crate::world::{BROWSER, OTHER_BROWSER, World, account, code, id, json, register_with_id, registration, tab};
use ceremony::{CreationOptions, Tenant, UserHandle};
use ceremony_service::memory::{MemorySignUps, MemoryUsers};
use ceremony_service::store::{BoxFuture, CredentialStore, PendingSignUps, Realm, StoreError, UserHandles, UserId};
use ceremony_service::{
    AbandonedSignUps, AuditKind, Begun, NewAccount, RegisterOptions, Registered, ServiceError, SignUp, SignUps,
};
use ceremony_testkit::{Authenticator, Fault};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);

/// An application's accounts, by user handle.
#[derive(Debug, Default)]
struct Accounts {
    made: Mutex<HashMap<UserHandle, String>>,
    /// How many calls fail before one succeeds.
    failures: Mutex<usize>,
}

impl Accounts {
    fn make(&self, sign_up: &SignUp, name: &str) {
        self.made.lock().unwrap().insert(sign_up.user_handle().clone(), name.to_owned());
    }

    fn count(&self) -> usize {
        self.made.lock().unwrap().len()
    }
}

impl AbandonedSignUps for Accounts {
    fn abandoned<'a>(&'a self, _: &'a Realm, handle: &'a UserHandle) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let mut failures = self.failures.lock().unwrap();
            if *failures > 0 {
                *failures -= 1;
                return Err(StoreError::unavailable(std::io::Error::other("the accounts are away")));
            }
            self.made.lock().unwrap().remove(handle);
            Ok(())
        })
    }
}

struct Site {
    world: World,
    accounts: Arc<Accounts>,
    pending: Arc<MemorySignUps>,
}

impl Site {
    fn new() -> Self {
        let (accounts, pending) = (Arc::new(Accounts::default()), Arc::new(MemorySignUps::new()));
        let world = World::with(|rp| rp, |service| service.sign_ups_with(pending.clone(), accounts.clone()));
        Self { world, accounts, pending }
    }

    fn sign_ups(&self) -> SignUps<'_> {
        self.world.service.sign_ups().unwrap()
    }

    async fn begin(&self) -> Begun<CreationOptions> {
        self.sign_ups().begin(ada(), BROWSER).await.unwrap()
    }

    async fn finish(&self, device: &mut Authenticator) -> Result<SignUp, ServiceError> {
        let begun = self.begin().await;
        let response = device.register_json(&json(&begun.options), &tab()).unwrap();
        self.sign_ups().finish(&begun.handle, BROWSER, &registration(&response), None).await
    }

    async fn sign_up(&self, device: &mut Authenticator, user: &str) -> Result<Registered, ServiceError> {
        let sign_up = self.finish(device).await?;
        self.accounts.make(&sign_up, user);
        self.sign_ups().complete(sign_up, &id(user)).await
    }

    /// The handles that are noted, whenever they expire.
    async fn notes(&self) -> Vec<UserHandle> {
        let (realm, end) = (self.world.service.realm(), ceremony::UnixTime::from_millis(u64::MAX));
        self.pending.abandoned(realm, end, 100).await.unwrap()
    }

    /// Whether anything is left of a user handle.
    async fn knows(&self, handle: &UserHandle) -> bool {
        let realm = self.world.service.realm();
        let pending = self.notes().await;
        self.world.credentials.count(realm, handle).await.unwrap() > 0
            || self.world.users.resolve(&realm.tenant, handle).await.unwrap().is_some()
            || pending.contains(handle)
            || self.accounts.made.lock().unwrap().contains_key(handle)
    }
}

fn ada() -> NewAccount {
    NewAccount { name: "ada@mail.example".to_owned(), display_name: "Ada".to_owned(), context: b"ada@mail".to_vec() }
}

#[tokio::test]
async fn the_account_comes_into_being_with_the_passkey() {
    let site = Site::new();
    let mut device = Authenticator::new("ada");
    let begun = site.begin().await;
    let options = json(&begun.options);
    assert_eq!(options["user"]["name"], "ada@mail.example");
    assert_eq!(options["user"]["displayName"], "Ada");
    assert_eq!(options["excludeCredentials"].as_array().map_or(0, Vec::len), 0);
    let response = registration(&device.register_json(&options, &tab()).unwrap());
    let sign_up = site.sign_ups().finish(&begun.handle, BROWSER, &response, Some("Ada's phone")).await.unwrap();
    assert_eq!(sign_up.context(), b"ada@mail");

    // Until the account is there, the passkey is nobody's.
    assert_eq!(code(site.world.sign_in(&mut device).await), "authentication_failed");
    site.accounts.make(&sign_up, "ada");
    let registered = site.sign_ups().complete(sign_up, &id("ada")).await.unwrap();
    assert_eq!(registered.user, id("ada"));
    assert_eq!(registered.context, b"ada@mail");
    assert_eq!(registered.credential.record.name, "Ada's phone");
    let signed_in = site.world.sign_in(&mut device).await.unwrap();
    assert_eq!(signed_in.user, id("ada"));
    assert_eq!(site.world.service.list(&id("ada")).await.unwrap().len(), 1);
    let names = site.world.audit.names();
    assert!(names.contains(&"signed_up"), "{names:?}");

    // Nothing is pending any more.
    site.world.clock.advance(2 * HOUR);
    assert_eq!(site.world.service.cleanup().await.unwrap().sign_ups, 0);
    assert_eq!(site.accounts.count(), 1);
    assert_eq!(site.world.sign_in(&mut device).await.unwrap().user, id("ada"));
}

#[tokio::test]
async fn every_begin_draws_a_handle_and_writes_nothing() {
    let site = Site::new();
    let handles: std::collections::HashSet<String> = futures_util::future::join_all(
        (0..4).map(|_| async { json(&site.begin().await.options)["user"]["id"].as_str().unwrap().to_owned() }),
    )
    .await
    .into_iter()
    .collect();
    assert_eq!(handles.len(), 4);
    assert!(handles.iter().all(|handle| handle.len() == 86), "64 bytes each");
    site.world.clock.advance(2 * HOUR);
    assert_eq!(site.world.service.cleanup().await.unwrap().sign_ups, 0);
}

#[tokio::test]
async fn an_account_that_is_there_is_never_claimed() {
    let site = Site::new();
    let mut owner = Authenticator::new("owner");
    site.world.register(&mut owner, "ada").await;
    let mut thief = Authenticator::new("thief");
    let sign_up = site.finish(&mut thief).await.unwrap();
    let handle = sign_up.user_handle().clone();
    let refused = site.sign_ups().complete(sign_up, &id("ada")).await;
    assert_eq!(code(refused), "credential_exists");
    assert!(!site.knows(&handle).await);
    assert_eq!(site.world.service.list(&id("ada")).await.unwrap().len(), 1);
    assert_eq!(code(site.world.sign_in(&mut thief).await), "unknown_credential");
    assert_eq!(site.world.sign_in(&mut owner).await.unwrap().user, id("ada"));
}

#[tokio::test]
async fn an_application_that_refuses_leaves_nothing() {
    let site = Site::new();
    let mut device = Authenticator::new("ada");
    let sign_up = site.finish(&mut device).await.unwrap();
    let handle = sign_up.user_handle().clone();
    assert!(site.knows(&handle).await);
    site.sign_ups().abandon(sign_up).await.unwrap();
    assert!(!site.knows(&handle).await);
    assert!(site.world.audit.kinds().contains(&AuditKind::SignUpAbandoned { sign_ups: 1 }));
}

#[tokio::test]
async fn what_is_never_completed_is_taken_back() {
    let site = Site::new();
    let mut device = Authenticator::new("ada");
    let sign_up = site.finish(&mut device).await.unwrap();
    let handle = sign_up.user_handle().clone();
    site.accounts.make(&sign_up, "ada");
    // The server dies here, and the note is all that is left.
    drop(sign_up);
    site.world.clock.advance(HOUR - Duration::from_millis(1));
    assert_eq!(site.world.service.cleanup().await.unwrap().sign_ups, 0);
    assert!(site.knows(&handle).await);
    site.world.clock.advance(Duration::from_millis(1));

    // While the application can't remove its account, the rest stays, so that the next cleanup finds it.
    *site.accounts.failures.lock().unwrap() = 1;
    assert_eq!(code(site.world.service.cleanup().await), "unavailable");
    assert!(site.knows(&handle).await);
    assert_eq!(site.world.service.cleanup().await.unwrap().sign_ups, 1);
    assert!(!site.knows(&handle).await);
    assert_eq!(site.world.service.cleanup().await.unwrap().sign_ups, 0);
    // The passkey can't come back as somebody's.
    assert_eq!(code(site.world.sign_in(&mut device).await), "unknown_credential");
}

#[tokio::test]
async fn more_than_one_batch_is_taken_back_at_once() {
    let site = Site::new();
    let realm = site.world.service.realm().clone();
    for number in 0..250_u8 {
        let handle = UserHandle::new([number; 64]).unwrap();
        site.pending.add(&realm, &handle, ceremony::UnixTime::from_secs(5)).await.unwrap();
    }
    assert_eq!(site.world.service.cleanup().await.unwrap().sign_ups, 250);
}

#[tokio::test]
async fn an_account_that_took_too_long_gets_nothing() {
    let site = Site::new();
    let mut device = Authenticator::new("ada");
    let sign_up = site.finish(&mut device).await.unwrap();
    site.accounts.make(&sign_up, "ada");
    let handle = sign_up.user_handle().clone();
    let now = ceremony_service::Clock::now(&*site.world.clock);
    site.world.clock.advance(HOUR);
    assert_eq!(site.world.service.cleanup().await.unwrap().sign_ups, 1);
    // The cleanup was that of a server whose clock is ahead.
    site.world.clock.set(now);
    assert_eq!(code(site.sign_ups().complete(sign_up, &id("ada")).await), "ceremony_unusable");
    assert!(!site.knows(&handle).await);
    assert!(site.world.users.find(&site.world.service.realm().tenant, &id("ada")).await.unwrap().is_none());
}

#[tokio::test]
async fn an_account_that_took_55_minutes_gets_nothing_even_before_the_cleanup() {
    let site = Site::new();
    let (mut in_time, mut late) = (Authenticator::new("ada"), Authenticator::new("bob"));
    let (first, second) = (site.finish(&mut in_time).await.unwrap(), site.finish(&mut late).await.unwrap());
    site.accounts.make(&second, "bob");
    let handle = second.user_handle().clone();
    let margin = Duration::from_secs(5 * 60);
    site.world.clock.advance(HOUR - margin - Duration::from_millis(1));
    assert_eq!(site.sign_ups().complete(first, &id("ada")).await.unwrap().user, id("ada"));
    site.world.clock.advance(Duration::from_millis(1));
    assert_eq!(code(site.sign_ups().complete(second, &id("bob")).await), "ceremony_unusable");
    // It is the cleanup's, with the account that was made.
    assert!(site.knows(&handle).await);
    site.world.clock.advance(margin);
    assert_eq!(site.world.service.cleanup().await.unwrap().sign_ups, 1);
    assert!(!site.knows(&handle).await);
}

#[tokio::test]
async fn a_store_that_loses_its_answer_leaves_a_note() {
    let (accounts, pending) = (Arc::new(Accounts::default()), Arc::new(MemorySignUps::new()));
    let spy = Arc::new(Spy::default());
    let world = World::with(
        |rp| rp,
        |service| service.sign_ups_with(pending.clone(), accounts.clone()).credentials(spy.clone()),
    );
    let mut device = Authenticator::new("ada");
    let begun = world.service.sign_ups().unwrap().begin(ada(), BROWSER).await.unwrap();
    let response = registration(&device.register_json(&json(&begun.options), &tab()).unwrap());
    spy.lose_answer_of_insert();
    let lost = world.service.sign_ups().unwrap().finish(&begun.handle, BROWSER, &response, None).await;
    assert_eq!(code(lost), "unavailable");
    let realm = world.service.realm();
    let noted = pending.abandoned(realm, ceremony::UnixTime::from_millis(u64::MAX), 100).await.unwrap();
    let [handle] = noted.as_slice() else { panic!("{} notes", noted.len()) };
    assert_eq!(spy.count(realm, handle).await.unwrap(), 1, "the passkey is stored");
    world.clock.advance(HOUR);
    assert_eq!(world.service.cleanup().await.unwrap().sign_ups, 1);
    assert_eq!(spy.count(realm, handle).await.unwrap(), 0);
}

/// The application deletes its account where this fails: the passkey must not outlive it.
#[tokio::test]
async fn what_could_not_be_completed_is_taken_back() {
    let (accounts, pending) = (Arc::new(Accounts::default()), Arc::new(MemorySignUps::new()));
    let spy = Arc::new(Spy::default());
    let world = World::with(
        |rp| rp,
        |service| service.sign_ups_with(pending.clone(), accounts.clone()).credentials(spy.clone()),
    );
    let sign_ups = world.service.sign_ups().unwrap();
    let mut device = Authenticator::new("ada");
    let begun = sign_ups.begin(ada(), BROWSER).await.unwrap();
    let response = registration(&device.register_json(&json(&begun.options), &tab()).unwrap());
    let sign_up = sign_ups.finish(&begun.handle, BROWSER, &response, None).await.unwrap();
    let (realm, handle) = (world.service.realm().clone(), sign_up.user_handle().clone());
    accounts.make(&sign_up, "ada");
    spy.fail_once();
    assert_eq!(code(sign_ups.complete(sign_up, &id("ada")).await), "unavailable");
    assert!(world.users.find(&realm.tenant, &id("ada")).await.unwrap().is_none());
    assert!(!world.audit.names().contains(&"signed_up"));
    world.clock.advance(HOUR);
    assert_eq!(world.service.cleanup().await.unwrap().sign_ups, 1);
    assert_eq!((spy.count(&realm, &handle).await.unwrap(), accounts.count()), (0, 0));
}

/// A store that links the handle and does not get to say so.
#[derive(Debug)]
struct Mute(Arc<MemoryUsers>);

impl UserHandles for Mute {
    fn get_or_create<'a>(
        &'a self,
        tenant: &'a Tenant,
        user: &'a UserId,
    ) -> BoxFuture<'a, Result<UserHandle, StoreError>> {
        self.0.get_or_create(tenant, user)
    }

    fn find<'a>(
        &'a self,
        tenant: &'a Tenant,
        user: &'a UserId,
    ) -> BoxFuture<'a, Result<Option<UserHandle>, StoreError>> {
        self.0.find(tenant, user)
    }

    fn resolve<'a>(
        &'a self,
        tenant: &'a Tenant,
        handle: &'a UserHandle,
    ) -> BoxFuture<'a, Result<Option<UserId>, StoreError>> {
        self.0.resolve(tenant, handle)
    }

    fn import<'a>(
        &'a self,
        tenant: &'a Tenant,
        user: &'a UserId,
        handle: &'a UserHandle,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            self.0.import(tenant, user, handle).await?;
            Err(StoreError::unavailable(std::io::Error::other("the answer is lost")))
        })
    }

    fn forget<'a>(&'a self, tenant: &'a Tenant, user: &'a UserId) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.0.forget(tenant, user)
    }
}

/// Whoever gets the account's id next would get its handle, and with it the passkey.
#[tokio::test]
async fn an_account_that_may_have_been_linked_is_not() {
    let (accounts, users) = (Arc::new(Accounts::default()), Arc::new(MemoryUsers::new()));
    let pending = Arc::new(MemorySignUps::new());
    let mute = Arc::new(Mute(users.clone()));
    let world = World::with(|rp| rp, |service| service.sign_ups_with(pending.clone(), accounts.clone()).users(mute));
    let sign_ups = world.service.sign_ups().unwrap();
    let begun = sign_ups.begin(ada(), BROWSER).await.unwrap();
    let response = registration(&Authenticator::new("ada").register_json(&json(&begun.options), &tab()).unwrap());
    let sign_up = sign_ups.finish(&begun.handle, BROWSER, &response, None).await.unwrap();
    assert_eq!(code(sign_ups.complete(sign_up, &id("ada")).await), "unavailable");
    assert!(users.find(&world.service.realm().tenant, &id("ada")).await.unwrap().is_none());
    world.clock.advance(HOUR);
    assert_eq!(world.service.cleanup().await.unwrap().sign_ups, 1);
}

#[tokio::test]
async fn one_that_can_t_be_taken_back_does_not_keep_the_others() {
    let site = Site::new();
    let realm = site.world.service.realm().clone();
    for number in 0..3 {
        let (handle, since) = (UserHandle::new([number; 64]).unwrap(), ceremony::UnixTime::from_secs(number.into()));
        site.pending.add(&realm, &handle, since).await.unwrap();
    }
    *site.accounts.failures.lock().unwrap() = 1;
    assert_eq!(code(site.world.service.cleanup().await), "unavailable");
    assert_eq!(site.notes().await.len(), 1);
    let events = site.world.audit.taken();
    assert!(events.contains(&AuditKind::SignUpAbandoned { sign_ups: 2 }), "{events:?}");
    assert!(!events.iter().any(|event| matches!(event, AuditKind::CleanedUp { .. })), "{events:?}");
    assert_eq!(site.world.service.cleanup().await.unwrap().sign_ups, 1);
}

#[tokio::test]
async fn a_completed_one_whose_note_is_left_keeps_its_account() {
    let site = Site::new();
    let mut device = Authenticator::new("ada");
    let registered = site.sign_up(&mut device, "ada").await.unwrap();
    let realm = site.world.service.realm().clone();
    site.pending
        .add(&realm, &registered.credential.record.user_handle, ceremony_service::Clock::now(&*site.world.clock))
        .await
        .unwrap();
    assert_eq!(site.world.service.cleanup().await.unwrap().sign_ups, 0);
    assert_eq!(site.world.sign_in(&mut device).await.unwrap().user, id("ada"));
    assert_eq!(site.accounts.count(), 1);
}

#[tokio::test]
async fn a_ceremony_is_used_once_by_the_browser_that_began_it() {
    let site = Site::new();
    let mut device = Authenticator::new("ada");
    let begun = site.begin().await;
    let response = registration(&device.register_json(&json(&begun.options), &tab()).unwrap());
    let elsewhere = site.sign_ups().finish(&begun.handle, OTHER_BROWSER, &response, None).await;
    assert_eq!(code(elsewhere), "ceremony_unusable");
    let sign_up = site.sign_ups().finish(&begun.handle, BROWSER, &response, None).await.unwrap();
    assert_eq!(code(site.sign_ups().finish(&begun.handle, BROWSER, &response, None).await), "ceremony_unusable");
    site.sign_ups().abandon(sign_up).await.unwrap();
}

#[tokio::test]
async fn sign_ups_and_added_passkeys_do_not_mix() {
    let site = Site::new();
    // Begun for an account that is signed in, finished as a sign-up: it would be a second account with her handle.
    let mut device = Authenticator::new("ada");
    let begun = site.world.begin_registration("ada").await;
    let response = registration(&device.register_json(&json(&begun.options), &tab()).unwrap());
    assert_eq!(code(site.sign_ups().finish(&begun.handle, BROWSER, &response, None).await), "ceremony_unusable");
    // Begun as a sign-up, finished by somebody who is signed in.
    let begun = site.begin().await;
    let response = registration(&device.register_json(&json(&begun.options), &tab()).unwrap());
    site.world.service.begin_registration(&account("ada"), RegisterOptions::default(), BROWSER).await.unwrap();
    let crossed = site.world.service.finish_registration(&id("ada"), &begun.handle, BROWSER, &response, None).await;
    assert_eq!(code(crossed), "ceremony_unusable");
    // Not even where the handle is that person's.
    let begun = site.begin().await;
    let options = json(&begun.options);
    let response = registration(&Authenticator::new("eve").register_json(&options, &tab()).unwrap());
    let handle = ceremony_testkit::base64url::decode(options["user"]["id"].as_str().unwrap()).unwrap();
    let handle = UserHandle::new(handle).unwrap();
    assert!(site.world.users.import(&site.world.service.realm().tenant, &id("eve"), &handle).await.unwrap());
    let crossed = site.world.service.finish_registration(&id("eve"), &begun.handle, BROWSER, &response, None).await;
    assert_eq!(code(crossed), "ceremony_unusable");
}

#[tokio::test]
async fn a_bad_passkey_leaves_nothing() {
    let site = Site::new();
    let begun = site.begin().await;
    let options = json(&begun.options);
    let response = Authenticator::new("ada").register_with(&options, &tab(), Fault::OriginForeign).unwrap();
    let refused = site.sign_ups().finish(&begun.handle, BROWSER, &registration(&response), None).await;
    assert_eq!(code(refused), "registration_failed");
    // Somebody else's credential id: refused, and the owner keeps it.
    let mut owner = Authenticator::new("owner");
    let taken = site.world.register(&mut owner, "bob").await;
    let begun = site.begin().await;
    let wanted = taken.record.credential_id.as_bytes().to_vec();
    let stolen = register_with_id("thief", &json(&begun.options), &wanted);
    let refused = site.sign_ups().finish(&begun.handle, BROWSER, &registration(&stolen), None).await;
    assert_eq!(code(refused), "credential_exists");
    site.world.clock.advance(2 * HOUR);
    assert_eq!(site.world.service.cleanup().await.unwrap().sign_ups, 0, "nothing was pending");
    assert_eq!(site.world.sign_in(&mut owner).await.unwrap().user, id("bob"));
}

#[tokio::test]
async fn names_and_contexts_have_limits() {
    let site = Site::new();
    let long = NewAccount { context: vec![0; 256], ..ada() };
    assert_eq!(code(site.sign_ups().begin(long, BROWSER).await), "misuse");
    let mut device = Authenticator::new("ada");
    let begun = site.sign_ups().begin(NewAccount { context: vec![1; 255], ..ada() }, BROWSER).await.unwrap();
    let response = registration(&device.register_json(&json(&begun.options), &tab()).unwrap());
    let refused = site.sign_ups().finish(&begun.handle, BROWSER, &response, Some("a\0b")).await;
    assert_eq!(code(refused), "invalid_name");
    let sign_up = site.sign_ups().finish(&begun.handle, BROWSER, &response, None).await.unwrap();
    assert_eq!(sign_up.context(), [1; 255]);
    site.sign_ups().abandon(sign_up).await.unwrap();
}

#[test]
fn a_service_without_their_store_has_none() {
    assert!(World::new().service.sign_ups().is_none());
}

#[tokio::test]
async fn a_note_goes_when_the_account_is_there() {
    let site = Site::new();
    let registered = site.sign_up(&mut Authenticator::new("ada"), "ada").await.unwrap();
    assert_eq!(site.notes().await, []);
    // One that is left all the same goes with the next cleanup.
    let handle = registered.credential.record.user_handle;
    let now = ceremony_service::Clock::now(&*site.world.clock);
    site.pending.add(site.world.service.realm(), &handle, now).await.unwrap();
    assert_eq!(site.notes().await, [handle]);
    assert_eq!(site.world.service.cleanup().await.unwrap().sign_ups, 0);
    assert_eq!(site.notes().await, []);
}

/// Their notes stay, and stand before those of all others.
#[tokio::test]
async fn sign_ups_that_can_not_be_taken_back_are_in_nobodys_way() {
    let site = Site::new();
    let realm = site.world.service.realm();
    let now = ceremony_service::Clock::now(&*site.world.clock);
    for number in 0..350_u64 {
        let handle = UserHandle::new(number.to_be_bytes()).unwrap();
        site.pending.add(realm, &handle, now.saturating_add(Duration::from_millis(number))).await.unwrap();
    }
    site.world.clock.advance(HOUR);
    *site.accounts.failures.lock().unwrap() = 250;
    site.world.service.cleanup().await.unwrap_err();
    let (end, left) = (ceremony::UnixTime::from_millis(u64::MAX), site.pending.clone());
    assert_eq!(left.abandoned(realm, end, 1_000).await.unwrap().len(), 250);
    let told = site.world.audit.taken();
    assert!(told.contains(&AuditKind::SignUpAbandoned { sign_ups: 100 }), "{told:?}");
    // Where nothing can be done at all, a cleanup ends before everything was tried.
    for number in 1_000..2_500_u64 {
        site.pending.add(realm, &UserHandle::new(number.to_be_bytes()).unwrap(), now).await.unwrap();
    }
    *site.accounts.failures.lock().unwrap() = 10_000;
    site.world.service.cleanup().await.unwrap_err();
    let calls = 10_000 - *site.accounts.failures.lock().unwrap();
    assert_eq!(calls, 1_000);
    *site.accounts.failures.lock().unwrap() = 0;
    assert_eq!(site.world.service.cleanup().await.unwrap().sign_ups, 250 + 1_500);
}

#[tokio::test]
async fn a_cleanup_tells_of_sign_ups_where_some_were_taken_back() {
    let site = Site::new();
    let told = || {
        let told = site.world.audit.taken().into_iter();
        told.filter(|kind| kind.name() == "sign_up_abandoned").collect::<Vec<_>>()
    };
    site.world.service.cleanup().await.unwrap();
    assert_eq!(told(), []);
    for seed in ["ada", "bob"] {
        drop(site.finish(&mut Authenticator::new(seed)).await.unwrap());
    }
    site.world.clock.advance(HOUR);
    site.world.service.cleanup().await.unwrap();
    assert_eq!(told(), [AuditKind::SignUpAbandoned { sign_ups: 2 }]);
    site.world.service.cleanup().await.unwrap();
    assert_eq!(told(), []);
}

#[tokio::test]
async fn what_is_shown_of_a_sign_up_names_nobody() {
    let site = Site::new();
    assert_eq!(format!("{:?}", ada()), "NewAccount(..)");
    let begun = site.begin().await;
    let response = registration(&Authenticator::new("d").register_json(&json(&begun.options), &tab()).unwrap());
    let sign_up = site.sign_ups().finish(&begun.handle, BROWSER, &response, None).await.unwrap();
    let shown = [format!("{:?}", site.sign_ups()), format!("{sign_up:?}"), format!("{:?}", site.pending)];
    for (text, part) in
        shown.iter().zip(["SignUps { realm: ", "registered: Verified { record: ", "MemorySignUps { len: 1 }"])
    {
        assert!(text.contains(part), "{part:?} is not in {text}");
        assert!(!text.contains("@mail") && !text.contains("97, 100, 97, 64"), "{text}");
    }
    site.sign_ups().abandon(sign_up).await.unwrap();
}
