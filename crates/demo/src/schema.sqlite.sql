-- The application's own tables, beside those whose names begin with `ceremony_`. Times are milliseconds since 1970.
CREATE TABLE IF NOT EXISTS users (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    -- None for an account that was made with a passkey.
    password_hash TEXT,
    created_at INTEGER NOT NULL,
    -- SHA-256 of the user handle that a sign-up with a passkey made the account under.
    handle_hash BLOB UNIQUE
) STRICT;

-- Tokens are kept as SHA-256 hashes: who reads the table can't sign in with it.
CREATE TABLE IF NOT EXISTS sessions (
    token_hash BLOB NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    authenticated_at INTEGER NOT NULL,
    authenticated_by TEXT NOT NULL CHECK (authenticated_by IN ('password', 'passkey')),
    -- The public id of the passkey that opened it.
    passkey TEXT,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sessions_expiry ON sessions (expires_at);
CREATE INDEX IF NOT EXISTS sessions_user ON sessions (user_id);

CREATE TABLE IF NOT EXISTS secrets (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What happened. It outlives accounts: nothing here refers to them.
CREATE TABLE IF NOT EXISTS audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    user_id TEXT,
    -- The public id of a passkey.
    credential TEXT,
    detail TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS audit_at ON audit (at);

-- Whose passkey is whose: the service's own events name passkeys alone.
CREATE TABLE IF NOT EXISTS passkey_owners (
    credential TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
