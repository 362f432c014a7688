//! A5 and A6: whose credential it is.

use super::*;

/// A fixture with two credentials, and the record of the first.
fn two_credentials() -> (Fixture, CredentialRecord, CredentialRecord) {
    let mut fixture = Fixture::new();
    let first = fixture.record();
    let second = fixture.record_of(fixture::bob());
    (fixture, first, second)
}

#[test]
fn a05_credential_is_one_that_was_allowed() {
    let (mut fixture, first, second) = two_credentials();
    let request = known().allow(listed(&first));
    let result = fixture.authenticate(request, Some(&second), How::Fault(Fault::CredentialNotAllowed));
    refused(result, "A5", Reason::CredentialNotAllowed);
    assert!(fixture.authenticate(known().allow(listed(&first)), Some(&first), How::Honest).is_ok());
}

#[test]
fn a06_known_user_holds_the_credential() {
    let mut fixture = Fixture::new();
    let record = fixture.record();
    let stranger = AuthenticationRequest::for_user(handle(1)).allow(listed(&record));
    refused(fixture.authenticate(stranger, Some(&record), How::Honest), "A6a", Reason::CredentialOfAnotherUser);
}

#[test]
fn a06_known_users_handle_is_theirs_if_sent() {
    // W10
    let mut fixture = Fixture::new();
    let record = fixture.record();
    let result = fixture.authenticate(known(), Some(&record), How::Fault(Fault::UserHandleForeign));
    refused(result, "A6a", Reason::UserHandleMismatch);
    assert!(fixture.authenticate(known(), Some(&record), How::Fault(Fault::UserHandleMissing)).is_ok());
    // An empty one (a fault of Safari) counts as absent here, and only here.
    let done = fixture.authenticate(known(), Some(&record), How::Fault(Fault::UserHandleEmpty)).unwrap();
    assert!(done.observations().any(|seen| *seen == Observation::EmptyUserHandle));
}

#[test]
fn a06_unknown_user_must_say_who_they_are() {
    refused(broken(Fault::UserHandleMissing), "A6b", Reason::UserHandleMissing);
    refused(broken(Fault::UserHandleEmpty), "A6b", Reason::UserHandleMissing);
    refused(broken(Fault::UserHandleForeign), "A6b", Reason::UserHandleMismatch);
    malformed(broken(Fault::UserHandleTooLong), "A6", "bad_length");
}

#[test]
fn a06_an_imported_record_may_name_the_handle_that_the_authenticator_has() {
    let mut fixture = Fixture::new();
    let made_with = fixture.record();
    let mut record = made_with.clone();
    record.user_handle = handle(1);
    // Without it, whoever sends another handle than the account's is refused.
    refused(fixture.authenticate(anybody(), Some(&record), How::Honest), "A6b", Reason::UserHandleMismatch);
    record.authenticator_user_handle = Some(made_with.user_handle.clone());
    assert_eq!(*record.expected_user_handle(), made_with.user_handle);
    let account = || AuthenticationRequest::for_user(handle(1)).allow(listed(&record));
    for request in [anybody(), account()] {
        let done = fixture.authenticate(request, Some(&record), How::Honest).unwrap();
        assert_eq!((done.user_handle(), &done.update().user_handle), (&handle(1), &handle(1)));
    }
    // It names no account: neither its own of before, nor whoever is asked for by it.
    let by_old = AuthenticationRequest::for_user(made_with.user_handle.clone()).allow(listed(&record));
    refused(fixture.authenticate(by_old, Some(&record), How::Honest), "A6a", Reason::CredentialOfAnotherUser);
    // And it is the only one that counts: the account's own is not what the authenticator has.
    record.user_handle = made_with.user_handle;
    record.authenticator_user_handle = Some(handle(1));
    refused(fixture.authenticate(anybody(), Some(&record), How::Honest), "A6b", Reason::UserHandleMismatch);
    refused(fixture.authenticate(known(), Some(&record), How::Honest), "A6a", Reason::UserHandleMismatch);
    assert!(fixture.authenticate(known(), Some(&record), How::Fault(Fault::UserHandleMissing)).is_ok());
}

#[test]
fn a06_without_a_record_the_credential_is_unknown() {
    let mut fixture = Fixture::new();
    fixture.record();
    let result = fixture.authenticate(anybody(), None, How::Honest);
    assert!(matches!(result, Err(Error::UnknownCredential)), "{result:?}");
}

#[test]
fn a06_a_suspended_or_revoked_credential_is_refused() {
    let mut fixture = Fixture::new();
    let mut record = fixture.record();
    for status in [
        Status::Suspended { reason: "clone".into(), since: NOW },
        Status::Revoked { reason: "user".into(), since: NOW },
    ] {
        record.status = status;
        refused(fixture.authenticate(anybody(), Some(&record), How::Honest), "A6", Reason::CredentialNotActive);
    }
}
