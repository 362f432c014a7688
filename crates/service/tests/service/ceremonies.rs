//! Both ceremonies as they should go.

use crate::world::{BROWSER, World, account, assertion, code, id, json, listed, named, registration, tab, unknown};
use ceremony_service::{AuditKind, Passkeys, Purpose, RegisterOptions, ServiceError, Subject, UsernameFirst};
use ceremony_testkit::{Algorithm, Authenticator, SignCount, UserHandle};

#[tokio::test]
async fn every_algorithm_registers_and_signs_in() {
    let world = World::new();
    for (at, algorithm) in Algorithm::classic().iter().enumerate() {
        let user = format!("user{at}");
        let mut device = Authenticator::new(&user).algorithm(*algorithm);
        let stored = world.register(&mut device, &user).await;
        assert_eq!(stored.record.algorithm().id(), algorithm.cose_id());
        let done = world.sign_in(&mut device).await.unwrap();
        assert_eq!(done.user, id(&user));
        assert_eq!(done.credential.id, stored.id);
        assert_eq!(done.purpose, Purpose::SignIn);
    }
}

#[tokio::test]
async fn what_is_returned_is_what_is_stored() {
    let world = World::new();
    let mut device = Authenticator::new("d").sign_count(SignCount::Counter { start: 3, step: 2 });
    let registered = world.try_register(&mut device, "ada").await.unwrap();
    assert_eq!(registered.discoverable, Some(true));
    assert_eq!(registered.credential, world.service.get(&id("ada"), registered.credential.id).await.unwrap());
    world.clock.advance(std::time::Duration::from_secs(60));
    let done = world.sign_in(&mut device).await.unwrap();
    assert_eq!(done.credential.record.sign_count, 5);
    assert_eq!(done.credential.record.last_used_at, Some(ceremony_service::Clock::now(&*world.clock)));
    assert_eq!(done.credential, world.service.get(&id("ada"), done.credential.id).await.unwrap());
}

#[tokio::test]
async fn contexts_come_back_and_are_capped() {
    let world = World::new();
    let mut device = Authenticator::new("d");
    let options = RegisterOptions::default().context(*b"invitation 7");
    let begun = world.service.begin_registration(&account("ada"), options, BROWSER).await.unwrap();
    let response = device.register_json(&json(&begun.options), &tab()).unwrap();
    let registered = world.finish_registration("ada", &begun.handle, &response).await.unwrap();
    assert_eq!(registered.context, b"invitation 7");

    let longest = vec![9; ceremony_service::MAX_APP_CONTEXT];
    let begun = world.service.begin_authentication(Subject::Anybody, &longest, BROWSER).await.unwrap();
    let response = device.authenticate_json(&json(&begun.options), &tab()).unwrap();
    assert_eq!(world.finish(&begun.handle, &response).await.unwrap().context(), longest);

    let longer = vec![9; ceremony_service::MAX_APP_CONTEXT + 1];
    let refused = world.service.begin_authentication(Subject::Anybody, &longer, BROWSER).await;
    assert!(matches!(refused, Err(ServiceError::Misuse(ceremony::Misuse::ContextTooLong))));
    let options = RegisterOptions::default().context(longer);
    let refused = world.service.begin_registration(&account("ada"), options, BROWSER).await;
    assert!(matches!(refused, Err(ServiceError::Misuse(ceremony::Misuse::ContextTooLong))));
}

#[tokio::test]
async fn an_account_keeps_its_handle_and_excludes_its_passkeys() {
    let world = World::new();
    let mut device = Authenticator::new("d");
    let first = world.begin_registration("ada").await;
    let stored = world.register(&mut device, "ada").await;
    let second = world.begin_registration("ada").await;
    let (first, second) = (json(&first.options), json(&second.options));
    assert_eq!(first["user"]["id"], second["user"]["id"]);
    assert_eq!(first["excludeCredentials"].as_array().unwrap().len(), 0);
    assert_eq!(second["excludeCredentials"].as_array().unwrap().len(), 1);
    assert_ne!(first["challenge"], second["challenge"]);
    assert!(device.register_json(&second, &tab()).is_err(), "the authenticator has one already");
    world.service.suspend(&stored.record.credential_id, "lost").await.unwrap();
    let third = json(&world.begin_registration("ada").await.options);
    assert_eq!(third["excludeCredentials"].as_array().unwrap().len(), 1, "a suspended one is still the account's");
}

#[tokio::test]
async fn names_default_and_are_checked_before_anything_is_used_up() {
    let world = World::new();
    let mut device = Authenticator::new("d");
    let begun = world.begin_registration("ada").await;
    let response = registration(&device.register_json(&json(&begun.options), &tab()).unwrap());
    for bad in ["x".repeat(257), "line\nbreak".to_owned()] {
        let refused =
            world.service.finish_registration(&id("ada"), &begun.handle, BROWSER, &response, Some(&bad)).await;
        assert!(matches!(refused, Err(ServiceError::InvalidName)));
    }
    let done = world.service.finish_registration(&id("ada"), &begun.handle, BROWSER, &response, Some("Blue key")).await;
    assert_eq!(done.unwrap().credential.record.name, "Blue key");
    let mut other = Authenticator::new("e");
    assert_eq!(world.register(&mut other, "ada").await.record.name, "Passkey");
}

