//! What a user's transactions exclude each other by.

use ceremony::UserHandle;
use ceremony_service::store::Realm;
use sha2::{Digest, Sha256};

/// The lock of a user in a realm: 64 bits of a hash, since databases lock by numbers. Two users with one number wait for
/// each other, and nothing worse happens.
pub(crate) fn lock(realm: &Realm, owner: &UserHandle) -> i64 {
    let mut hash = Sha256::new();
    // Neither a tenant nor an RP ID holds a zero byte.
    for part in ["ceremony user", realm.tenant.as_str(), realm.rp_id.as_str()] {
        hash.update(part);
        hash.update([0]);
    }
    hash.update(owner.as_bytes());
    let [a, b, c, d, e, f, g, h, ..]: [u8; 32] = hash.finalize().into();
    i64::from_be_bytes([a, b, c, d, e, f, g, h])
}

#[cfg(test)]
mod tests {
    use super::*;
    use ceremony::{RelyingParty, Tenant};
    use std::collections::HashSet;

    #[test]
    fn each_part_makes_another_lock() {
        let mut locks = HashSet::new();
        for tenant in ["", "a", "ab"] {
            for domain in ["example.com", "example.org"] {
                let party = RelyingParty::builder(domain, domain).origin(format!("https://{domain}")).build().unwrap();
                let realm = Realm { tenant: Tenant::new(tenant).unwrap(), rp_id: party.id().clone() };
                for owner in [b"a".as_slice(), b"b", b"ab"] {
                    assert!(locks.insert(lock(&realm, &UserHandle::new(owner).unwrap())));
                }
            }
        }
        assert_eq!(locks.len(), 18);
    }
}
