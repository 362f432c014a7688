//! Whatever goes wrong in a finish: one signature check, the ceremony used up, one answer.

use crate::world::{World, code, id, json, named, stranger, tab, unknown};
use ceremony_service::store::StoredCredential;
use ceremony_service::{ServiceError, Subject, UsernameFirst};
use ceremony_testkit::{Authenticator, Fault, SignCount};

/// Runs a ceremony and gives the answer's code and the number of signatures that were checked.
async fn run(
    world: &World,
    subject: Subject,
    answer: impl FnOnce(&serde_json::Value) -> Vec<u8>,
) -> (&'static str, usize) {
    let begun = world.begin(subject).await;
    let response = answer(&json(&begun.options));
    world.verifier.taken();
    let first = code(world.finish(&begun.handle, &response).await);
    let checks = world.verifier.taken();
    assert_eq!(code(world.finish(&begun.handle, &response).await), "ceremony_unusable", "used up after {first}");
    assert_eq!(world.verifier.taken(), 0, "without a state there is nothing to check");
    (first, checks)
}

async fn two_accounts(world: &World) -> (Authenticator, StoredCredential, Authenticator) {
    let mut ada = Authenticator::new("ada").sign_count(SignCount::Counter { start: 1, step: 1 });
    let stored = world.register(&mut ada, "ada").await;
    let mut bob = Authenticator::new("bob");
    world.register(&mut bob, "bob").await;
    (ada, stored, bob)
}

#[tokio::test]
async fn one_signature_check_on_every_path() {
    let world = World::with(|rp| rp, |s| s.username_first(UsernameFirst::Listed { decoy_key: [5; 32] }));
    let (mut ada, stored, bob) = two_accounts(&world).await;
    let handle = world.user_handle("ada").await;
    let honest = |device: &Authenticator| {
        let mut device = device.clone();
        move |options: &serde_json::Value| {
            let mut options = options.clone();
            options["allowCredentials"] = serde_json::json!([]);
            device.authenticate_json(&options, &tab()).unwrap()
        }
    };
    assert_eq!(run(&world, Subject::Anybody, |o| ada.authenticate_json(o, &tab()).unwrap()).await, ("ok", 1));
    assert_eq!(run(&world, named("ada"), |o| ada.authenticate_json(o, &tab()).unwrap()).await, ("ok", 1));

    let bad_signature =
        |o: &serde_json::Value| ada.clone().authenticate_with(o, &tab(), Fault::SignatureBitFlipped).unwrap();
    assert_eq!(run(&world, Subject::Anybody, bad_signature).await, ("authentication_failed", 1));
    let foreign_origin =
        |o: &serde_json::Value| ada.clone().authenticate_with(o, &tab(), Fault::OriginForeign).unwrap();
    assert_eq!(run(&world, Subject::Anybody, foreign_origin).await, ("authentication_failed", 1));

    let lost = stranger("lost", &handle);
    assert_eq!(run(&world, Subject::Anybody, honest(&lost)).await, ("unknown_credential", 1));
    assert_eq!(run(&world, named("ada"), honest(&lost)).await, ("authentication_failed", 1));
    assert_eq!(run(&world, named("ada"), honest(&bob)).await, ("authentication_failed", 1));
    assert_eq!(run(&world, unknown("zoe"), honest(&bob)).await, ("authentication_failed", 1));

    let mut cloned = ada.clone();
    cloned.credential_mut(stored.record.credential_id.as_bytes()).unwrap().set_sign_count(0);
    assert_eq!(run(&world, Subject::Anybody, honest(&cloned)).await, ("authentication_failed", 1));

    world.service.suspend(&stored.record.credential_id, "").await.unwrap();
    assert_eq!(run(&world, Subject::Anybody, honest(&ada)).await, ("authentication_failed", 1));
    world.service.revoke(&id("ada"), stored.id, "").await.unwrap();
    assert_eq!(run(&world, Subject::Anybody, honest(&ada)).await, ("authentication_failed", 1));
    assert_eq!(run(&world, named("ada"), honest(&ada)).await, ("authentication_failed", 1));
}

