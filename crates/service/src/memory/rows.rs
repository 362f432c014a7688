//! The rows of one realm, and what the credential store's methods do to them.

use super::expiring::Expiring;
use crate::store::{Applied, Inserted, Page, RemovalGuard, Removed, RowId, StoredCredential};
use ceremony::{CredentialId, CredentialRecord, RecordUpdate, Status, UnixTime, UserHandle};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};

/// A place in a user's list: by creation, and in the order of insertion where that is equal.
type Place = (UnixTime, u64);

pub(super) struct Rows {
    rows: HashMap<RowId, (Place, CredentialRecord)>,
    by_credential: HashMap<CredentialId, RowId>,
    by_owner: HashMap<UserHandle, BTreeMap<Place, RowId>>,
    tombstones: Expiring<[u8; 32], ()>,
    inserted: u64,
}

impl Default for Rows {
    fn default() -> Self {
        Self {
            rows: HashMap::new(),
            by_credential: HashMap::new(),
            by_owner: HashMap::new(),
            tombstones: Expiring::new(usize::MAX),
            inserted: 0,
        }
    }
}

impl Rows {
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn insert(
        &mut self,
        id: RowId,
        record: &CredentialRecord,
        max_per_user: u32,
        now: UnixTime,
    ) -> Option<Inserted> {
        if self.by_credential.contains_key(&record.credential_id)
            || self.tombstones.is_valid(&hash(&record.credential_id), now)
        {
            return Some(Inserted::Exists);
        }
        let kept = self
            .owned(&record.user_handle)
            .filter(|(_, record)| !matches!(record.status, Status::Revoked { .. }))
            .count();
        if u32::try_from(kept).unwrap_or(u32::MAX) >= max_per_user {
            return Some(Inserted::LimitReached);
        }
        if self.rows.contains_key(&id) {
            return None;
        }
        let place = (record.created_at, self.inserted);
        self.inserted += 1;
        self.tombstones.remove(&hash(&record.credential_id));
        self.rows.insert(id, (place, record.clone()));
        self.by_credential.insert(record.credential_id.clone(), id);
        self.by_owner.entry(record.user_handle.clone()).or_default().insert(place, id);
        Some(Inserted::Stored(id))
    }

    pub(super) fn find(&self, credential_id: &CredentialId) -> Option<StoredCredential> {
        let id = *self.by_credential.get(credential_id)?;
        self.rows.get(&id).map(|(_, record)| StoredCredential { id, record: record.clone() })
    }

    pub(super) fn get(&self, owner: &UserHandle, id: RowId) -> Option<StoredCredential> {
        let (_, record) = self.rows.get(&id)?;
        (record.user_handle == *owner).then(|| StoredCredential { id, record: record.clone() })
    }

    pub(super) fn list(&self, owner: &UserHandle, page: Page) -> Vec<StoredCredential> {
        let Some(places) = self.by_owner.get(owner) else { return Vec::new() };
        let after = page.after.and_then(|id| self.rows.get(&id)).map(|(place, _)| *place);
        let after = after.filter(|place| places.contains_key(place));
        places
            .iter()
            .filter(|(place, _)| after.is_none_or(|after| **place > after))
            .filter_map(|(_, id)| self.get(owner, *id))
            .take(usize::try_from(page.limit).unwrap_or(usize::MAX))
            .collect()
    }

    pub(super) fn count(&self, owner: &UserHandle) -> usize {
        self.owned(owner).filter(|(_, record)| record.status.is_active()).count()
    }

    pub(super) fn apply(&mut self, update: &RecordUpdate) -> Applied {
        let Some(record) = self.by_id_mut(&update.credential_id) else { return Applied::Gone };
        if record.user_handle != update.user_handle {
            return Applied::Gone;
        }
        if !record.status.is_active() {
            return Applied::Inactive;
        }
        if record.sign_count != update.expected_sign_count {
            return Applied::Lost(Box::new(record.clone()));
        }
        record.sign_count = update.new_sign_count;
        record.backup_eligible = Some(update.backup_eligible);
        record.backup_state = update.backup_state;
        record.uv_initialized = update.uv_initialized;
        record.last_used_at = Some(update.last_used_at);
        Applied::Applied
    }

