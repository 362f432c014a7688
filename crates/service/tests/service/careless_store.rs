//! A ceremony store that keeps none of its rules: the service looks at the state itself.

use crate::world::{OTHER_BROWSER, World, assertion, code, id, json, registration, tab};
use ceremony::UnixTime;
use ceremony_service::store::{BoxFuture, CeremonyKey, CeremonyStore, Handle, StoreError, Taken};
use ceremony_service::{AuditKind, Subject};
use ceremony_testkit::Authenticator;
use std::sync::{Arc, Mutex};

/// Gives the last state to whoever asks, however often and however late.
#[derive(Debug, Default)]
struct Careless(Mutex<Vec<u8>>);

impl CeremonyStore for Careless {
    fn put<'a>(
        &'a self,
        _: &'a CeremonyKey,
        bytes: Vec<u8>,
        _: UnixTime,
        _: UnixTime,
    ) -> BoxFuture<'a, Result<Handle, StoreError>> {
        *self.0.lock().unwrap() = bytes;
        Box::pin(async { Ok(Handle::parse("handle").unwrap()) })
    }

    fn take<'a>(&'a self, _: &'a CeremonyKey, _: &'a Handle, _: UnixTime) -> BoxFuture<'a, Result<Taken, StoreError>> {
        let bytes = self.0.lock().unwrap().clone();
        Box::pin(async { Ok(Taken::State(bytes)) })
    }

    fn cleanup(&self, _: UnixTime) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(async { Ok(0) })
    }
}

fn careless() -> World {
    World::with(|rp| rp, |s| s.ceremonies(Arc::new(Careless::default())))
}

#[tokio::test]
async fn another_browser_is_refused_all_the_same() {
    let world = careless();
    let mut device = Authenticator::new("d");
    let begun = world.begin_registration("ada").await;
    let response = registration(&device.register_json(&json(&begun.options), &tab()).unwrap());
    let refused = world.service.finish_registration(&id("ada"), &begun.handle, OTHER_BROWSER, &response, None).await;
    assert_eq!(code(refused), "ceremony_unusable");
    world.register(&mut Authenticator::new("e"), "ada").await;

    let mut device = Authenticator::new("f");
    world.register(&mut device, "bob").await;
    let begun = world.begin(Subject::Anybody).await;
    let response = assertion(&device.authenticate_json(&json(&begun.options), &tab()).unwrap());
    let refused = world.service.finish_authentication(None, &begun.handle, OTHER_BROWSER, &response).await;
    assert_eq!(code(refused), "ceremony_unusable");
}

#[tokio::test]
async fn an_expired_state_is_refused_after_one_signature_check() {
    let world = careless();
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    let begun = world.begin(Subject::Anybody).await;
    let response = device.authenticate_json(&json(&begun.options), &tab()).unwrap();
    world.clock.advance(world.service.ceremony().relying_party().timeout());
    world.verifier.taken();
    assert_eq!(code(world.finish(&begun.handle, &response).await), "ceremony_unusable");
    assert_eq!(world.verifier.taken(), 1);
}

#[tokio::test]
async fn a_state_of_the_other_kind_is_refused() {
    let world = careless();
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    let begun = world.begin(Subject::Anybody).await;
    let response = device.authenticate_json(&json(&begun.options), &tab()).unwrap();
    world.begin_registration("ada").await;
    assert_eq!(code(world.finish(&begun.handle, &response).await), "ceremony_unusable");
}

/// The store gave the state out: it is the state itself that is over.
#[tokio::test]
async fn an_event_says_which_ceremony_was_over() {
    let world = careless();
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    let timeout = world.service.ceremony().relying_party().timeout();
    let begun = world.begin_registration("ada").await;
    let response = Authenticator::new("e").register_json(&json(&begun.options), &tab()).unwrap();
    world.clock.advance(timeout);
    assert_eq!(code(world.finish_registration("ada", &begun.handle, &response).await), "ceremony_unusable");
    assert_eq!(world.audit.taken().pop(), Some(AuditKind::CeremonyExpired { registration: true }));
    let begun = world.begin(Subject::Anybody).await;
    let response = device.authenticate_json(&json(&begun.options), &tab()).unwrap();
    world.clock.advance(timeout);
    assert_eq!(code(world.finish(&begun.handle, &response).await), "ceremony_unusable");
    assert_eq!(world.audit.taken().pop(), Some(AuditKind::CeremonyExpired { registration: false }));
}

#[tokio::test]
async fn an_event_says_which_ceremony_was_another_browsers() {
    let world = careless();
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    let begun = world.begin(Subject::Anybody).await;
    let response = assertion(&device.authenticate_json(&json(&begun.options), &tab()).unwrap());
    let refused = world.service.finish_authentication(None, &begun.handle, OTHER_BROWSER, &response).await;
    assert_eq!(code(refused), "ceremony_unusable");
    assert_eq!(world.audit.taken().pop(), Some(AuditKind::CeremonyUnusable { registration: false }));
}
