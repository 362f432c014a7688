//! The settings as values.

use crate::error::SettingsError;
use crate::place::{CeremonyPlace, DatabaseUrl, SpendPlace};
use crate::reader::{Reader, Words};
use crate::setting::PREFIX;
use crate::source::Source;
use ceremony::{
    Algorithm, BackupEligibilityPolicy, BackupRequirement, CborPolicy, SignCountPolicy, TopOrigins,
    UnsolicitedExtensions,
};
use ceremony_http::{RateLimits, TrustedProxies};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A day, in seconds: a bound that never comes is none, and a session that was stolen yesterday is not fresh.
const MAX_AUTH_AGE: u64 = 86_400;

const SIGN_COUNT: &Words<SignCountPolicy> =
    &[("reject", SignCountPolicy::Reject), ("report", SignCountPolicy::Report), ("suspend", SignCountPolicy::Suspend)];
const BACKUP_ELIGIBILITY: &Words<BackupEligibilityPolicy> = &[
    ("report", BackupEligibilityPolicy::Report),
    ("allow_upgrade", BackupEligibilityPolicy::AllowUpgrade),
    ("enforce", BackupEligibilityPolicy::Enforce),
];
const BACKUP_REQUIREMENT: &Words<BackupRequirement> = &[
    ("any", BackupRequirement::Any),
    ("device_bound", BackupRequirement::DeviceBound),
    ("eligible", BackupRequirement::Eligible),
    ("backed_up", BackupRequirement::BackedUp),
];
const CBOR: &Words<CborPolicy> = &[("lenient", CborPolicy::Lenient), ("strict", CborPolicy::Strict)];
const UNSOLICITED: &Words<UnsolicitedExtensions> =
    &[("observe", UnsolicitedExtensions::Observe), ("reject", UnsolicitedExtensions::Reject)];

/// Every setting; by default none is written. [`SETTINGS`](crate::SETTINGS) says what each means; a program may change them before it uses them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each stands in the table of settings")]
pub struct Settings {
    pub rp_id: Option<String>,
    pub rp_name: Option<String>,
    pub origins: Vec<String>,
    pub related_origins: Vec<String>,
    pub android_origins: Vec<String>,
    pub allow_subdomains: bool,
    pub allow_public_suffix_rp_id: bool,
    pub tenant: Option<String>,
    pub algorithms: Vec<Algorithm>,
    pub timeout: Option<Duration>,
    pub sign_count: SignCountPolicy,
    pub backup_eligibility: BackupEligibilityPolicy,
    pub backup_requirement: BackupRequirement,
    pub cbor: CborPolicy,
    pub unsolicited_extensions: UnsolicitedExtensions,
    pub top_origins: Option<TopOrigins>,
    pub list_credentials: Option<bool>,
    pub max_credentials_per_user: Option<u32>,
    pub keep_last_passkey: bool,
    pub sign_ups: bool,
    pub max_auth_age: Option<Duration>,
    pub rate_limit_peer: Option<u32>,
    pub rate_limit_account: Option<u32>,
    pub trusted_proxies: Option<u8>,
    pub providers: Option<PathBuf>,
    pub database: Option<DatabaseUrl>,
    pub database_connections: Option<u32>,
    pub sqlite_full: Option<bool>,
    pub ceremonies: Option<CeremonyPlace>,
    pub authentications: Option<CeremonyPlace>,
    pub spend_list: Option<SpendPlace>,
    pub redis_prefix: Option<String>,
    pub key_file: Option<PathBuf>,
}

impl Settings {
    /// Reads the environment, and the file that `PASSKEYS_CONFIG` names if it is set.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] at the first setting that is unknown or has a value it can't have.
    pub fn from_env() -> Result<Self, SettingsError> {
        Self::read(None, environment()?)
    }

    /// Reads a file (TOML), and the environment, which overrides it.
    ///
    /// # Errors
    ///
    /// As for [`from_env`](Self::from_env), and if the file can't be read.
    pub fn from_file(path: &Path) -> Result<Self, SettingsError> {
        Self::read(Some(path), environment()?)
    }

