//! Every setting, in one list: what the reader accepts, what the documentation shows, and what the tests change.

/// A setting: `PASSKEYS_` and its name in capitals in the environment, the name itself in a file.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Setting {
    /// The name, in lower case.
    pub name: &'static str,
    /// What can be written.
    pub values: &'static str,
    /// What holds where nothing is written; empty where something has to be.
    pub default: &'static str,
    /// What it decides.
    pub about: &'static str,
}

const fn setting(name: &'static str, values: &'static str, default: &'static str, about: &'static str) -> Setting {
    Setting { name, values, default, about }
}

const FLAG: &str = "true, false";
const RATE: &str = "requests a minute, or off";
const ORIGIN_LIST: &str = "origins";

/// All settings.
pub const SETTINGS: &[Setting] = &[
    setting("rp_id", "a domain", "the first origin's host", "the RP ID that passkeys are made for; never change it"),
    setting("rp_name", "text", "the RP ID", "the site's name, as some browsers show it"),
    setting("origins", ORIGIN_LIST, "", "the pages that may use passkeys, as browsers show them"),
    setting("related_origins", ORIGIN_LIST, "none", "pages of other domains that may use the RP ID"),
    setting("android_origins", "fingerprints or origins", "none", "Android apps that may use the RP ID"),
    setting("allow_subdomains", FLAG, "false", "accepts every https subdomain of the origins as well"),
    setting("allow_public_suffix_rp_id", FLAG, "false", "accepts an intranet name as the RP ID"),
    setting("tenant", "text", "empty", "keeps this site's records apart from others' in the same stores"),
    setting("algorithms", "COSE names", "EdDSA ES256 RS256", "what is offered and accepted, most wanted first"),
    setting("timeout", "seconds, 10 to 3600", "300", "how long a ceremony may take"),
    setting("sign_count", "reject, report, suspend", "reject", "what a counter that went back leads to"),
    setting(
        "backup_eligibility",
        "report, allow_upgrade, enforce",
        "report",
        "what a changed backup eligibility leads to",
    ),
    setting(
        "backup_requirement",
        "any, device_bound, eligible, backed_up",
        "any",
        "which passkeys are accepted, synced or bound to a device",
    ),
    setting("cbor", "lenient, strict", "lenient", "how CBOR that is not canonical is met"),
    setting("unsolicited_extensions", "observe, reject", "observe", "how extension outputs nobody asked for are met"),
    setting("top_origins", "origins, or any", "none", "pages that may embed the site in a frame of another origin"),
    setting("username_first", "hidden, listed", "hidden", "what a sign-in after a name shows of the account"),
    setting("max_credentials_per_user", "1 to 128", "20", "how many passkeys an account may have"),
    setting("keep_last_passkey", FLAG, "false", "refuses to remove an account's last active passkey"),
    setting("sign_ups", FLAG, "false", "lets accounts come into being with a passkey alone"),
    setting("max_auth_age", "seconds, 1 to 86400", "600", "how long after a sign-in passkeys may be added and removed"),
    setting("rate_limit_peer", RATE, "300", "how many requests an address may make; IPv6 by its first 64 bits"),
    setting("rate_limit_account", RATE, "30", "how many requests may be made for an account"),
    setting("trusted_proxies", "0 to 16", "0", "how many own proxies stand in front, and append to X-Forwarded-For"),
    setting("providers", "a file", "built-in names", "names and icons of passkey providers, JSON by AAGUID"),
    setting("database", "sqlite:PATH, postgres://..", "", "where passkeys are kept"),
    setting("database_connections", "1 to 1000", "4 for SQLite, 10", "how many connections the pool has"),
    setting(
        "sqlite_synchronous",
        "normal, full",
        "normal",
        "with full, a power failure undoes nothing; each transaction waits for the disk",
    ),
    setting(
        "ceremonies",
        "memory, sealed, database, redis://..",
        "database; sealed with a key file and sign_ups",
        "where begun registrations are kept; with sealed, with the browser, encrypted",
    ),
    setting(
        "authentications",
        "memory, sealed, database, redis://..",
        "as ceremonies; sealed with a key file and no ceremonies",
        "where begun sign-ins are kept",
    ),
    setting(
        "spend_list",
        "memory, database, redis://..",
        "database",
        "where the ids of used sealed ceremonies are kept",
    ),
    setting("redis_prefix", "text", "ceremony:", "what every key in Redis begins with"),
    setting("key_file", "a file", "none", "the keys for sealed ceremonies and listed names; `ceremony generate-key`"),
];

impl Setting {
    /// The name in the environment.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("{PREFIX}{}", self.name.to_ascii_uppercase())
    }
}

/// What every name in the environment begins with.
pub(crate) const PREFIX: &str = "PASSKEYS_";

/// The one name in the environment that is no setting: the file that the others may stand in.
pub(crate) const FILE: &str = "PASSKEYS_CONFIG";