#[tokio::test]
async fn username_first_hidden_lists_nothing_and_binds_the_user() {
    let world = World::new();
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    let begun = world.begin(named("ada")).await;
    assert!(listed(&begun.options).is_empty());
    assert_eq!(world.sign_in_as(&mut device, named("ada")).await.unwrap().user, id("ada"));
    let mut other = Authenticator::new("e");
    world.register(&mut other, "bob").await;
    let refused = world.sign_in_as(&mut other, named("ada")).await;
    assert_eq!(crate::world::reason(refused), "credential_of_another_user");
}

#[tokio::test]
async fn username_first_listed_works_for_keys_that_are_not_discoverable() {
    let world = World::with(|rp| rp, |s| s.username_first(UsernameFirst::Listed { decoy_key: [5; 32] }));
    let mut device = Authenticator::new("d").user_handle(UserHandle::Never).credential_id_length(64);
    world.register(&mut device, "ada").await;
    let begun = world.begin(named("ada")).await;
    assert_eq!(listed(&begun.options).len(), 1);
    let response = device.authenticate_json(&json(&begun.options), &tab()).unwrap();
    assert!(assertion(&response).lookup().user_handle.is_none());
    assert_eq!(world.finish(&begun.handle, &response).await.unwrap().user, id("ada"));
}

#[tokio::test]
async fn a_conditional_registration_has_no_dialogue() {
    let world = World::new();
    let mut device = Authenticator::new("d");
    let options = RegisterOptions::default().conditional(true);
    let begun = world.service.begin_registration(&account("ada"), options, BROWSER).await.unwrap();
    assert_eq!(begun.options.mediation(), Some("conditional"));
    let response = device.register_json(&json(&begun.options), &tab().conditional(true)).unwrap();
    world.finish_registration("ada", &begun.handle, &response).await.unwrap();
    assert_eq!(world.sign_in(&mut device).await.unwrap().user, id("ada"));
}

#[tokio::test]
async fn events_tell_the_story_in_order() {
    let world = World::new();
    let mut device = Authenticator::new("d");
    let credential = world.register(&mut device, "ada").await.id;
    let _ = world.sign_in(&mut device).await.unwrap();
    assert_eq!(
        world.audit.kinds(),
        [
            AuditKind::RegistrationBegan,
            AuditKind::RegistrationSucceeded { credential },
            AuditKind::AuthenticationBegan { user_named: false, step_up: false },
            AuditKind::AuthenticationSucceeded { credential, step_up: false },
        ]
    );
}

#[tokio::test]
async fn a_deleted_account_with_a_passkey_left_does_not_sign_in() {
    let world = World::new();
    let mut device = Authenticator::new("d");
    world.register(&mut device, "ada").await;
    let tenant = &world.service.realm().tenant;
    ceremony_service::store::UserHandles::forget(&*world.users, tenant, &id("ada")).await.unwrap();
    assert_eq!(crate::world::code(world.sign_in(&mut device).await), "authentication_failed");
    let mut silent = device.clone().user_handle(UserHandle::Never);
    assert_eq!(crate::world::code(world.sign_in(&mut silent).await), "authentication_failed");
    assert_eq!(crate::world::code(world.sign_in_as(&mut device, unknown("ada")).await), "authentication_failed");
}

#[test]
fn the_service_can_be_shared() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    shared::<Passkeys>();
}

#[tokio::test]
async fn an_application_changes_what_is_asked_for() {
    let world = World::with(
        |rp| rp,
        |service| {
            service
                .customize_registrations(|request| {
                    // Context and binding stay the service's.
                    request.attestation(ceremony::AttestationConveyance::Direct).context("none of yours")
                })
                .customize_authentications(|request| request.user_verification(ceremony::UserVerification::Discouraged))
        },
    );
    let mut device = Authenticator::new("d").attestation(ceremony_testkit::Attestation::PackedSelf);
    let options = json(&world.begin_registration("ada").await.options);
    assert_eq!(options["attestation"], "direct");
    let registered = world.try_register(&mut device, "ada").await.unwrap();
    assert_eq!(registered.credential.record.fmt, "packed");
    assert_eq!(registered.context, b"");
    let options = json(&world.begin(Subject::Anybody).await.options);
    assert_eq!(options["userVerification"], "discouraged");
    assert_eq!(world.sign_in(&mut device).await.unwrap().user, id("ada"));
}

#[tokio::test]
async fn what_cannot_be_asked_for_together_is_the_programs_mistake() {
    let world = World::with(
        |rp| rp,
        |service| {
            service.customize_registrations(|request| request.user_verification(ceremony::UserVerification::Required))
        },
    );
    let options = RegisterOptions::default().conditional(true);
    let refused = world.service.begin_registration(&account("ada"), options, BROWSER).await;
    assert_eq!(code(refused), "misuse");
}
