//! What the dumps in `tests/golden` hold: one database of each released version of the tables, with rows of all kinds.
//!
//! A dump is written once, when its version is released, and never changed.

use super::{LATER, NOW, Stores, realm, record};
use ceremony::{
    Aaguid, AttestationType, AttestationVerdict, CredentialRecord, Status, Tenant, Transport, UnixTime, UserHandle,
};
use ceremony_service::store::{
    Applied, CeremonyKey, CeremonyKind, Handle, Inserted, Page, Realm, RemovalGuard, Removed, UserId,
};

const EARLIER: UnixTime = UnixTime::from_millis(1_770_000_000_001);

fn tenant() -> Tenant {
    Tenant::new("acme").unwrap()
}

/// The begun ceremonies, with their handles and states.
pub(crate) fn pending() -> Vec<(CeremonyKey, Handle, &'static [u8])> {
    let other = Realm { tenant: tenant(), ..realm() };
    let registration = CeremonyKey { kind: CeremonyKind::Registration, realm: realm(), binding: Some([3; 32]) };
    let authentication = CeremonyKey { kind: CeremonyKind::Authentication, realm: other, binding: None };
    vec![
        (registration, Handle::parse("golden-registration").unwrap(), b"registration"),
        (authentication, Handle::parse("golden-authentication").unwrap(), b"authentication"),
    ]
}

/// The credential records, all of one user, oldest first.
pub(crate) fn records() -> Vec<CredentialRecord> {
    let mut records: Vec<CredentialRecord> = (1..=4).map(record).collect();
    for (record, created_at) in records.iter_mut().zip([NOW, NOW, NOW, LATER]) {
        record.user_handle = UserHandle::new([7; 64]).unwrap();
        record.created_at = created_at;
    }
    let [_, full, suspended, revoked] = records.as_mut_slice() else { panic!() };
    full.sign_count = u32::MAX;
    full.uv_initialized = true;
    full.backup_eligible = Some(true);
    full.backup_state = true;
    full.transports = vec![Transport::Internal, Transport::Hybrid, Transport::Other(String::from("future"))];
    full.aaguid = Aaguid::new([0xab; 16]);
    full.fmt = String::from("packed");
    full.attestation = AttestationVerdict::new(AttestationType::Basic, true);
    full.attestation.intermediates = vec![vec![0x30; 2_000]];
    full.extensions.cred_props_rk = Some(true);
    full.extensions.cred_protect = Some(3);
    full.extensions.min_pin_length = Some(8);
    full.extensions.large_blob_supported = Some(false);
    full.extensions.prf_enabled = Some(true);
    full.extensions.cred_blob_stored = Some(false);
    full.name = String::from("Ädas 'Schlüssel' 🔑");
    full.last_used_at = Some(LATER);
    suspended.backup_eligible = Some(false);
    suspended.status = Status::Suspended { reason: String::from("sign_count went back"), since: EARLIER };
    revoked.status = Status::Revoked { reason: String::from("lost"), since: NOW };
    revoked.sign_count = 0;
    records
}

/// The same as the first of them, of another tenant.
pub(crate) fn elsewhere() -> CredentialRecord {
    let mut record = records().remove(0);
    record.tenant = tenant();
    record
}

/// One that was erased.
pub(crate) fn erased() -> CredentialRecord {
    record(9)
}

/// The accounts, and where they are. The second was imported.
pub(crate) fn users() -> Vec<(Tenant, UserId, UserHandle)> {
    let handle = |bytes: &[u8]| UserHandle::new(bytes).unwrap();
    vec![
        (Tenant::default(), UserId::new("ada").unwrap(), handle(&[7; 64])),
        (tenant(), UserId::new("ü").unwrap(), handle(&[0])),
    ]
}

/// Finds everything, and does to it what is done to rows.
pub(crate) async fn assert_all_there(stores: &Stores) {
    for (key, handle, state) in pending() {
        assert_eq!(stores.ceremonies.take(&key, &handle, NOW).await.unwrap().state().unwrap(), state);
    }
    assert!(!stores.spend_list.spend([1; 16], LATER, NOW).await.unwrap());
    assert_eq!(stores.spend_list.cleanup(LATER).await.unwrap(), 1);
    for (tenant, user, handle) in users() {
        assert_eq!(stores.users.get_or_create(&tenant, &user).await.unwrap(), handle);
        assert_eq!(stores.users.resolve(&tenant, &handle).await.unwrap(), Some(user));
    }

    let (credentials, realm, records) = (&stores.credentials, realm(), records());
    let owner = &records[0].user_handle;
    let page = Page { after: None, limit: 100 };
    let listed = credentials.list(&realm, owner, page).await.unwrap();
    let found: Vec<CredentialRecord> = listed.iter().map(|stored| stored.record.clone()).collect();
    assert_eq!(found, records);
    let other = Realm { tenant: tenant(), ..realm.clone() };
    let stored = credentials.find(&other, &elsewhere().credential_id).await.unwrap().unwrap();
    assert_eq!(stored.record, elsewhere());
    assert_eq!(credentials.insert(&erased(), 5, NOW).await.unwrap(), Inserted::Exists);
    assert_eq!(credentials.insert(&erased(), 5, LATER).await.map(|_| ()).ok(), Some(()));

    let update = ceremony::RecordUpdate::of(&records[0], 8, LATER);
    assert_eq!(credentials.apply(&update).await.unwrap(), Applied::Applied);
    assert!(credentials.reactivate(&realm, &records[2].credential_id).await.unwrap());
    let guard = RemovalGuard::NotLast;
    let removed = credentials.revoke(&realm, owner, listed[1].id, "lost", guard, LATER).await.unwrap();
    assert!(matches!(removed, Removed::Revoked(_)));
    assert_eq!(credentials.erase_user(&realm, owner, LATER).await.unwrap(), 4);
    assert_eq!(credentials.cleanup(LATER).await.unwrap(), 5);
}