#[tokio::test]
async fn a_decoy_is_never_called_unknown() {
    let world = World::with(|rp| rp, |s| s.username_first(UsernameFirst::Listed { decoy_key: [5; 32] }));
    let begun = world.begin(unknown("zoe")).await;
    let decoy = crate::world::listed(&begun.options)[0].0.clone();
    let handle = ceremony::UserHandle::new([1; 64]).unwrap();
    // A client that answers a usernameless ceremony with an id from somebody's list.
    let answer = |options: &serde_json::Value| {
        let mut response = stranger("s", &handle).authenticate(options, &tab()).unwrap();
        response["id"] = decoy.clone().into();
        response["rawId"] = decoy.clone().into();
        response.to_string().into_bytes()
    };
    assert_eq!(run(&world, Subject::Anybody, answer).await, ("authentication_failed", 1));
}

#[tokio::test]
async fn an_expired_ceremony_is_unusable() {
    let world = World::new();
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    let begun = world.begin(Subject::Anybody).await;
    let response = device.authenticate_json(&json(&begun.options), &tab()).unwrap();
    world.clock.advance(world.service.ceremony().relying_party().timeout());
    assert_eq!(code(world.finish(&begun.handle, &response).await), "ceremony_unusable");
    let begun = world.begin_registration("bob").await;
    let response = Authenticator::new("e").register_json(&json(&begun.options), &tab()).unwrap();
    world.clock.advance(world.service.ceremony().relying_party().timeout());
    assert_eq!(code(world.finish_registration("bob", &begun.handle, &response).await), "ceremony_unusable");
}

#[tokio::test]
async fn a_failed_registration_uses_the_ceremony_up() {
    let world = World::new();
    let begun = world.begin_registration("ada").await;
    let options = json(&begun.options);
    let bad = Authenticator::new("d").register_with(&options, &tab(), Fault::OriginForeign).unwrap();
    let refused = world.finish_registration("ada", &begun.handle, &bad).await;
    assert_eq!(crate::world::reason(refused), "origin_not_allowed");
    let good = Authenticator::new("d").register_json(&options, &tab()).unwrap();
    assert_eq!(code(world.finish_registration("ada", &begun.handle, &good).await), "ceremony_unusable");
    assert_eq!(world.audit.names(), ["registration_began", "registration_failed", "ceremony_unusable"]);
}

#[test]
fn no_text_comes_twice_in_a_chain() {
    let errors = [
        ServiceError::AuthenticationFailed(ceremony::Error::UnknownCredential),
        ServiceError::RegistrationFailed(ceremony::Error::Misuse(ceremony::Misuse::NoAlgorithms)),
        ServiceError::Misuse(ceremony::Misuse::ContextTooLong),
        ServiceError::Store(ceremony_service::store::StoreError::unavailable("connection refused")),
        ServiceError::Entropy(ceremony_service::EntropyError::new("no device")),
        ServiceError::CeremonyUnusable,
    ];
    for error in errors {
        let mut texts = vec![error.to_string()];
        let mut next = std::error::Error::source(&error);
        while let Some(cause) = next {
            texts.push(cause.to_string());
            next = cause.source();
        }
        for (at, text) in texts.iter().enumerate() {
            assert!(!text.is_empty() && !text.ends_with('.'));
            assert!(!texts.iter().skip(at + 1).any(|other| other.contains(text.as_str())), "{texts:?}");
        }
    }
}

/// What was done is done, whether or not its name can be found for the event.
#[tokio::test]
async fn a_suspension_is_told_also_where_its_credential_is_not_found_again() {
    let spy = std::sync::Arc::new(crate::spy::Spy::default());
    let world = World::with(|rp| rp, |service| service.credentials(spy.clone()));
    let stored = world.register(&mut Authenticator::new("ada"), "ada").await;
    let credential_id = &stored.record.credential_id;
    world.audit.taken();
    spy.fail_once();
    assert!(world.service.suspend(credential_id, "").await.unwrap());
    spy.fail_once();
    assert!(world.service.reactivate(credential_id).await.unwrap());
    let told = [
        ceremony_service::AuditKind::CredentialSuspended { credential: None },
        ceremony_service::AuditKind::CredentialReactivated { credential: None },
    ];
    assert_eq!(world.audit.taken(), told);
}
