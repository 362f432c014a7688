//! Rows of `ceremony_credentials`.
//!
//! Every field has one place. What an update, a rename or a change of status may write stands in columns. What never
//! changes after registration stands in `record`, the record's bytes with the changing fields left blank: so whatever
//! later versions of the record hold is kept without a change of the table. Tenant, RP ID, credential id and
//! user handle stand in columns as well, to be looked up by; a row whose columns contradict its bytes is refused.

use crate::backend::Cells;
use crate::millis;
use ceremony::{CredentialRecord, Status, UnixTime};
use ceremony_service::store::{RowId, StoreError, StoredCredential};

/// The columns that [`read`] wants.
macro_rules! columns {
    () => {
        "row_id, tenant, rp_id, credential_id, user_handle, sign_count, uv_initialized, backup_eligible, \
         backup_state, status, status_reason, status_since, name, last_used_at, record"
    };
}
pub(crate) use columns;

pub(crate) const ACTIVE: i16 = 0;
pub(crate) const SUSPENDED: i16 = 1;
pub(crate) const REVOKED: i16 = 2;

const CORRUPT: StoreError = StoreError::Corrupt("credential record");

/// A status as its three columns.
pub(crate) fn status_columns(status: &Status) -> (i16, Option<&str>, Option<i64>) {
    match status {
        Status::Active => (ACTIVE, None, None),
        Status::Suspended { reason, since } => (SUSPENDED, Some(reason), Some(millis(*since))),
        Status::Revoked { reason, since } => (REVOKED, Some(reason), Some(millis(*since))),
    }
}

/// The bytes of what never changes.
pub(crate) fn frozen(record: &CredentialRecord) -> Vec<u8> {
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
pub(crate) fn read(row: &impl Cells) -> Result<StoredCredential, StoreError> {
    fields(row).map_err(|_| CORRUPT)?.assemble()
}

struct Fields<'r> {
    row_id: &'r [u8],
    tenant: &'r str,
    rp_id: &'r str,
    credential_id: &'r [u8],
    user_handle: &'r [u8],
    sign_count: i64,
    uv_initialized: bool,
    backup_eligible: Option<bool>,
    backup_state: bool,
    status: i16,
    status_reason: Option<&'r str>,
    status_since: Option<i64>,
    name: &'r str,
    last_used_at: Option<i64>,
    record: &'r [u8],
}

fn fields(row: &impl Cells) -> Result<Fields<'_>, sqlx::Error> {
    Ok(Fields {
        row_id: row.bytes("row_id")?,
        tenant: row.text("tenant")?,
        rp_id: row.text("rp_id")?,
        credential_id: row.bytes("credential_id")?,
        user_handle: row.bytes("user_handle")?,
        sign_count: row.integer("sign_count")?,
        uv_initialized: row.flag("uv_initialized")?,
        backup_eligible: row.maybe_flag("backup_eligible")?,
        backup_state: row.flag("backup_state")?,
        status: row.small("status")?,
        status_reason: row.maybe_text("status_reason")?,
        status_since: row.maybe_integer("status_since")?,
        name: row.text("name")?,
        last_used_at: row.maybe_integer("last_used_at")?,
        record: row.bytes("record")?,
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
        record.uv_initialized = self.uv_initialized;
        record.backup_eligible = self.backup_eligible;
        record.backup_state = self.backup_state;
        record.last_used_at = self.last_used_at.map(time).transpose()?;
        self.name.clone_into(&mut record.name);
        let since = self.status_since.map(time).transpose()?;
        let reason = self.status_reason.map(str::to_owned);
        record.status = match (self.status, reason, since) {
            (ACTIVE, None, None) => Status::Active,
            (SUSPENDED, Some(reason), Some(since)) => Status::Suspended { reason, since },
            (REVOKED, Some(reason), Some(since)) => Status::Revoked { reason, since },
            _ => return Err(CORRUPT),
        };
        let id = RowId::new(self.row_id.try_into().map_err(|_| CORRUPT)?);
        Ok(StoredCredential { id, record })
    }
}

fn time(value: i64) -> Result<UnixTime, StoreError> {
    u64::try_from(value).map(UnixTime::from_millis).map_err(|_| CORRUPT)
}
