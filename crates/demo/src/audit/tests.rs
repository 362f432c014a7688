use super::*;
use ceremony_http::ceremony_service::store::RowId;

async fn pool() -> Pool {
    let url = ceremony_config::DatabaseUrl::parse("sqlite::memory:").unwrap();
    Pool::of(&ceremony_config::Database::open(&url, None).await.unwrap()).await.unwrap()
}

async fn kinds(trail: &Trail, user: Option<&str>) -> Vec<String> {
    trail.list(user, None, 100).await.unwrap().into_iter().map(|event| event.kind).collect()
}

#[tokio::test]
async fn events_are_written_newest_first_and_know_whose_passkey_it_was() {
    let trail = Trail::start(pool().await);
    trail.note(Own::PasswordSignInFailed, Some("ada"), None, None);
    trail.note(Own::SuspendedByAdministrator, Some("bob"), Some("row"), Some("by eve".to_owned()));
    trail.note(Own::PasswordSignIn, None, Some("row"), None);
    trail.belongs("row", "bob");
    trail.belongs("row", "somebody else");
    trail.end().await;
    assert_eq!(
        kinds(&trail, None).await,
        ["password_sign_in", "suspended_by_administrator", "password_sign_in_failed"]
    );
    assert_eq!(kinds(&trail, Some("bob")).await, ["password_sign_in", "suspended_by_administrator"]);
    assert_eq!(kinds(&trail, Some("ada")).await, ["password_sign_in_failed"]);
    let first = trail.list(None, None, 1).await.unwrap();
    let rest = trail.list(None, Some(first[0].id), 100).await.unwrap();
    assert_eq!((first.len(), rest.len()), (1, 2));
    assert_eq!(rest[0].detail.as_deref(), Some("by eve"));
}

#[tokio::test]
async fn what_finds_no_room_is_counted_and_nobody_waits() {
    let (trail, receiver) = Trail::unwritten(pool().await, 2);
    for _ in 0..5 {
        trail.note(Own::PasswordSignIn, Some("ada"), None, None);
    }
    tokio::spawn(writer::run(trail.pool.clone(), receiver, Arc::clone(&trail.dropped)));
    trail.end().await;
    let events = trail.list(None, None, 100).await.unwrap();
    let gap = events.iter().find(|event| event.kind == "events_dropped").unwrap();
    assert_eq!((events.len(), gap.detail.as_deref()), (3, Some("events: 3")));
    assert_eq!(trail.dropped.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_database_that_is_gone_is_counted_too() {
    let trail = Trail::start(pool().await);
    match &trail.pool {
        Pool::Sqlite(pool) => pool.close().await,
        Pool::Postgres(pool) => pool.close().await,
    }
    trail.note(Own::PasswordSignIn, Some("ada"), None, None);
    trail.end().await;
    assert_eq!(trail.dropped.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn what_is_old_or_too_much_goes() {
    let trail = Trail::start(pool().await);
    for _ in 0..5 {
        trail.note(Own::PasswordSignIn, Some("ada"), None, None);
    }
    trail.end().await;
    assert_eq!(trail.drop_old().await.unwrap(), 0);
    assert_eq!(trail.drop_before(0, 3).await.unwrap(), 2);
    assert_eq!(trail.drop_before(i64::MAX, 100).await.unwrap(), 3);
}

#[test]
fn details_name_codes_and_counts() {
    let credential = RowId::new([0; 16]);
    let failed = AuditKind::AuthenticationFailed { credential: None, code: "bad_signature", step: Some("A21") };
    assert_eq!(detail::of(&failed).as_deref(), Some("bad_signature, step A21"));
    let plain = AuditKind::RegistrationFailed { code: "credential_exists", step: None };
    assert_eq!(detail::of(&plain).as_deref(), Some("credential_exists"));
    let clone = AuditKind::CloneSuspected { credential, stored: 7, received: 3 };
    assert_eq!(detail::of(&clone).as_deref(), Some("the counter is 7 here and came as 3"));
    assert_eq!(detail::of(&AuditKind::CredentialRevoked { credential }), None);
}
