//! Accounts and begun ceremonies, in memory and bounded.

use ceremony_http::ceremony::{
    AuthenticationState, CredentialId, CredentialRecord, RecordUpdate, RegistrationState, UserHandle,
};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The most accounts, credentials and begun ceremonies: a whole run of the tool makes a few hundred.
const MOST: usize = 10_000;

const FULL: &str = "the harness is full; restart it";

/// A begun ceremony.
#[derive(Debug)]
pub(super) enum Pending {
    Registration(RegistrationState),
    Authentication(AuthenticationState),
}

#[derive(Debug, Default)]
pub(super) struct Accounts(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    handles: HashMap<String, UserHandle>,
    records: HashMap<Vec<u8>, CredentialRecord>,
    pending: HashMap<String, Pending>,
}

impl Inner {
    fn records_of(&self, handle: &UserHandle) -> Vec<CredentialRecord> {
        self.records.values().filter(|record| record.user_handle == *handle).cloned().collect()
    }
}

impl Accounts {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Each change is one insertion: a panic in between can't leave half of it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The user of this name with their credentials, made if there is none.
    pub(super) fn get_or_create(&self, name: &str) -> Result<(UserHandle, Vec<CredentialRecord>), String> {
        let drawn = random()?;
        let mut inner = self.lock();
        let handle = match inner.handles.get(name) {
            Some(handle) => handle.clone(),
            None if inner.handles.len() >= MOST => return Err(FULL.to_owned()),
            None => {
                let handle = UserHandle::new(drawn).map_err(|error| error.to_string())?;
                inner.handles.insert(name.to_owned(), handle.clone());
                handle
            }
        };
        let records = inner.records_of(&handle);
        Ok((handle, records))
    }

    /// The user of this name with their credentials.
    pub(super) fn find(&self, name: &str) -> Option<(UserHandle, Vec<CredentialRecord>)> {
        let inner = self.lock();
        let handle = inner.handles.get(name)?.clone();
        let records = inner.records_of(&handle);
        Some((handle, records))
    }

    /// Keeps a begun ceremony, and gives the name by which it is taken.
    pub(super) fn remember(&self, pending: Pending) -> Result<String, String> {
        let session: String = random()?.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut inner = self.lock();
        if inner.pending.len() >= MOST {
            return Err(FULL.to_owned());
        }
        inner.pending.insert(session.clone(), pending);
        Ok(session)
    }

    /// Takes a begun ceremony: once.
    pub(super) fn take(&self, session: &str) -> Option<Pending> {
        self.lock().pending.remove(session)
    }

    pub(super) fn insert(&self, record: CredentialRecord) -> Result<(), String> {
        let mut inner = self.lock();
        let id = record.credential_id.as_bytes().to_vec();
        if inner.records.contains_key(&id) {
            return Err("the credential is registered already".to_owned());
        }
        if inner.records.len() >= MOST {
            return Err(FULL.to_owned());
        }
        inner.records.insert(id, record);
        Ok(())
    }

    pub(super) fn record(&self, id: &CredentialId) -> Option<CredentialRecord> {
        self.lock().records.get(id.as_bytes()).cloned()
    }

    /// Applies an update, if nobody else did since the record was read.
    pub(super) fn update(&self, update: &RecordUpdate) -> Result<(), String> {
        let mut inner = self.lock();
        match inner.records.get_mut(update.credential_id.as_bytes()) {
            Some(record) if record.sign_count == update.expected_sign_count => {
                record.sign_count = update.new_sign_count;
                record.backup_eligible = Some(update.backup_eligible);
                record.backup_state = update.backup_state;
                record.uv_initialized = update.uv_initialized;
                record.last_used_at = Some(update.last_used_at);
                Ok(())
            }
            _ => Err("the credential was used by another request".to_owned()),
        }
    }
}

fn random() -> Result<[u8; 32], String> {
    crate::database::random().map_err(|error| error.to_string())
}
