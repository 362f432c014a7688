//! What a row says of a passkey, before any of it is believed.

use super::handle;
use super::row::Row;
use ceremony::{Aaguid, Transport, UnixTime};

/// A passkey as another system kept it; `None` where it does not know.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) user_id: String,
    /// `None`: nobody knows it, and the account's own is taken.
    pub(super) user_handle: Option<Vec<u8>>,
    pub(super) rp_id: Option<String>,
    pub(super) credential_id: Vec<u8>,
    /// As COSE_Key.
    pub(super) public_key: Vec<u8>,
    pub(super) sign_count: u32,
    pub(super) user_verified: Option<bool>,
    pub(super) backup_eligible: Option<bool>,
    pub(super) backup_state: Option<bool>,
    pub(super) transports: Vec<Transport>,
    pub(super) aaguid: Option<Aaguid>,
    pub(super) fmt: Option<String>,
    pub(super) discoverable: Option<bool>,
    pub(super) name: Option<String>,
    pub(super) created_at: Option<UnixTime>,
    pub(super) last_used_at: Option<UnixTime>,
    pub(super) inactive: Option<Inactive>,
}

/// A passkey that may not sign in at its source.
#[derive(Debug)]
pub(super) struct Inactive {
    /// For good.
    pub(super) revoked: bool,
    pub(super) reason: Option<String>,
    pub(super) since: Option<UnixTime>,
}

pub(super) const USER_ID: &[&str] = &["user_id", "userId", "internal_user_id", "user_unique_id", "user"];
pub(super) const CREDENTIAL_ID: &[&str] = &["credential_id", "credentialId", "credentialID", "cred_id", "id"];
const PUBLIC_KEY: &[&str] =
    &["public_key", "credential_public_key", "publicKey", "credentialPublicKey", "cred_public_key"];
const SIGN_COUNT: &[&str] = &["sign_count", "counter", "signCount"];
const USER_VERIFIED: &[&str] = &["user_verified", "userVerified"];
const BACKUP_ELIGIBLE: &[&str] = &["backup_eligible", "backupEligible"];
const DEVICE_TYPE: &[&str] = &["device_type", "credential_device_type", "deviceType", "credentialDeviceType"];
const BACKUP_STATE: &[&str] = &[
    "backup_state",
    "backed_up",
    "backup_status",
    "credential_backed_up",
    "backupState",
    "backedUp",
    "credentialBackedUp",
];
const TRANSPORTS: &[&str] = &["transports"];
const AAGUID: &[&str] = &["aaguid"];
const FMT: &[&str] = &["fmt", "attestation_fmt"];
const DISCOVERABLE: &[&str] = &["is_discoverable"];
const NAME: &[&str] = &["name", "device_name", "deviceName"];
const CREATED_AT: &[&str] = &["created_at", "createdAt", "added_on"];
const LAST_USED_AT: &[&str] = &["last_used_at", "lastUsedAt", "last_used", "lastUsed"];
const ACTIVE: &[&str] = &["is_active", "enabled"];
const REVOKED_AT: &[&str] = &["revoked_at"];
const REASON: &[&str] = &["revocation_reason"];
const RP_ID: &[&str] = &["rp_id", "rpId"];

/// The names that `--column` takes.
pub(super) const COLUMNS: &[&[&str]] = &[
    USER_ID,
    CREDENTIAL_ID,
    PUBLIC_KEY,
    SIGN_COUNT,
    USER_VERIFIED,
    BACKUP_ELIGIBLE,
    DEVICE_TYPE,
    BACKUP_STATE,
    TRANSPORTS,
    AAGUID,
    FMT,
    DISCOVERABLE,
    NAME,
    CREATED_AT,
    LAST_USED_AT,
    ACTIVE,
    REVOKED_AT,
    REASON,
    RP_ID,
    handle::MEMBER,
    super::django::TOKEN,
    super::django::USERNAME,
    super::webauthn_rs::PASSKEY,
];

impl Draft {
    /// What is about the account and the bookkeeping: the same in every source.
    pub(super) fn about(row: &Row<'_>) -> Result<Self, String> {
        Ok(Self {
            user_id: row.text(USER_ID)?.ok_or_else(|| missing(USER_ID))?,
            rp_id: row.text(RP_ID)?,
            name: row.text(NAME)?,
            created_at: row.moment(CREATED_AT)?,
            last_used_at: row.moment(LAST_USED_AT)?,
            inactive: inactive(row)?,
            ..Self::default()
        })
    }

    /// A row with a column for everything, as the libraries for Python and JavaScript recommend.
    pub(super) fn flat(row: &Row<'_>) -> Result<Self, String> {
        Ok(Self {
            credential_id: row.bytes(CREDENTIAL_ID)?.ok_or_else(|| missing(CREDENTIAL_ID))?,
            public_key: row.bytes(PUBLIC_KEY)?.ok_or_else(|| missing(PUBLIC_KEY))?,
            sign_count: row.counter(SIGN_COUNT)?,
            user_verified: row.flag(USER_VERIFIED)?,
            backup_eligible: match row.flag(BACKUP_ELIGIBLE)? {
                None => device_type(row)?,
                known => known,
            },
            backup_state: row.flag(BACKUP_STATE)?,
            transports: row.transports(TRANSPORTS)?,
            aaguid: row.aaguid(AAGUID)?,
            fmt: row.text(FMT)?,
            discoverable: row.flag(DISCOVERABLE)?,
            ..Self::about(row)?
        })
    }
}

pub(super) fn missing(names: &[&str]) -> String {
    let name = names.first().copied().unwrap_or_default();
    match names.get(1..) {
        Some([]) | None => format!("there is no {name}; --column {name}=COLUMN says where it stands"),
        Some(others) => {
            format!("there is no {name} (nor {}); --column {name}=COLUMN says where it stands", others.join(", "))
        }
    }
}

/// Backup eligibility by the name that it has in other libraries.
fn device_type(row: &Row<'_>) -> Result<Option<bool>, String> {
    let Some(text) = row.text(DEVICE_TYPE)? else { return Ok(None) };
    // Python prints its enumerations with their class.
    let word = text.rsplit('.').next().unwrap_or_default().replace('_', "").to_ascii_lowercase();
    match word.as_str() {
        "multidevice" => Ok(Some(true)),
        "singledevice" => Ok(Some(false)),
        _ => Err("device_type is neither singleDevice nor multiDevice".to_owned()),
    }
}

fn inactive(row: &Row<'_>) -> Result<Option<Inactive>, String> {
    let since = row.moment(REVOKED_AT)?;
    if row.flag(ACTIVE)?.unwrap_or(true) && since.is_none() {
        return Ok(None);
    }
    Ok(Some(Inactive { revoked: since.is_some(), reason: row.text(REASON)?, since }))
}
