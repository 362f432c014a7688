-- The application's own tables, beside those whose names begin with `ceremony_`. Times are milliseconds since 1970.
-- One message to the server is one transaction: processes that start at once wait here for each other, by "cerdemo1" in ASCII.
SELECT pg_advisory_xact_lock(7162256557926608689);

CREATE TABLE IF NOT EXISTS users (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    -- None for an account that was made with a passkey.
    password_hash TEXT,
    created_at BIGINT NOT NULL,
    -- SHA-256 of the user handle that a sign-up with a passkey made the account under.
    handle_hash BYTEA UNIQUE
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

-- What happened. It outlives accounts: nothing here refers to them.
CREATE TABLE IF NOT EXISTS audit (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    user_id TEXT,
    -- The public id of a passkey.
    credential TEXT,
    detail TEXT
);
CREATE INDEX IF NOT EXISTS audit_at ON audit (at);

-- Whose passkey is whose: the service's own events name passkeys alone.
CREATE TABLE IF NOT EXISTS passkey_owners (
    credential TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL
);

-- A database of the first version, where everybody had a password. Only there: the change locks the table.
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_attribute
        WHERE attrelid = 'users'::regclass AND attname = 'handle_hash' AND NOT attisdropped
    ) THEN
        ALTER TABLE users ALTER COLUMN password_hash DROP NOT NULL, ADD COLUMN handle_hash BYTEA UNIQUE;
    END IF;
END $$;