    /// Reads a file, if one is given, and variables, which override it. Variables without the prefix are not looked at.
    ///
    /// # Errors
    ///
    /// As for [`from_env`](Self::from_env).
    pub fn read(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, SettingsError> {
        let mut reader = Reader::new(Source::read(file, variables)?);
        let settings = Self {
            rp_id: reader.text("rp_id")?,
            rp_name: reader.text("rp_name")?,
            origins: reader.list("origins")?,
            related_origins: reader.list("related_origins")?,
            android_origins: reader.list("android_origins")?,
            allow_subdomains: reader.flag("allow_subdomains")?,
            allow_public_suffix_rp_id: reader.flag("allow_public_suffix_rp_id")?,
            tenant: reader.text("tenant")?,
            algorithms: reader.each("algorithms", algorithm)?,
            timeout: reader.number("timeout", 10..=3600)?.map(Duration::from_secs),
            sign_count: reader.word("sign_count", SIGN_COUNT)?.unwrap_or_default(),
            backup_eligibility: reader.word("backup_eligibility", BACKUP_ELIGIBILITY)?.unwrap_or_default(),
            backup_requirement: reader.word("backup_requirement", BACKUP_REQUIREMENT)?.unwrap_or_default(),
            cbor: reader.word("cbor", CBOR)?.unwrap_or_default(),
            unsolicited_extensions: reader.word("unsolicited_extensions", UNSOLICITED)?.unwrap_or_default(),
            top_origins: top_origins(reader.list("top_origins")?),
            list_credentials: reader.word("username_first", &[("hidden", false), ("listed", true)])?,
            max_credentials_per_user: reader
                .number("max_credentials_per_user", 1..=u64::from(ceremony_service::MAX_CREDENTIALS_PER_USER))?
                .and_then(|number| u32::try_from(number).ok()),
            keep_last_passkey: reader.flag("keep_last_passkey")?,
            sign_ups: reader.flag("sign_ups")?,
            max_auth_age: reader.number("max_auth_age", 1..=MAX_AUTH_AGE)?.map(Duration::from_secs),
            rate_limit_peer: reader.parse("rate_limit_peer", rate)?,
            rate_limit_account: reader.parse("rate_limit_account", rate)?,
            trusted_proxies: reader.number("trusted_proxies", 0..=16)?.and_then(|number| u8::try_from(number).ok()),
            providers: reader.text("providers")?.map(PathBuf::from),
            database: reader.parse("database", DatabaseUrl::parse)?,
            database_connections: reader
                .number("database_connections", 1..=1000)?
                .and_then(|number| u32::try_from(number).ok()),
            sqlite_full: reader.word("sqlite_synchronous", &[("normal", false), ("full", true)])?,
            ceremonies: reader.parse("ceremonies", CeremonyPlace::parse)?,
            authentications: reader.parse("authentications", CeremonyPlace::parse)?,
            spend_list: reader.parse("spend_list", SpendPlace::parse)?,
            redis_prefix: reader.text("redis_prefix")?,
            key_file: reader.text("key_file")?.map(PathBuf::from),
        };
        reader.finish()?;
        Ok(settings)
    }

    /// How often one address and one account may ask; they count from the time of this call.
    pub fn rate_limits(&self) -> RateLimits {
        let proxies = TrustedProxies::new(self.trusted_proxies.unwrap_or(0));
        let mut limits = RateLimits::default().trusted_proxies(proxies);
        if let Some(requests) = self.rate_limit_peer {
            limits = limits.per_peer(requests);
        }
        if let Some(requests) = self.rate_limit_account {
            limits = limits.per_account(requests);
        }
        limits
    }
}

/// The variables that may be settings. Others may hold anything, bytes that are no text included.
fn environment() -> Result<Vec<(String, String)>, SettingsError> {
    let ours = |name: &std::ffi::OsStr| name.to_str().filter(|name| name.starts_with(PREFIX)).map(str::to_owned);
    let named = std::env::vars_os().filter_map(|(name, value)| Some((ours(&name)?, value)));
    let text = |(name, value): (String, std::ffi::OsString)| match value.into_string() {
        Ok(value) => Ok((name, value)),
        Err(_) => Err(SettingsError::new(name, "the value is not UTF-8")),
    };
    named.map(text).collect()
}

fn algorithm(name: &str) -> Result<Algorithm, String> {
    let found = Algorithm::ALL.iter().copied().find(|algorithm| algorithm.name().eq_ignore_ascii_case(name));
    found.filter(|algorithm| *algorithm != Algorithm::Rs1).ok_or_else(|| {
        let all = Algorithm::ALL.iter().filter(|algorithm| **algorithm != Algorithm::Rs1);
        let names: Vec<&str> = all.map(|algorithm| algorithm.name()).collect();
        format!("there is no algorithm {name:?}; write some of {}", names.join(" "))
    })
}

/// Requests a minute; 0 is off, as in [`RateLimits`].
fn rate(text: &str) -> Result<u32, String> {
    match text {
        off if off.eq_ignore_ascii_case("off") => Ok(0),
        number => number.parse().map_err(|_| {
            format!("write how many requests a minute, a whole number from 0 to {}, or off, not {text:?}", u32::MAX)
        }),
    }
}

fn top_origins(list: Vec<String>) -> Option<TopOrigins> {
    match list.as_slice() {
        [] => None,
        [any] if any.eq_ignore_ascii_case("any") => Some(TopOrigins::Any),
        _ => Some(TopOrigins::List(list)),
    }
}
