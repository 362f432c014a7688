//! A credential store of one's own, and the contract suite run over it: `cargo run -p ceremony-service --example own_store`.
//!
//! The "database" is a list of rows and a list of tombstones behind one lock. A real one differs in how it finds rows and
//! in what it locks; each method's rule is the same. `docs/store-author.md` goes through them.

use ceremony::{CredentialId, CredentialRecord, RecordUpdate, Status, UnixTime, UserHandle};
use ceremony_service::contract;
use ceremony_service::store::{
    Applied, BoxFuture, CredentialStore, Inserted, Page, Realm, RemovalGuard, Removed, RowId, StoreError,
    StoredCredential,
};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// What an erased credential leaves behind. A database keeps a hash of the id.
struct Tombstone {
    realm: Realm,
    credential_id: CredentialId,
    until: UnixTime,
}

#[derive(Default)]
struct Tables {
    /// In the order of insertion.
    rows: Vec<StoredCredential>,
    tombstones: Vec<Tombstone>,
}

/// Rows and tombstones of credentials.
#[derive(Default)]
struct OwnCredentials(Mutex<Tables>);

impl fmt::Debug for OwnCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // No rows: what is debugged ends in logs.
        f.write_str("OwnCredentials(..)")
    }
}

impl OwnCredentials {
    /// One transaction: nobody else reads or writes meanwhile, and nothing waits inside.
    fn transaction<'a, T: Send + 'a>(
        &'a self,
        work: impl FnOnce(&mut Tables) -> Result<T, StoreError> + Send + 'a,
    ) -> BoxFuture<'a, Result<T, StoreError>> {
        Box::pin(async move { work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner)) })
    }
}

fn is_in(record: &CredentialRecord, realm: &Realm) -> bool {
    record.tenant == realm.tenant && record.rp_id == realm.rp_id
}

fn is_revoked(record: &CredentialRecord) -> bool {
    matches!(record.status, Status::Revoked { .. })
}

fn revoked(reason: &str, since: UnixTime) -> Status {
    Status::Revoked { reason: reason.to_owned(), since }
}

impl Tables {
    /// A user's rows, whatever their status.
    fn of<'a>(&'a self, realm: &'a Realm, owner: &'a UserHandle) -> impl Iterator<Item = &'a StoredCredential> {
        self.rows.iter().filter(move |row| is_in(&row.record, realm) && row.record.user_handle == *owner)
    }

    fn active(&self, realm: &Realm, owner: &UserHandle) -> usize {
        self.of(realm, owner).filter(|row| row.record.status.is_active()).count()
    }

    /// A user's row that is not revoked: the only kind that a user may change.
    fn changeable(&mut self, realm: &Realm, owner: &UserHandle, id: RowId) -> Option<&mut StoredCredential> {
        self.rows.iter_mut().find(|row| {
            row.id == id && is_in(&row.record, realm) && row.record.user_handle == *owner && !is_revoked(&row.record)
        })
    }

    fn by_credential(&mut self, realm: &Realm, credential_id: &CredentialId) -> Option<&mut StoredCredential> {
        self.rows.iter_mut().find(|row| is_in(&row.record, realm) && row.record.credential_id == *credential_id)
    }

    /// Moves a user's rows to the tombstones, and tells how many.
    fn bury(&mut self, realm: &Realm, owner: &UserHandle, id: Option<RowId>, until: UnixTime) -> u64 {
        let mut count = 0;
        let erased = self.rows.extract_if(.., |row| {
            is_in(&row.record, realm) && row.record.user_handle == *owner && id.is_none_or(|id| row.id == id)
        });
        for row in erased {
            self.tombstones.push(Tombstone { realm: realm.clone(), credential_id: row.record.credential_id, until });
            count += 1;
        }
        count
    }
}

impl CredentialStore for OwnCredentials {
    fn insert<'a>(
        &'a self,
        record: &'a CredentialRecord,
        max_per_user: u32,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<Inserted, StoreError>> {
        self.transaction(move |tables| {
            let realm = Realm { tenant: record.tenant.clone(), rp_id: record.rp_id.clone() };
            // Unique among all users of the realm, revoked records included ...
            if tables.by_credential(&realm, &record.credential_id).is_some() {
                return Ok(Inserted::Exists);
            }
            // ... and what was erased does not come back before its time, which the caller's clock tells.
            let buried = |tombstone: &Tombstone| {
                tombstone.realm == realm && tombstone.credential_id == record.credential_id && tombstone.until > now
            };
            if tables.tombstones.iter().any(buried) {
                return Ok(Inserted::Exists);
            }
            // Counted under the lock that the insertion holds. Suspended records count, revoked ones do not.
            let kept = tables.of(&realm, &record.user_handle).filter(|row| !is_revoked(&row.record)).count();
            if u32::try_from(kept).unwrap_or(u32::MAX) >= max_per_user {
                return Ok(Inserted::LimitReached);
            }
            let id = RowId::random()?;
            tables.rows.push(StoredCredential { id, record: record.clone() });
            Ok(Inserted::Stored(id))
        })
    }

