-- User handles of sign-ups whose account is not known yet.
CREATE TABLE ceremony_sign_ups (
    expires_at BIGINT NOT NULL,
    tenant TEXT COLLATE "C" NOT NULL,
    rp_id TEXT COLLATE "C" NOT NULL,
    user_handle BYTEA NOT NULL,
    PRIMARY KEY (tenant, rp_id, user_handle)
);
CREATE INDEX ceremony_sign_ups_expiry ON ceremony_sign_ups (tenant, rp_id, expires_at);
CREATE INDEX ceremony_sign_ups_all ON ceremony_sign_ups (expires_at);
