//! Every setting is read by something, and says what is wrong with its value.
#![cfg(all(feature = "sqlite", feature = "postgres", feature = "redis"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use ceremony::{Algorithm, SignCountPolicy};
use ceremony_config::{DatabaseUrl, KeyFile, SETTINGS, Settings};
use ceremony_service::OsEntropy;
use ceremony_testbed::{REDIS, Redis, pass_over};
use http::{HeaderMap, HeaderName, HeaderValue};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::Path;
use tempfile::TempDir;

/// What has to be set beside a setting for it to matter.
type Beside = Vec<(&'static str, String)>;

/// A folder with what settings may name.
struct Site {
    folder: TempDir,
    redis: Redis,
}

impl Site {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let keys = KeyFile::generate(&OsEntropy).unwrap();
        std::fs::write(folder.path().join("keys"), keys.to_text().as_bytes()).unwrap();
        let providers = r#"{"11111111-4d01-1d21-3ce4-b6b48cb575d4": {"name": "Somebody's"}}"#;
        std::fs::write(folder.path().join("providers.json"), providers).unwrap();
        Self { folder, redis: Redis::start().unwrap() }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// The least that works.
    fn base(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("origins", "https://www.example.com https://example.com".to_owned()),
            ("rp_id", "example.com".to_owned()),
            ("database", format!("sqlite:{}", self.path("base.db"))),
        ])
    }

    /// A value for each setting, and what has to be set beside it for it to matter.
    fn changes(&self) -> BTreeMap<&'static str, (String, Beside)> {
        let redis = self.redis.url();
        let keys = ("key_file", self.path("keys"));
        let sealed = ("ceremonies", "sealed".to_owned());
        let alone = |value: &str| (value.to_owned(), Vec::new());
        BTreeMap::from([
            ("rp_id", alone("www.example.com")),
            ("rp_name", alone("The Example")),
            ("origins", alone("https://example.com")),
            ("related_origins", alone("https://example.org")),
            ("android_origins", alone(&["AB"; 32].join(":"))),
            ("allow_subdomains", alone("true")),
            (
                "allow_public_suffix_rp_id",
                ("true".to_owned(), vec![("rp_id", "intranet".to_owned()), ("origins", "https://intranet".to_owned())]),
            ),
            ("tenant", alone("acme")),
            ("algorithms", alone("ES256")),
            ("timeout", alone("120")),
            ("sign_count", alone("suspend")),
            ("backup_eligibility", alone("enforce")),
            ("backup_requirement", alone("device_bound")),
            ("cbor", alone("strict")),
            ("unsolicited_extensions", alone("reject")),
            ("top_origins", alone("https://portal.example")),
            ("username_first", ("listed".to_owned(), vec![keys.clone()])),
            ("max_credentials_per_user", alone("3")),
            ("keep_last_passkey", alone("true")),
            ("sign_ups", alone("true")),
            ("max_auth_age", alone("60")),
            ("rate_limit_peer", alone("100")),
            ("rate_limit_account", alone("off")),
            ("trusted_proxies", alone("1")),
            ("providers", alone(&self.path("providers.json"))),
            ("database", alone(&format!("sqlite:{}", self.path("other.db")))),
            ("database_connections", alone("2")),
            ("sqlite_synchronous", alone("full")),
            ("ceremonies", alone("memory")),
            ("authentications", alone("memory")),
            ("spend_list", (redis.clone(), vec![sealed.clone(), keys.clone()])),
            ("redis_prefix", ("mine:".to_owned(), vec![("ceremonies", redis)])),
            ("key_file", alone(&keys.1)),
        ])
    }
}

fn read(values: &BTreeMap<&'static str, String>) -> Result<Settings, ceremony_config::SettingsError> {
    let variables =
        values.iter().map(|(name, value)| (format!("PASSKEYS_{}", name.to_ascii_uppercase()), value.clone()));
    Settings::read(None, variables)
}

