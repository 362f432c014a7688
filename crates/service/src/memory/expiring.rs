//! A map whose entries expire. What expires first is found without a walk through all, so that a full store refuses as
//! cheaply as it accepts.

use crate::store::StoreError;
use ceremony::UnixTime;
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

pub(super) struct Expiring<K, V> {
    entries: HashMap<K, (V, UnixTime)>,
    by_expiry: BTreeSet<(UnixTime, K)>,
    max_entries: usize,
}

impl<K: Copy + Ord + Hash, V> Expiring<K, V> {
    pub(super) fn new(max_entries: usize) -> Self {
        Self { entries: HashMap::new(), by_expiry: BTreeSet::new(), max_entries }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Adds an entry: false if the key is there already. A full map drops what has expired first, and nothing else.
    pub(super) fn insert(&mut self, key: K, value: V, expires_at: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        if self.entries.contains_key(&key) {
            return Ok(false);
        }
        if self.entries.len() >= self.max_entries {
            self.drop_expired(now);
        }
        if self.entries.len() >= self.max_entries {
            return Err(StoreError::Full);
        }
        self.entries.insert(key, (value, expires_at));
        self.by_expiry.insert((expires_at, key));
        Ok(true)
    }

    /// Keeps an entry at least until `expires_at`, whether it was there or not and however full the map is.
    pub(super) fn extend(&mut self, key: K, value: V, expires_at: UnixTime) {
        if let Some((_, earlier)) = self.entries.get(&key) {
            if *earlier >= expires_at {
                return;
            }
            self.by_expiry.remove(&(*earlier, key));
        }
        self.entries.insert(key, (value, expires_at));
        self.by_expiry.insert((expires_at, key));
    }

    pub(super) fn is_valid(&self, key: &K, now: UnixTime) -> bool {
        self.entries.get(key).is_some_and(|(_, expires_at)| *expires_at > now)
    }

    pub(super) fn remove(&mut self, key: &K) -> Option<(V, UnixTime)> {
        let (value, expires_at) = self.entries.remove(key)?;
        self.by_expiry.remove(&(expires_at, *key));
        Some((value, expires_at))
    }

    pub(super) fn drop_expired(&mut self, now: UnixTime) -> u64 {
        let mut dropped = 0;
        while let Some((expires_at, key)) = self.by_expiry.first().copied() {
            if expires_at > now {
                break;
            }
            self.by_expiry.pop_first();
            self.entries.remove(&key);
            dropped += 1;
        }
        dropped
    }
}
