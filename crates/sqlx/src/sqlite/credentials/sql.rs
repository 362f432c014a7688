//! The statements, side by side. Each finds its rows by an index; a test asks SQLite for the plans.

use crate::sqlite::row::columns;

pub(in crate::sqlite) const FIND: &str =
    concat!("SELECT ", columns!(), " FROM ceremony_credentials WHERE tenant = ? AND rp_id = ? AND credential_id = ?");
pub(in crate::sqlite) const GET: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM ceremony_credentials WHERE tenant = ? AND rp_id = ? AND user_handle = ? AND row_id = ?"
);
pub(in crate::sqlite) const LIST: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM ceremony_credentials WHERE tenant = ? AND rp_id = ? AND user_handle = ?
    ORDER BY created_at, seq LIMIT ?"
);
pub(in crate::sqlite) const LIST_AFTER: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM ceremony_credentials WHERE tenant = ? AND rp_id = ? AND user_handle = ?
    AND (created_at, seq) > (?, ?) ORDER BY created_at, seq LIMIT ?"
);
pub(in crate::sqlite) const PLACE: &str = "SELECT created_at, seq FROM ceremony_credentials
    WHERE tenant = ? AND rp_id = ? AND user_handle = ? AND row_id = ?";
pub(in crate::sqlite) const EXISTS: &str = "SELECT 1 FROM ceremony_credentials
    WHERE tenant = ? AND rp_id = ? AND credential_id = ?";
pub(in crate::sqlite) const COUNT_ACTIVE: &str = "SELECT count(*) FROM ceremony_credentials
    WHERE tenant = ? AND rp_id = ? AND user_handle = ? AND status = ?";
pub(in crate::sqlite) const COUNT_KEPT: &str = "SELECT count(*) FROM ceremony_credentials
    WHERE tenant = ? AND rp_id = ? AND user_handle = ? AND status != ?";
pub(in crate::sqlite) const TOMBSTONE: &str = "SELECT 1 FROM ceremony_tombstones
    WHERE tenant = ? AND rp_id = ? AND credential_hash = ? AND expires_at > ?";
pub(in crate::sqlite) const INSERT: &str = "INSERT INTO ceremony_credentials
    (row_id, tenant, rp_id, credential_id, user_handle, created_at, sign_count, uv_initialized, backup_eligible,
    backup_state, status, status_reason, status_since, name, last_used_at, record)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
pub(in crate::sqlite) const APPLY: &str = "UPDATE ceremony_credentials
    SET sign_count = ?, backup_eligible = ?, backup_state = ?, uv_initialized = ?, last_used_at = ?
    WHERE tenant = ? AND rp_id = ? AND credential_id = ? AND user_handle = ? AND sign_count = ? AND status = ?";
pub(in crate::sqlite) const RENAME: &str = concat!(
    "UPDATE ceremony_credentials SET name = ?
    WHERE tenant = ? AND rp_id = ? AND user_handle = ? AND row_id = ? AND status != ? RETURNING ",
    columns!()
);
pub(in crate::sqlite) const SET_STATUS: &str = "UPDATE ceremony_credentials
    SET status = ?, status_reason = ?, status_since = ?
    WHERE tenant = ? AND rp_id = ? AND credential_id = ? AND status = ?";
pub(in crate::sqlite) const REVOKE: &str = concat!(
    "UPDATE ceremony_credentials SET status = ?, status_reason = ?, status_since = ?
    WHERE tenant = ? AND rp_id = ? AND user_handle = ? AND row_id = ? AND status != ? RETURNING ",
    columns!()
);
pub(in crate::sqlite) const STATUS: &str = "SELECT status FROM ceremony_credentials
    WHERE tenant = ? AND rp_id = ? AND user_handle = ? AND row_id = ?";
pub(in crate::sqlite) const REVOKE_ALL: &str = "UPDATE ceremony_credentials
    SET status = ?, status_reason = ?, status_since = ?
    WHERE tenant = ? AND rp_id = ? AND user_handle = ? AND status != ?";
pub(in crate::sqlite) const ERASE: &str = "DELETE FROM ceremony_credentials
    WHERE tenant = ? AND rp_id = ? AND user_handle = ? AND row_id = ? RETURNING credential_id";
pub(in crate::sqlite) const ERASE_USER: &str = "DELETE FROM ceremony_credentials
    WHERE tenant = ? AND rp_id = ? AND user_handle = ? RETURNING credential_id";
pub(in crate::sqlite) const BURY: &str = "INSERT INTO ceremony_tombstones
    (tenant, rp_id, credential_hash, expires_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (tenant, rp_id, credential_hash) DO UPDATE SET expires_at = max(expires_at, excluded.expires_at)";
pub(in crate::sqlite) const CLEANUP: &str = "DELETE FROM ceremony_tombstones
    WHERE (tenant, rp_id, credential_hash) IN
    (SELECT tenant, rp_id, credential_hash FROM ceremony_tombstones WHERE expires_at <= ? LIMIT ?)";