/// Everything that the settings came to.
async fn outcome(values: &BTreeMap<&'static str, String>) -> String {
    let opened = match read(values).unwrap().open().await {
        Ok(opened) => opened,
        // A setting without which another one can't be has an effect.
        Err(error) => return error.to_string(),
    };
    let database = match &opened.database {
        ceremony_config::Database::Sqlite(stores) => {
            let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(stores.pool()).await.unwrap();
            let (file, pool) = (stores.pool().connect_options(), stores.pool().options());
            format!("{} {} {synchronous}", file.get_filename().display(), pool.get_max_connections())
        }
        other => format!("{other:?}"),
    };
    let service = format!("{:?}", opened.service);
    // Pools count their connections as they come and go.
    let mut parts = service.split("Pool {");
    let mut service = parts.next().unwrap().to_owned();
    parts.for_each(|part| service.push_str(part.split_once('}').unwrap().1));
    opened.database.close().await;
    format!("{database} {service} {:?} {:?}", opened.http().unwrap(), read(values).unwrap().rate_limits())
}

/// W23: settings that nothing reads.
#[tokio::test]
async fn w23_every_setting_has_an_effect() {
    if pass_over(&REDIS) {
        return;
    }
    let site = Site::new();
    let mut changes = site.changes();
    for setting in SETTINGS {
        let (value, beside) = changes.remove(setting.name).unwrap_or_else(|| panic!("{} is not tried", setting.name));
        let mut with = site.base();
        with.extend(beside);
        let mut without = with.clone();
        let base = site.base();
        // Without the setting, but for what has to be there in any case.
        match base.get(setting.name) {
            Some(needed) if without.get(setting.name).is_none_or(|there| there == needed) => {}
            _ => drop(without.remove(setting.name)),
        }
        with.insert(setting.name, value);
        let (with, without) = (outcome(&with).await, outcome(&without).await);
        assert!(with != without, "{} has no effect", setting.name);
    }
    assert!(changes.is_empty(), "{changes:?} are no settings");
}

/// The comparison above would see that nothing changed.
#[tokio::test]
async fn equal_settings_come_to_the_same() {
    if pass_over(&REDIS) {
        return;
    }
    let site = Site::new();
    let (one, two) = (outcome(&site.base()).await, outcome(&site.base()).await);
    assert!(one == two, "{one}\n{two}");
}

#[test]
fn a_wrong_value_is_named_with_its_place_and_what_to_write() {
    for (name, value, parts) in [
        ("timeout", "5", ["whole number from 10 to 3600", "\"5\""]),
        ("timeout", "5m", ["whole number", "\"5m\""]),
        ("sign_count", "ignore", ["reject, report, suspend", "\"ignore\""]),
        ("allow_subdomains", "yes", ["true, false", "\"yes\""]),
        ("algorithms", "ES256 RS1", ["no algorithm \"RS1\"", "ES256 EdDSA"]),
        ("max_credentials_per_user", "0", ["from 1 to 128", "\"0\""]),
        ("max_auth_age", "86401", ["from 1 to 86400", "\"86401\""]),
        ("max_auth_age", "18446744073709551615", ["from 1 to 86400", ""]),
        ("max_auth_age", "0", ["from 1 to 86400", "\"0\""]),
        ("database", "/tmp/x.db", ["write sqlite:/tmp/x.db", ""]),
        ("ceremonies", "disk", ["memory, sealed, database", "redis://"]),
        ("rate_limit_peer", "5/s", ["requests a minute", "or off, not \"5/s\""]),
        ("rate_limit_account", "-1", ["whole number from 0", "\"-1\""]),
        ("trusted_proxies", "17", ["from 0 to 16", "\"17\""]),
        ("username_first", "maybe", ["hidden, listed", ""]),
    ] {
        let error = read(&BTreeMap::from([(name, value.to_owned())])).unwrap_err().to_string();
        assert!(error.starts_with(&format!("PASSKEYS_{}: ", name.to_ascii_uppercase())), "{error}");
        assert!(parts.iter().all(|part| error.contains(part)), "{error}");
    }
}

