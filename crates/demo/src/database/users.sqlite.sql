-- The users of the first version, who all had a password, in a table where they need none.
CREATE TABLE users_now (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT,
    created_at INTEGER NOT NULL,
    handle_hash BLOB UNIQUE
) STRICT;
INSERT INTO users_now (id, email, password_hash, created_at) SELECT id, email, password_hash, created_at FROM users;
DROP TABLE users;
ALTER TABLE users_now RENAME TO users;