    pub(super) fn rename(&mut self, owner: &UserHandle, id: RowId, name: &str) -> Option<StoredCredential> {
        let record = self.owned_mut(owner, id)?;
        name.clone_into(&mut record.name);
        self.get(owner, id)
    }

    pub(super) fn suspend(&mut self, credential_id: &CredentialId, reason: &str, since: UnixTime) -> bool {
        let Some(record) = self.by_id_mut(credential_id) else { return false };
        let active = record.status.is_active();
        if active {
            record.status = Status::Suspended { reason: reason.to_owned(), since };
        }
        active
    }

    pub(super) fn reactivate(&mut self, credential_id: &CredentialId) -> bool {
        let Some(record) = self.by_id_mut(credential_id) else { return false };
        let suspended = matches!(record.status, Status::Suspended { .. });
        if suspended {
            record.status = Status::Active;
        }
        suspended
    }

    pub(super) fn revoke(
        &mut self,
        owner: &UserHandle,
        id: RowId,
        reason: &str,
        guard: RemovalGuard,
        since: UnixTime,
    ) -> Removed {
        let active = self.count(owner);
        let Some(record) = self.owned_mut(owner, id) else { return Removed::NotFound };
        if guard == RemovalGuard::NotLast && record.status.is_active() && active < 2 {
            return Removed::IsLast;
        }
        record.status = Status::Revoked { reason: reason.to_owned(), since };
        let record = record.clone();
        Removed::Revoked(Box::new(StoredCredential { id, record }))
    }

    pub(super) fn revoke_all(&mut self, owner: &UserHandle, reason: &str, since: UnixTime) -> u64 {
        let ids: Vec<RowId> = self.owned(owner).map(|(id, _)| id).collect();
        let mut revoked = 0;
        for id in ids {
            if let Some(record) = self.owned_mut(owner, id) {
                record.status = Status::Revoked { reason: reason.to_owned(), since };
                revoked += 1;
            }
        }
        revoked
    }

    pub(super) fn erase(&mut self, owner: &UserHandle, id: RowId, until: UnixTime) -> bool {
        if self.get(owner, id).is_none() {
            return false;
        }
        let Some((place, record)) = self.rows.remove(&id) else { return false };
        self.by_credential.remove(&record.credential_id);
        if let Some(places) = self.by_owner.get_mut(owner) {
            places.remove(&place);
            if places.is_empty() {
                self.by_owner.remove(owner);
            }
        }
        self.tombstones.extend(hash(&record.credential_id), (), until);
        true
    }

    pub(super) fn erase_user(&mut self, owner: &UserHandle, until: UnixTime) -> u64 {
        let ids: Vec<RowId> = self.owned(owner).map(|(id, _)| id).collect();
        let mut erased = 0;
        for id in ids {
            erased += u64::from(self.erase(owner, id, until));
        }
        erased
    }

    pub(super) fn cleanup(&mut self, now: UnixTime) -> u64 {
        self.tombstones.drop_expired(now)
    }

    fn owned(&self, owner: &UserHandle) -> impl Iterator<Item = (RowId, &CredentialRecord)> {
        let ids = self.by_owner.get(owner).into_iter().flat_map(BTreeMap::values);
        ids.filter_map(|id| self.rows.get(id).map(|(_, record)| (*id, record)))
    }

    fn by_id_mut(&mut self, credential_id: &CredentialId) -> Option<&mut CredentialRecord> {
        let id = self.by_credential.get(credential_id)?;
        self.rows.get_mut(id).map(|(_, record)| record)
    }

    /// A user's record that is not revoked.
    fn owned_mut(&mut self, owner: &UserHandle, id: RowId) -> Option<&mut CredentialRecord> {
        let (_, record) = self.rows.get_mut(&id)?;
        let changeable = record.user_handle == *owner && !matches!(record.status, Status::Revoked { .. });
        changeable.then_some(record)
    }
}

fn hash(credential_id: &CredentialId) -> [u8; 32] {
    Sha256::digest(credential_id.as_bytes()).into()
}