/// The settings reach the limits, each the one that it names.
#[test]
fn rate_limits_are_those_of_the_settings() {
    let passed = |values: &[(&'static str, &str)]| {
        let values = values.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let limits = read(&values).unwrap().rate_limits();
        let headers =
            HeaderMap::from_iter([(HeaderName::from_static("x-forwarded-for"), HeaderValue::from_static("192.0.2.7"))]);
        let proxy = Some(IpAddr::from([192, 0, 2, 1]));
        let by_peer = (0..1000).filter(|_| limits.check_request(proxy, &headers).is_ok()).count();
        // The proxy's own limit is untouched where the header counts.
        let proxied = limits.check_peer(proxy).is_ok();
        (by_peer, (0..1000).filter(|_| limits.check_account("ada").is_ok()).count(), proxied)
    };
    assert_eq!(passed(&[]), (300, 30, false));
    assert_eq!(passed(&[("rate_limit_peer", "7"), ("trusted_proxies", "0")]), (7, 30, false));
    assert_eq!(passed(&[("rate_limit_account", "7"), ("trusted_proxies", "1")]), (300, 7, true));
    assert_eq!(passed(&[("rate_limit_peer", "off"), ("rate_limit_account", "0")]), (1000, 1000, true));
}

#[test]
fn a_setting_that_does_not_exist_is_refused() {
    for (variable, hint) in
        [("PASSKEYS_ORIGIN", "PASSKEYS_ORIGINS is one"), ("PASSKEYS_TIMEOUTS", "PASSKEYS_TIMEOUT is one")]
    {
        let error = Settings::read(None, [(variable.to_owned(), "x".to_owned())]).unwrap_err().to_string();
        assert!(error.starts_with(variable) && error.contains("no such setting") && error.ends_with(hint), "{error}");
    }
    let error = Settings::read(None, [("PASSKEYS_FROBNICATE".to_owned(), "x".to_owned())]).unwrap_err();
    assert_eq!(error.to_string(), "PASSKEYS_FROBNICATE: there is no such setting");
    // What is empty is not set, and what has another prefix is none of ours.
    let nothing = [("PASSKEYS_TIMEOUT".to_owned(), " ".to_owned()), ("PATH".to_owned(), "/".to_owned())];
    assert_eq!(Settings::read(None, nothing).unwrap(), Settings::default());
}

fn file(text: &str) -> (TempDir, std::path::PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("passkeys.toml");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

#[test]
fn a_file_is_read_and_the_environment_overrides_it() {
    let (_folder, path) = file(
        "origins = [\"https://example.com\", \"https://www.example.com\"]\ntimeout = 120\nallow_subdomains = true\n\
         sign_count = \"report\"\nalgorithms = \"ES256, RS256\"\ndatabase = \"sqlite:x.db\"\n",
    );
    let settings = Settings::read(Some(&path), [("PASSKEYS_TIMEOUT".to_owned(), "300".to_owned())]).unwrap();
    assert_eq!(settings.origins, ["https://example.com", "https://www.example.com"]);
    assert_eq!(settings.timeout.unwrap().as_secs(), 300);
    assert!(settings.allow_subdomains);
    assert_eq!(settings.sign_count, SignCountPolicy::Report);
    assert_eq!(settings.algorithms, [Algorithm::Es256, Algorithm::Rs256]);
    assert_eq!(settings.database, Some(DatabaseUrl::parse("sqlite:x.db").unwrap()));
    // The file may be named by the environment too.
    let named = Settings::read(None, [("PASSKEYS_CONFIG".to_owned(), path.display().to_string())]).unwrap();
    assert_eq!(named.timeout.unwrap().as_secs(), 120);
}

#[test]
fn a_file_that_is_wrong_is_named_with_the_place() {
    for (text, part) in [
        ("origin = \"x\"", "origin: there is no such setting; origins is one"),
        ("timeout = 1.5", "timeout: write a text, a number"),
        ("timeout = [\"120\"]", "timeout: write one value, not a list"),
        ("rp_name = [\"a\", \"b\"]", "rp_name: write one text, not a list"),
        ("origins = [1]", "origins: write a text"),
        ("origins = \"", "passkeys.toml: "),
    ] {
        let (_folder, path) = file(text);
        let error = Settings::read(Some(&path), []).unwrap_err().to_string();
        assert!(error.contains(part) && error.contains("passkeys.toml"), "{error}");
    }
    let error = Settings::read(Some(Path::new("/nowhere/passkeys.toml")), []).unwrap_err().to_string();
    assert!(error.starts_with("/nowhere/passkeys.toml: the file can't be read"), "{error}");
}

/// Everything that an error shows, with its causes.
fn everything(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(|error| format!("{error} {error:?} ")).collect()
}

#[test]
fn a_line_of_the_file_is_not_quoted() {
    for (text, place) in [
        ("rp_id = \"x\"\ndatabase = \"postgres://ada:s3cr@db/x\n", "passkeys.toml: line 2, column "),
        ("database = postgres://ada:s3cr@db/x", "passkeys.toml: line 1, column 12: "),
        ("# ä\ndatabase = \"postgres://ada:s3cr@db/x\" s3cr", "passkeys.toml: line 2, column "),
        ("database = \"postgres://ada:s3cr@db/x\"\ndatabase = \"s3cr\"", "passkeys.toml: line 2, column 1: "),
        ("database = \"postgres://ada:s3cr@db/\\x\"", "passkeys.toml: line 1, column "),
        ("database = 's3cr'\ndatabase.s3 = 1", "passkeys.toml: line 2, column "),
    ] {
        let (_folder, path) = file(text);
        let error = Settings::read(Some(&path), []).unwrap_err();
        let shown = everything(&error);
        assert!(shown.contains(place), "{shown}");
        assert!(!shown.contains("s3cr"), "{shown}");
    }
}

#[tokio::test]
async fn what_does_not_go_together_is_said() {
    let folder = TempDir::new().unwrap();
    let keys = folder.path().join("keys");
    std::fs::write(&keys, KeyFile::generate(&OsEntropy).unwrap().to_text().as_bytes()).unwrap();
    let base =
        BTreeMap::from([("origins", "https://example.com".to_owned()), ("database", "sqlite::memory:".to_owned())]);
    for (more, part) in [
        (vec![("username_first", "listed".to_owned())], "username_first: listed needs a key file"),
        (
            vec![
                ("ceremonies", "sealed".to_owned()),
                ("spend_list", "memory".to_owned()),
                ("key_file", keys.display().to_string()),
            ],
            "spend_list: with a key file, memory would forget",
        ),
        (vec![("key_file", "/nowhere/keys".to_owned())], "/nowhere/keys: the key file can't be read"),
        (vec![("providers", "/nowhere/list".to_owned())], "/nowhere/list: the list of providers can't be read"),
        (vec![("rp_id", "example.org".to_owned())], "relying party: "),
        (vec![("ceremonies", "redis://127.0.0.1:1".to_owned())], "ceremonies: Redis does not answer"),
        (
            vec![("database", "sqlite:/nowhere/at/all.db".to_owned())],
            "database: cannot open the database sqlite:/nowhere",
        ),
        (
            vec![
                ("database", "postgres://nobody@127.0.0.1:1/x".to_owned()),
                ("sqlite_synchronous", "normal".to_owned()),
            ],
            "sqlite_synchronous: the database is PostgreSQL",
        ),
    ] {
        let mut values = base.clone();
        values.extend(more);
        let error = read(&values).unwrap().open().await.unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
    let error =
        read(&BTreeMap::from([("origins", "https://example.com".to_owned())])).unwrap().open().await.unwrap_err();
    assert!(error.to_string().starts_with("database: write where passkeys are kept"), "{error}");
}

/// Keys need no file: what anybody may begin is sealed with them as with those of a file, and no row is written.
#[tokio::test]
async fn keys_of_the_program_seal_as_those_of_a_file_do() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("keys");
    std::fs::write(&file, KeyFile::generate(&OsEntropy).unwrap().to_text().as_bytes()).unwrap();
    let mut values =
        BTreeMap::from([("origins", "https://example.com".to_owned()), ("database", "sqlite::memory:".to_owned())]);
    let rows = async |settings: Settings, keys: Option<KeyFile>| {
        let database = settings.database().await.unwrap();
        let opened = settings.open_with(database.clone(), keys).await.unwrap();
        let passkeys = opened.service.build().unwrap();
        passkeys.begin_authentication(ceremony_service::Subject::Anybody, b"", None).await.unwrap();
        let ceremony_config::Database::Sqlite(stores) = &database else { panic!("{database:?}") };
        let count = sqlx::query_scalar("SELECT count(*) FROM ceremony_pending").fetch_one(stores.pool());
        let count: i64 = count.await.unwrap();
        database.close().await;
        count
    };
    let settings = read(&values).unwrap();
    assert_eq!(rows(settings.clone(), Some(KeyFile::generate(&OsEntropy).unwrap())).await, 0);
    assert_eq!(rows(settings, None).await, 1);
    // A file that the program does not give the keys of counts for nothing.
    values.insert("key_file", file.display().to_string());
    assert_eq!(rows(read(&values).unwrap(), None).await, 1);
}