    fn find<'a>(
        &'a self,
        realm: &'a Realm,
        credential_id: &'a CredentialId,
    ) -> BoxFuture<'a, Result<Option<StoredCredential>, StoreError>> {
        self.transaction(move |tables| Ok(tables.by_credential(realm, credential_id).cloned()))
    }

    fn get<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        id: RowId,
    ) -> BoxFuture<'a, Result<Option<StoredCredential>, StoreError>> {
        self.transaction(move |tables| Ok(tables.of(realm, owner).find(|row| row.id == id).cloned()))
    }

    fn list<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        page: Page,
    ) -> BoxFuture<'a, Result<Vec<StoredCredential>, StoreError>> {
        self.transaction(move |tables| {
            let mut rows: Vec<StoredCredential> = tables.of(realm, owner).cloned().collect();
            // A stable sort: what has one time stays in the order of insertion.
            rows.sort_by_key(|row| row.record.created_at);
            // A row that is not the user's, or gone, is no place to start after.
            let after = page.after.and_then(|id| rows.iter().position(|row| row.id == id));
            let start = after.map_or(0, |at| at + 1);
            Ok(rows.into_iter().skip(start).take(usize::try_from(page.limit).unwrap_or(usize::MAX)).collect())
        })
    }

    fn count<'a>(&'a self, realm: &'a Realm, owner: &'a UserHandle) -> BoxFuture<'a, Result<u64, StoreError>> {
        self.transaction(move |tables| Ok(u64::try_from(tables.active(realm, owner)).unwrap_or(u64::MAX)))
    }

    fn apply<'a>(&'a self, update: &'a RecordUpdate) -> BoxFuture<'a, Result<Applied, StoreError>> {
        self.transaction(move |tables| {
            let realm = Realm { tenant: update.tenant.clone(), rp_id: update.rp_id.clone() };
            let row = tables.by_credential(&realm, &update.credential_id);
            let Some(row) = row.filter(|row| row.record.user_handle == update.user_handle) else {
                return Ok(Applied::Gone);
            };
            let record = &mut row.record;
            if !record.status.is_active() {
                return Ok(Applied::Inactive);
            }
            // Compare and write without anybody between: of two with one counter value, one is written.
            if record.sign_count != update.expected_sign_count {
                return Ok(Applied::Lost(Box::new(record.clone())));
            }
            record.sign_count = update.new_sign_count;
            record.backup_eligible = Some(update.backup_eligible);
            record.backup_state = update.backup_state;
            record.uv_initialized = update.uv_initialized;
            record.last_used_at = Some(update.last_used_at);
            Ok(Applied::Applied)
        })
    }

    fn rename<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        id: RowId,
        name: &'a str,
    ) -> BoxFuture<'a, Result<Option<StoredCredential>, StoreError>> {
        self.transaction(move |tables| {
            let Some(row) = tables.changeable(realm, owner, id) else { return Ok(None) };
            name.clone_into(&mut row.record.name);
            Ok(Some(row.clone()))
        })
    }

    fn suspend<'a>(
        &'a self,
        realm: &'a Realm,
        credential_id: &'a CredentialId,
        reason: &'a str,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.transaction(move |tables| {
            let row = tables.by_credential(realm, credential_id).filter(|row| row.record.status.is_active());
            let Some(row) = row else { return Ok(false) };
            row.record.status = Status::Suspended { reason: reason.to_owned(), since: now };
            Ok(true)
        })
    }

    fn reactivate<'a>(
        &'a self,
        realm: &'a Realm,
        credential_id: &'a CredentialId,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.transaction(move |tables| {
            let Some(row) = tables.by_credential(realm, credential_id) else { return Ok(false) };
            let suspended = matches!(row.record.status, Status::Suspended { .. });
            if suspended {
                row.record.status = Status::Active;
            }
            Ok(suspended)
        })
    }

    fn revoke<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        id: RowId,
        reason: &'a str,
        guard: RemovalGuard,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<Removed, StoreError>> {
        self.transaction(move |tables| {
            let active = tables.active(realm, owner);
            let Some(row) = tables.changeable(realm, owner, id) else { return Ok(Removed::NotFound) };
            if guard == RemovalGuard::NotLast && row.record.status.is_active() && active < 2 {
                return Ok(Removed::IsLast);
            }
            row.record.status = revoked(reason, now);
            Ok(Removed::Revoked(Box::new(row.clone())))
        })
    }

    fn revoke_all<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        reason: &'a str,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        self.transaction(move |tables| {
            let ids: Vec<RowId> = tables.of(realm, owner).map(|row| row.id).collect();
            let mut count = 0;
            for id in ids {
                // Those that are revoked already keep their reason and do not count.
                if let Some(row) = tables.changeable(realm, owner, id) {
                    row.record.status = revoked(reason, now);
                    count += 1;
                }
            }
            Ok(count)
        })
    }

    fn erase<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        id: RowId,
        tombstone_until: UnixTime,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.transaction(move |tables| Ok(tables.bury(realm, owner, Some(id), tombstone_until) > 0))
    }

    fn erase_user<'a>(
        &'a self,
        realm: &'a Realm,
        owner: &'a UserHandle,
        tombstone_until: UnixTime,
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        self.transaction(move |tables| Ok(tables.bury(realm, owner, None, tombstone_until)))
    }

    fn cleanup(&self, now: UnixTime) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.transaction(move |tables| {
            let dropped = tables.tombstones.extract_if(.., |tombstone| tombstone.until <= now).count();
            Ok(u64::try_from(dropped).unwrap_or(u64::MAX))
        })
    }
}

/// Runs every rule. The suite panics at the first one that is broken.
async fn judge() {
    let store = Arc::new(OwnCredentials::default());
    contract::credential_store(store, |task| drop(tokio::spawn(task))).await;
}

// Races are only races on several threads.
#[tokio::main(flavor = "multi_thread", worker_threads = 4)]
async fn main() {
    judge().await;
}

#[cfg(test)]
mod tests {
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn the_example_keeps_the_contract() {
        super::judge().await;
    }
}
