//! Rows of `ceremony_credentials`.
//!
//! Every field has one place. What an update, a rename or a change of status may write stands in columns. What never
//! changes after registration stands in `record`, the record's version 1 bytes with the changing fields left blank: so
//! whatever later versions of the record hold is kept without a change of the table. Tenant, RP ID, credential id and
//! user handle stand in columns as well, to be looked up by; a row whose columns contradict its bytes is refused.

use super::millis;
use ceremony::{CredentialRecord, Status, UnixTime};
use ceremony_service::store::{RowId, StoreError, StoredCredential};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// The columns that [`read`] wants.
macro_rules! columns {
    () => {
        "row_id, tenant, rp_id, credential_id, user_handle, sign_count, uv_initialized, backup_eligible, \
         backup_state, status, status_reason, status_since, name, last_used_at, record"
    };
}
pub(super) use columns;

pub(super) const ACTIVE: i64 = 0;
pub(super) const SUSPENDED: i64 = 1;
pub(super) const REVOKED: i64 = 2;

const CORRUPT: StoreError = StoreError::Corrupt("credential record");

/// A status as its three columns.
pub(super) fn status_columns(status: &Status) -> (i64, Option<&str>, Option<i64>) {
    match status {
        Status::Active => (ACTIVE, None, None),
        Status::Suspended { reason, since } => (SUSPENDED, Some(reason), Some(millis(*since))),
        Status::Revoked { reason, since } => (REVOKED, Some(reason), Some(millis(*since))),
    }
}

/// The bytes of what never changes.
pub(super) fn frozen(record: &CredentialRecord) -> Vec<u8> {
    let mut frozen = record.clone();
    frozen.sign_count = 0;
    frozen.uv_initialized = false;
    frozen.backup_eligible = None;
    frozen.backup_state = false;
    frozen.status = Status::Active;
    frozen.name.clear();
    frozen.last_used_at = None;
    frozen.to_bytes()
}

/// Puts a record together.
pub(super) fn read(row: &SqliteRow) -> Result<StoredCredential, StoreError> {
    fields(row).map_err(|_| CORRUPT)?.assemble()
}

struct Fields<'r> {
    row_id: &'r [u8],
    tenant: &'r str,
    rp_id: &'r str,
    credential_id: &'r [u8],
    user_handle: &'r [u8],
    sign_count: i64,
    uv_initialized: i64,
    backup_eligible: Option<i64>,
    backup_state: i64,
    status: i64,
    status_reason: Option<String>,
    status_since: Option<i64>,
    name: String,
    last_used_at: Option<i64>,
    record: &'r [u8],
}

fn fields(row: &SqliteRow) -> Result<Fields<'_>, sqlx::Error> {
    Ok(Fields {
        row_id: row.try_get("row_id")?,
        tenant: row.try_get("tenant")?,
        rp_id: row.try_get("rp_id")?,
        credential_id: row.try_get("credential_id")?,
        user_handle: row.try_get("user_handle")?,
        sign_count: row.try_get("sign_count")?,
        uv_initialized: row.try_get("uv_initialized")?,
        backup_eligible: row.try_get("backup_eligible")?,
        backup_state: row.try_get("backup_state")?,
        status: row.try_get("status")?,
        status_reason: row.try_get("status_reason")?,
        status_since: row.try_get("status_since")?,
        name: row.try_get("name")?,
        last_used_at: row.try_get("last_used_at")?,
        record: row.try_get("record")?,
    })
}

impl Fields<'_> {
    fn assemble(self) -> Result<StoredCredential, StoreError> {
        let mut record = CredentialRecord::from_bytes(self.record).map_err(|_| CORRUPT)?;
        let is_its_own = record.tenant.as_str() == self.tenant
            && record.rp_id.as_str() == self.rp_id
            && record.credential_id.as_bytes() == self.credential_id
            && record.user_handle.as_bytes() == self.user_handle;
        if !is_its_own {
            return Err(CORRUPT);
        }
        record.sign_count = u32::try_from(self.sign_count).map_err(|_| CORRUPT)?;
        record.uv_initialized = flag(self.uv_initialized)?;
        record.backup_eligible = self.backup_eligible.map(flag).transpose()?;
        record.backup_state = flag(self.backup_state)?;
        record.last_used_at = self.last_used_at.map(time).transpose()?;
        record.name = self.name;
        let since = self.status_since.map(time).transpose()?;
        record.status = match (self.status, self.status_reason, since) {
            (ACTIVE, None, None) => Status::Active,
            (SUSPENDED, Some(reason), Some(since)) => Status::Suspended { reason, since },
            (REVOKED, Some(reason), Some(since)) => Status::Revoked { reason, since },
            _ => return Err(CORRUPT),
        };
        let id = RowId::new(self.row_id.try_into().map_err(|_| CORRUPT)?);
        Ok(StoredCredential { id, record })
    }
}

fn flag(value: i64) -> Result<bool, StoreError> {
    match value {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(CORRUPT),
    }
}

fn time(value: i64) -> Result<UnixTime, StoreError> {
    u64::try_from(value).map(UnixTime::from_millis).map_err(|_| CORRUPT)
}
