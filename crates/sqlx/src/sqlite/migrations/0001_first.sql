-- Begun ceremonies. `key` is a SHA-256 over the handle and everything that must be equal at begin and finish.
CREATE TABLE ceremony_pending (
    key BLOB NOT NULL PRIMARY KEY,
    state BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ceremony_pending_expiry ON ceremony_pending (expires_at);

-- Ids of sealed ceremonies that were used.
CREATE TABLE ceremony_spent (
    id BLOB NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ceremony_spent_expiry ON ceremony_spent (expires_at);

-- Credential records. What changes stands in columns, and only there; what never changes stands in `record`.
CREATE TABLE ceremony_credentials (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    row_id BLOB NOT NULL,
    tenant TEXT NOT NULL,
    rp_id TEXT NOT NULL,
    credential_id BLOB NOT NULL,
    user_handle BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    sign_count INTEGER NOT NULL,
    uv_initialized INTEGER NOT NULL,
    backup_eligible INTEGER,
    backup_state INTEGER NOT NULL,
    -- 0 active, 1 suspended, 2 revoked
    status INTEGER NOT NULL CHECK (status IN (0, 1, 2)),
    status_reason TEXT,
    status_since INTEGER,
    name TEXT NOT NULL,
    last_used_at INTEGER,
    record BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX ceremony_credentials_row ON ceremony_credentials (row_id);
CREATE UNIQUE INDEX ceremony_credentials_id ON ceremony_credentials (tenant, rp_id, credential_id);
CREATE INDEX ceremony_credentials_owner ON ceremony_credentials (tenant, rp_id, user_handle, created_at, seq);

-- SHA-256 hashes of erased credential ids.
CREATE TABLE ceremony_tombstones (
    tenant TEXT NOT NULL,
    rp_id TEXT NOT NULL,
    credential_hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, rp_id, credential_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX ceremony_tombstones_expiry ON ceremony_tombstones (expires_at);

-- User handles.
CREATE TABLE ceremony_users (
    tenant TEXT NOT NULL,
    user_id TEXT NOT NULL,
    user_handle BLOB NOT NULL,
    PRIMARY KEY (tenant, user_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX ceremony_users_handle ON ceremony_users (tenant, user_handle);
