//! The statements, side by side. The first two parameters of each are the realm. Each finds its rows by an index; a test
//! asks the databases for their plans.

use crate::row::columns;

pub(crate) const FIND: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM ceremony_credentials WHERE tenant = $1 AND rp_id = $2 AND credential_id = $3"
);
pub(crate) const GET: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM ceremony_credentials WHERE tenant = $1 AND rp_id = $2 AND user_handle = $3 AND row_id = $4"
);
pub(crate) const LIST: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM ceremony_credentials WHERE tenant = $1 AND rp_id = $2 AND user_handle = $3
    ORDER BY created_at, seq LIMIT $4"
);
pub(crate) const LIST_AFTER: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM ceremony_credentials WHERE tenant = $1 AND rp_id = $2 AND user_handle = $3
    AND (created_at, seq) > ($4, $5) ORDER BY created_at, seq LIMIT $6"
);
pub(crate) const PLACE: &str = "SELECT created_at, seq FROM ceremony_credentials
    WHERE tenant = $1 AND rp_id = $2 AND user_handle = $3 AND row_id = $4";
pub(crate) const COUNT_ACTIVE: &str = "SELECT count(*) AS rows FROM ceremony_credentials
    WHERE tenant = $1 AND rp_id = $2 AND user_handle = $3 AND status = $4";
pub(crate) const COUNT_OTHERS: &str = "SELECT count(*) AS rows FROM ceremony_credentials
    WHERE tenant = $1 AND rp_id = $2 AND user_handle = $3 AND row_id != $4 AND status != $5";
pub(crate) const TOMBSTONE: &str = "SELECT 1 FROM ceremony_tombstones
    WHERE tenant = $1 AND rp_id = $2 AND credential_hash = $3 AND expires_at > $4";
pub(crate) const INSERT: &str = "INSERT INTO ceremony_credentials
    (tenant, rp_id, row_id, credential_id, user_handle, created_at, sign_count, uv_initialized, backup_eligible,
    backup_state, status, status_reason, status_since, name, last_used_at, record)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
    ON CONFLICT (tenant, rp_id, credential_id) DO NOTHING";
pub(crate) const APPLY: &str = "UPDATE ceremony_credentials
    SET sign_count = $7, backup_eligible = $8, backup_state = $9, uv_initialized = $10, last_used_at = $11
    WHERE tenant = $1 AND rp_id = $2 AND credential_id = $3 AND user_handle = $4 AND sign_count = $5 AND status = $6";
pub(crate) const RENAME: &str = concat!(
    "UPDATE ceremony_credentials SET name = $6
    WHERE tenant = $1 AND rp_id = $2 AND user_handle = $3 AND row_id = $4 AND status != $5 RETURNING ",
    columns!()
);
pub(crate) const SET_STATUS: &str = "UPDATE ceremony_credentials
    SET status = $5, status_reason = $6, status_since = $7
    WHERE tenant = $1 AND rp_id = $2 AND credential_id = $3 AND status = $4";
pub(crate) const REVOKE: &str = concat!(
    "UPDATE ceremony_credentials SET status = $5, status_reason = $6, status_since = $7
    WHERE tenant = $1 AND rp_id = $2 AND user_handle = $3 AND row_id = $4 AND status != $5 RETURNING ",
    columns!()
);
pub(crate) const STATUS: &str = "SELECT status FROM ceremony_credentials
    WHERE tenant = $1 AND rp_id = $2 AND user_handle = $3 AND row_id = $4";
pub(crate) const REVOKE_ALL: &str = "UPDATE ceremony_credentials
    SET status = $4, status_reason = $5, status_since = $6
    WHERE tenant = $1 AND rp_id = $2 AND user_handle = $3 AND status != $4";
pub(crate) const ERASE: &str = "DELETE FROM ceremony_credentials
    WHERE tenant = $1 AND rp_id = $2 AND user_handle = $3 AND row_id = $4 RETURNING credential_id";
pub(crate) const ERASE_USER: &str = "DELETE FROM ceremony_credentials
    WHERE tenant = $1 AND rp_id = $2 AND user_handle = $3 RETURNING credential_id";
pub(crate) const BURY: &str = "INSERT INTO ceremony_tombstones
    (tenant, rp_id, credential_hash, expires_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (tenant, rp_id, credential_hash) DO UPDATE SET expires_at = excluded.expires_at
    WHERE excluded.expires_at > ceremony_tombstones.expires_at";
