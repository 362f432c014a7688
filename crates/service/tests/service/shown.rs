//! What errors, events and types say of themselves: what helps, and nobody's name.

use crate::world::{BROWSER, ORIGIN, World, account, code, id, json, tab};
use ceremony::{Ceremony, Misuse, RelyingParty};
use ceremony_service::store::{CeremonyKey, CeremonyKind, Handle, RowId, StoreError};
use ceremony_service::{
    AuditKind, BuildError, EntropyError, MAX_CREDENTIALS_PER_USER, Passkeys, RegisterOptions, ServiceError, Subject,
    UsernameFirst,
};
use ceremony_testkit::{Authenticator, Fault};
use std::error::Error;

#[test]
fn an_event_names_its_credential_and_whether_somebody_should_look() {
    let credential = RowId::new([7; 16]);
    let (known, step) = (Some(credential), None);
    let of_one = [
        (AuditKind::RegistrationSucceeded { credential }, false),
        (AuditKind::SignedUp { credential }, false),
        (AuditKind::AuthenticationSucceeded { credential, step_up: true }, false),
        (AuditKind::CloneSuspected { credential, stored: 2, received: 1 }, true),
        (AuditKind::CredentialRenamed { credential }, false),
        (AuditKind::CredentialRevoked { credential }, false),
        (AuditKind::CredentialErased { credential }, false),
        (AuditKind::AuthenticationFailed { credential: known, code: "x", step }, true),
        (AuditKind::CredentialSuspended { credential: known }, true),
        (AuditKind::CredentialReactivated { credential: known }, false),
    ];
    for (kind, warns) in of_one {
        assert_eq!((kind.credential(), kind.is_warning()), (known, warns), "{kind:?}");
    }
    let of_none = [
        (AuditKind::RegistrationBegan, false),
        (AuditKind::RegistrationFailed { code: "x", step }, true),
        (AuditKind::AuthenticationBegan { user_named: true, step_up: false }, false),
        (AuditKind::CeremonyUnusable { registration: true }, true),
        (AuditKind::CeremonyExpired { registration: true }, true),
        (AuditKind::CeremonyReplayed { registration: true }, true),
        (AuditKind::UserErased { credentials: 1 }, false),
        (AuditKind::CredentialSuspended { credential: None }, true),
    ];
    for (kind, warns) in of_none {
        assert_eq!((kind.credential(), kind.is_warning()), (None, warns), "{kind:?}");
    }
}

#[test]
fn errors_keep_their_causes() {
    let core = ceremony::Error::Expired;
    let caused: [(ServiceError, String); 5] = [
        (ServiceError::RegistrationFailed(core.clone()), core.to_string()),
        (ServiceError::AuthenticationFailed(core.clone()), core.to_string()),
        (ServiceError::Misuse(Misuse::NoAlgorithms), Misuse::NoAlgorithms.to_string()),
        (ServiceError::Store(StoreError::unavailable("the disk is full")), "the disk is full".to_owned()),
        (ServiceError::Entropy(EntropyError::new("no device")), "no device".to_owned()),
    ];
    for (error, cause) in caused {
        let mut source = error.source();
        while let Some(found) = source.filter(|found| !found.to_string().contains(&cause)) {
            source = found.source();
        }
        assert!(source.is_some(), "{error:?}: {cause}");
    }
    assert!(ServiceError::NotFound.source().is_none());
}

#[tokio::test]
async fn a_context_may_fill_its_limit() {
    let world = World::new();
    world.register(&mut Authenticator::new("1"), "ada").await;
    let max = ceremony_service::MAX_APP_CONTEXT;
    for (len, fits) in [(max, true), (max + 1, false)] {
        let options = RegisterOptions::default().context(vec![1; len]);
        let begun = world.service.begin_registration(&account("ada"), options, BROWSER).await;
        assert_eq!(begun.is_ok(), fits, "{len}");
        let begun = world.service.begin_authentication(Subject::Anybody, &vec![1; len], BROWSER).await;
        assert_eq!(begun.is_ok(), fits, "{len}");
        let begun = world.service.begin_step_up(&id("ada"), &vec![1; len], BROWSER).await;
        assert_eq!(begun.is_ok(), fits, "{len}");
    }
}

#[tokio::test]
async fn a_reason_may_fill_its_limit() {
    let world = World::new();
    let stored = world.register(&mut Authenticator::new("1"), "ada").await;
    let too_long = world.service.revoke(&id("ada"), stored.id, &"x".repeat(129)).await;
    assert_eq!(code(too_long), "invalid_reason");
    assert!(world.service.revoke(&id("ada"), stored.id, &"x".repeat(128)).await.is_ok());
}

#[tokio::test]
async fn nothing_that_is_shown_names_a_person() {
    let world = World::new();
    let registered = world.try_register(&mut Authenticator::new("1"), "ada-4711").await.unwrap();
    let unknown = Subject::Unknown { canonical_name: "ada-4711".to_owned() };
    let shown = [
        format!("{:?}", account("ada-4711")),
        format!("{:?}", RegisterOptions::default().context(b"ada-4711".to_vec())),
        format!("{unknown:?} {:?}", Subject::Anybody),
        format!("{registered:?}"),
        format!("{:?}", world.service),
    ];
    for (text, part) in
        shown.iter().zip(["Account(..)", "conditional: false", "Unknown(..) Anybody", "Registered {", "Passkeys"])
    {
        assert!(text.contains(part), "{part:?} is not in {text}");
        assert!(!text.to_lowercase().contains("ada-4711") && !text.contains("97, 100, 97, 45"), "{text}");
    }
}

