-- Begun ceremonies. `key` is a SHA-256 over the handle and everything that must be equal at begin and finish.
CREATE TABLE ceremony_pending (
    expires_at BIGINT NOT NULL,
    key BYTEA NOT NULL PRIMARY KEY,
    state BYTEA NOT NULL
);
CREATE INDEX ceremony_pending_expiry ON ceremony_pending (expires_at);

-- Ids of sealed ceremonies that were used.
CREATE TABLE ceremony_spent (
    expires_at BIGINT NOT NULL,
    id BYTEA NOT NULL PRIMARY KEY
);
CREATE INDEX ceremony_spent_expiry ON ceremony_spent (expires_at);

-- Credential records. What changes stands in columns, and only there; what never changes stands in `record`. No index
-- has a column that a sign-in writes, and pages keep some room, so that an update stays within its page.
CREATE TABLE ceremony_credentials (
    seq BIGINT GENERATED ALWAYS AS IDENTITY,
    created_at BIGINT NOT NULL,
    sign_count BIGINT NOT NULL,
    last_used_at BIGINT,
    status_since BIGINT,
    -- 0 active, 1 suspended, 2 revoked
    status SMALLINT NOT NULL CHECK (status IN (0, 1, 2)),
    uv_initialized BOOLEAN NOT NULL,
    backup_eligible BOOLEAN,
    backup_state BOOLEAN NOT NULL,
    row_id BYTEA NOT NULL PRIMARY KEY,
    tenant TEXT COLLATE "C" NOT NULL,
    rp_id TEXT COLLATE "C" NOT NULL,
    credential_id BYTEA NOT NULL,
    user_handle BYTEA NOT NULL,
    name TEXT NOT NULL,
    status_reason TEXT,
    record BYTEA NOT NULL
) WITH (fillfactor = 90);
CREATE UNIQUE INDEX ceremony_credentials_id ON ceremony_credentials (tenant, rp_id, credential_id);
CREATE INDEX ceremony_credentials_owner ON ceremony_credentials (tenant, rp_id, user_handle, created_at, seq);

-- SHA-256 hashes of erased credential ids.
CREATE TABLE ceremony_tombstones (
    expires_at BIGINT NOT NULL,
    tenant TEXT COLLATE "C" NOT NULL,
    rp_id TEXT COLLATE "C" NOT NULL,
    credential_hash BYTEA NOT NULL,
    PRIMARY KEY (tenant, rp_id, credential_hash)
);
CREATE INDEX ceremony_tombstones_expiry ON ceremony_tombstones (expires_at);

-- User handles.
CREATE TABLE ceremony_users (
    tenant TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    user_handle BYTEA NOT NULL,
    PRIMARY KEY (tenant, user_id)
);
CREATE UNIQUE INDEX ceremony_users_handle ON ceremony_users (tenant, user_handle);
