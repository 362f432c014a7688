-- The application's own tables, beside those whose names begin with `ceremony_`. Times are milliseconds since 1970.
-- One message to the server is one transaction: processes that start at once wait here for each other, by "cerdemo1" in ASCII.
SELECT pg_advisory_xact_lock(7162256557926608689);

CREATE TABLE IF NOT EXISTS users (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Tokens are kept as SHA-256 hashes: who reads the table can't sign in with it.
CREATE TABLE IF NOT EXISTS sessions (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    authenticated_at BIGINT NOT NULL,
    authenticated_by TEXT NOT NULL CHECK (authenticated_by IN ('password', 'passkey')),
    -- The public id of the passkey that opened it.
    passkey TEXT,
    expires_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS sessions_expiry ON sessions (expires_at);
CREATE INDEX IF NOT EXISTS sessions_user ON sessions (user_id);

CREATE TABLE IF NOT EXISTS secrets (
    name TEXT NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);