#[tokio::test]
async fn an_event_says_whose_ceremony_could_not_be_used() {
    let world = World::new();
    let mut device = Authenticator::new("1");
    let begun = world.begin_registration("ada").await;
    let response = device.register_json(&json(&begun.options), &tab()).unwrap();
    assert_eq!(code(world.finish_registration("bob", &begun.handle, &response).await), "ceremony_unusable");
    let last = world.audit.taken().pop();
    assert!(matches!(last, Some(AuditKind::CeremonyUnusable { registration: true })), "{last:?}");
}

#[tokio::test]
async fn an_event_of_the_administrator_names_the_credential_or_how_many() {
    let world = World::new();
    let stored = world.register(&mut Authenticator::new("1"), "ada").await;
    world.register(&mut Authenticator::new("2"), "ada").await;
    world.audit.taken();
    world.service.suspend(&stored.record.credential_id, "lost").await.unwrap();
    assert!(
        matches!(&world.audit.taken()[..], [AuditKind::CredentialSuspended { credential: Some(row) }] if *row == stored.id)
    );
    assert_eq!(world.service.revoke_all(&id("ada"), "left").await.unwrap(), 2);
    assert!(matches!(&world.audit.taken()[..], [AuditKind::AllRevoked { credentials: 2 }]));
    assert_eq!(world.service.revoke_all(&id("ada"), "left").await.unwrap(), 0);
    assert!(world.audit.taken().is_empty(), "nothing happened");
}

#[tokio::test]
async fn a_copy_is_suspected_for_its_counter_alone() {
    let world = World::new();
    let mut device = Authenticator::new("1");
    world.register(&mut device, "ada").await;
    let begun = world.begin(Subject::Anybody).await;
    let response = device.authenticate_with(&json(&begun.options), &tab(), Fault::SignatureBitFlipped).unwrap();
    assert_eq!(code(world.finish(&begun.handle, &response).await), "authentication_failed");
    assert!(!world.audit.names().contains(&"clone_suspected"), "{:?}", world.audit.names());
}

#[test]
fn ids_and_handles_have_one_text() {
    let row = RowId::new([7; 16]);
    assert_eq!((row.as_bytes(), RowId::parse(&row.to_string())), (&[7; 16], Some(row)));
    assert_eq!((RowId::parse(""), RowId::parse("AQ"), RowId::parse(&format!("{row}A"))), (None, None, None));
    for (text, fits) in [("aZ0-_.", true), ("a", true), ("", false), ("a b", false), ("a+b", false), ("b/", false)] {
        assert_eq!(Handle::parse(text).is_some(), fits, "{text:?}");
    }
}

#[test]
fn a_service_that_is_not_built_says_what_it_lacks() {
    let missing = BuildError::Missing("users");
    assert!(missing.to_string().contains("`.users(..)`"), "{missing}");
    let over = BuildError::CredentialLimit(MAX_CREDENTIALS_PER_USER + 1);
    for part in [MAX_CREDENTIALS_PER_USER + 1, MAX_CREDENTIALS_PER_USER] {
        assert!(over.to_string().contains(&part.to_string()), "{part} is not in {over}");
    }
    assert!(missing.source().is_none() && over.source().is_none());
    let entropy = BuildError::Entropy(EntropyError::new("no device"));
    assert_eq!(entropy.to_string(), "service can't draw its key");
    let causes = [entropy.source().unwrap(), entropy.source().unwrap().source().unwrap()];
    assert_eq!(causes.map(ToString::to_string), ["no randomness to be had", "no device"]);
}

#[test]
fn ids_and_keys_are_shown_without_what_is_secret() {
    let row = RowId::new([7; 16]);
    assert_eq!(format!("{row:?}"), format!("RowId({row})"));
    assert_eq!(row.to_string().len(), 22);
    assert_eq!(format!("{:?} {:?}", id("ada"), Handle::parse("secret").unwrap()), "UserId(..) Handle(..)");
    let realm = World::new().service.realm().clone();
    for (binding, part) in [(BROWSER, "bound: true"), (None, "bound: false")] {
        let key = CeremonyKey { kind: CeremonyKind::Authentication, realm: realm.clone(), binding };
        let text = format!("{key:?}");
        for part in ["CeremonyKey {", "Authentication", "example.com", part] {
            assert!(text.contains(part), "{part:?} is not in {text}");
        }
        assert!(!text.contains("7, 7"), "{text}");
    }
}

#[tokio::test]
async fn stores_in_memory_show_how_much_they_hold() {
    let world = World::new();
    assert_eq!(
        format!("{:?} {:?}", world.credentials, world.users),
        "MemoryCredentials { len: 0 } MemoryUsers { len: 0 }"
    );
    world.register(&mut Authenticator::new("1"), "ada").await;
    world.register(&mut Authenticator::new("2"), "ada").await;
    assert_eq!(
        format!("{:?} {:?}", world.credentials, world.users),
        "MemoryCredentials { len: 2 } MemoryUsers { len: 1 }"
    );
}

#[test]
fn a_builder_shows_what_was_set_and_no_key() {
    let builder = || {
        let rp = RelyingParty::builder("example.com", "Example").origin(ORIGIN).build().unwrap();
        Passkeys::builder(Ceremony::new(rp))
    };
    let plain = format!("{:?}", builder());
    for part in
        ["username_first: Hidden", "registration_request: Customize(none)", "authentication_request: Customize(none)"]
    {
        assert!(plain.contains(part), "{part:?} is not in {plain}");
    }
    let listed = UsernameFirst::Listed { decoy_key: [211; 32] };
    let set = format!("{:?}", builder().username_first(listed).customize_registrations(|request| request));
    for part in
        ["username_first: Listed(..)", "registration_request: Customize(..)", "authentication_request: Customize(none)"]
    {
        assert!(set.contains(part), "{part:?} is not in {set}");
    }
    assert!(!set.contains("211, 211"), "{set}");
}
