//! What the tests of all databases are made of.

#[path = "golden.rs"]
pub(crate) mod golden;
#[path = "shared.rs"]
pub(crate) mod shared;

use ceremony::{CredentialId, CredentialPublicKey, CredentialRecord, RelyingParty, Tenant, UnixTime, UserHandle};
use ceremony_service::store::{
    BoxFuture, CeremonyStore, CredentialStore, Inserted, Realm, RowId, SpendList, UserHandles,
};
use std::sync::Arc;

pub(crate) const NOW: UnixTime = UnixTime::from_millis(1_780_000_000_123);
pub(crate) const LATER: UnixTime = UnixTime::from_millis(1_780_000_300_123);

/// The stores of one database.
#[derive(Clone, Debug)]
pub(crate) struct Stores {
    pub(crate) ceremonies: Arc<dyn CeremonyStore>,
    pub(crate) spend_list: Arc<dyn SpendList>,
    pub(crate) credentials: Arc<dyn CredentialStore>,
    pub(crate) users: Arc<dyn UserHandles>,
}

/// Takes a database's stores.
macro_rules! stores {
    ($stores:expr) => {
        crate::support::Stores {
            ceremonies: $stores.ceremonies(),
            spend_list: $stores.spend_list(),
            credentials: $stores.credentials(),
            users: $stores.users(),
        }
    };
}
pub(crate) use stores;

pub(crate) fn spawn(task: BoxFuture<'static, ()>) {
    drop(tokio::spawn(task));
}

pub(crate) fn realm() -> Realm {
    let relying_party = RelyingParty::builder("example.com", "Example").origin("https://example.com").build().unwrap();
    Realm { tenant: Tenant::default(), rp_id: relying_party.id().clone() }
}

pub(crate) fn record(number: u8) -> CredentialRecord {
    let mut cose = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
    cose.extend([1; 32]);
    cose.extend([0x22, 0x58, 0x20]);
    cose.extend([2; 32]);
    let realm = realm();
    let mut record = CredentialRecord::new(
        realm.tenant,
        realm.rp_id,
        UserHandle::new([number; 64]).unwrap(),
        CredentialId::new([number; 16]).unwrap(),
        CredentialPublicKey::from_cose(&cose, true).unwrap(),
        NOW,
    );
    record.name = String::from("Ada's phone");
    record.sign_count = 7;
    record
}

/// Stores a record that nothing stands in the way of.
pub(crate) async fn insert(credentials: &dyn CredentialStore, record: &CredentialRecord) -> RowId {
    match credentials.insert(record, 5, NOW).await.unwrap() {
        Inserted::Stored(id) => id,
        other => panic!("{other:?}"),
    }
}
