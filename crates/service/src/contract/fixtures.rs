//! What the rules are tried on.

use super::ok;
use crate::draw::draw;
use crate::store::{CredentialStore, Inserted, Page, Realm, RowId, StoredCredential};
use ceremony::{CredentialId, CredentialPublicKey, CredentialRecord, RelyingParty, RpId, Tenant, UnixTime, UserHandle};
use std::sync::Arc;
use std::time::Duration;

/// A moment of 2026, not on a whole second.
pub(super) const NOW: UnixTime = UnixTime::from_millis(1_780_000_000_123);

/// The last millisecond of the year 9999.
pub(super) const FAR_FUTURE: UnixTime = UnixTime::from_millis(253_402_300_799_999);

/// More credentials than any rule needs.
pub(super) const NO_CAP: u32 = 1_000;

/// An ES256 COSE_Key whose point is the curve's base point.
const COSE_ES256: [u8; 77] = [
    0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8,
    0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45,
    0xd8, 0x98, 0xc2, 0x96, 0x22, 0x58, 0x20, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a,
    0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51,
    0xf5,
];

pub(super) fn later(seconds: u64) -> UnixTime {
    NOW.saturating_add(Duration::from_secs(seconds))
}

pub(super) fn random<const N: usize>() -> [u8; N] {
    ok("the suite draws random bytes", draw())
}

pub(super) fn tenant() -> Tenant {
    Tenant::new(crate::base64url::encode(&random::<16>())).expect("22 characters are a tenant")
}

pub(super) fn rp_id(domain: &str) -> RpId {
    let origin = format!("https://{domain}");
    let built = RelyingParty::builder(domain, domain).origin(origin).build();
    built.expect("the suite's domains are RP IDs").id().clone()
}

pub(super) fn user_handle() -> UserHandle {
    UserHandle::new(random::<64>()).expect("64 bytes are a user handle")
}

pub(super) fn credential_id() -> CredentialId {
    CredentialId::new(random::<32>()).expect("32 bytes are a credential id")
}

pub(super) fn public_key() -> CredentialPublicKey {
    CredentialPublicKey::from_cose(&COSE_ES256, true).expect("the suite's key is a key")
}

/// A store, and a tenant of it that nothing else uses.
#[derive(Clone)]
pub(super) struct World {
    pub(super) store: Arc<dyn CredentialStore>,
    pub(super) realm: Realm,
}

impl World {
    pub(super) fn new(store: &Arc<dyn CredentialStore>) -> Self {
        Self { store: Arc::clone(store), realm: Realm { tenant: tenant(), rp_id: rp_id("example.com") } }
    }

    /// The same RP ID at another tenant.
    pub(super) fn other_tenant(&self) -> Self {
        let realm = Realm { tenant: tenant(), rp_id: self.realm.rp_id.clone() };
        Self { store: Arc::clone(&self.store), realm }
    }

    /// Another RP ID of the same tenant.
    pub(super) fn other_rp_id(&self) -> Self {
        let realm = Realm { tenant: self.realm.tenant.clone(), rp_id: rp_id("example.org") };
        Self { store: Arc::clone(&self.store), realm }
    }

    /// A plain record of a new credential.
    pub(super) fn record(&self, owner: &UserHandle) -> CredentialRecord {
        CredentialRecord::new(
            self.realm.tenant.clone(),
            self.realm.rp_id.clone(),
            owner.clone(),
            credential_id(),
            public_key(),
            NOW,
        )
    }

    pub(super) async fn try_insert(&self, record: &CredentialRecord) -> Inserted {
        ok("insert", self.store.insert(record, NO_CAP, NOW).await)
    }

    pub(super) async fn insert(&self, record: &CredentialRecord) -> RowId {
        match self.try_insert(record).await {
            Inserted::Stored(id) => id,
            other => panic!("insert: a new credential of a user below the cap is stored, not {other:?}"),
        }
    }

    /// Inserts a plain record for the user.
    pub(super) async fn given(&self, owner: &UserHandle) -> StoredCredential {
        let record = self.record(owner);
        StoredCredential { id: self.insert(&record).await, record }
    }

    pub(super) async fn find(&self, id: &CredentialId) -> Option<StoredCredential> {
        ok("find", self.store.find(&self.realm, id).await)
    }

    pub(super) async fn get(&self, owner: &UserHandle, id: RowId) -> Option<StoredCredential> {
        ok("get", self.store.get(&self.realm, owner, id).await)
    }

    pub(super) async fn list(&self, owner: &UserHandle) -> Vec<StoredCredential> {
        let page = Page { after: None, limit: NO_CAP };
        ok("list", self.store.list(&self.realm, owner, page).await)
    }

    pub(super) async fn count(&self, owner: &UserHandle) -> u64 {
        ok("count", self.store.count(&self.realm, owner).await)
    }

    /// Whether the row is there, exactly so.
    pub(super) async fn holds(&self, stored: &StoredCredential) -> bool {
        let found = self.find(&stored.record.credential_id).await;
        found.as_ref() == Some(stored)
    }
}
