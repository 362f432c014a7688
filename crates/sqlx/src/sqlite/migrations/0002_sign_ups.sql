-- User handles of sign-ups whose account is not known yet.
CREATE TABLE ceremony_sign_ups (
    tenant TEXT NOT NULL,
    rp_id TEXT NOT NULL,
    user_handle BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, rp_id, user_handle)
) STRICT, WITHOUT ROWID;
CREATE INDEX ceremony_sign_ups_expiry ON ceremony_sign_ups (tenant, rp_id, expires_at);
CREATE INDEX ceremony_sign_ups_all ON ceremony_sign_ups (expires_at);
