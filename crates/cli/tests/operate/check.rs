use crate::Site;
use ceremony_testbed::{POSTGRES, Postgres, REDIS, Redis, pass_over};
use std::os::unix::fs::PermissionsExt;

/// The codes that a check prints, in its order.
fn codes(out: &str) -> Vec<&str> {
    out.lines().filter_map(|line| line.rsplit_once('[')?.1.strip_suffix(']')).collect()
}

#[test]
fn a_sound_deployment_is_said_so() {
    if pass_over(&POSTGRES) || pass_over(&REDIS) {
        return;
    }
    let (database, redis) = (Postgres::shared().unwrap().database().unwrap(), Redis::start().unwrap());
    let site = Site::new();
    site.run(&["generate-key", "keys"]);
    site.settings(&format!(
        "rp_id = \"example.com\"\norigins = [\"https://example.com\"]\ndatabase = \"{database}\"\nkey_file = \"keys\"\n\
         trusted_proxies = 1\nceremonies = \"sealed\"\nspend_list = \"{}\"\n",
        redis.url()
    ));
    let checked = site.run(&["check", "--deploy", "--config", "passkeys.toml"]);
    // Nobody has started a server yet.
    assert_eq!(codes(&checked.out), ["migrations"], "{checked:?}");
    assert_eq!(checked.code, 0);
    let url =
        Postgres::shared().unwrap().query(&database, "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'ceremony%'");
    assert_eq!(url.unwrap(), "0", "a check writes nothing");

    redis.command("CONFIG SET maxmemory-policy allkeys-lru").unwrap();
    let evicting = site.run(&["check", "--deploy", "--config", "passkeys.toml"]);
    assert_eq!((codes(&evicting.out), evicting.code), (vec!["redis_settings", "migrations"], 1), "{evicting:?}");
    assert!(evicting.out.contains("noeviction"));

    let mut redis = redis;
    redis.stop().unwrap();
    let gone = site.run(&["check", "--deploy", "--config", "passkeys.toml"]);
    assert_eq!((codes(&gone.out), gone.code), (vec!["redis", "migrations"], 1), "{gone:?}");
}

#[test]
fn what_is_for_trying_out_passes_until_it_is_deployed() {
    let site = Site::new();
    site.settings(
        "origins = [\"http://localhost:8000\"]\nrp_id = \"localhost\"\ndatabase = \"sqlite::memory:\"\n\
         ceremonies = \"memory\"\nauthentications = \"sealed\"\nspend_list = \"memory\"\n",
    );
    let tried = site.run(&["check", "--config", "passkeys.toml"]);
    assert_eq!((tried.code, codes(&tried.out)), (0, vec!["migrations"]), "{tried:?}");
    let deployed = site.run(&["check", "--deploy", "--config", "passkeys.toml"]);
    let expected =
        ["localhost", "localhost_rp_id", "memory_ceremonies", "sealing_key", "memory_spend_list", "memory_database"];
    assert_eq!((deployed.code, codes(&deployed.out)), (1, expected.to_vec()), "{deployed:?}");
}

#[test]
fn each_weakness_is_found() {
    let site = Site::new();
    site.run(&["generate-key", "keys"]);
    std::fs::write(site.path("open"), site.read("keys")).unwrap();
    std::fs::set_permissions(site.path("open"), PermissionsExt::from_mode(0o644)).unwrap();
    std::fs::write(site.path("weak"), format!("seal {}\ndecoys x", "A".repeat(43))).unwrap();
    for (line, code, severity) in [
        ("timeout = 60", "timeout", "warning"),
        ("timeout = 900", "timeout", "warning"),
        ("max_auth_age = 3601", "max_auth_age", "warning"),
        ("allow_subdomains = true", "subdomains", "warning"),
        ("sign_count = \"report\"", "sign_count", "warning"),
        ("top_origins = \"any\"", "top_origins", "warning"),
        ("rate_limit_peer = \"off\"", "rate_limit", "warning"),
        ("rate_limit_account = 0", "rate_limit", "warning"),
        ("timeout = 300", "trusted_proxies", "warning"),
        ("username_first = \"listed\"", "decoy_key", "error"),
        ("providers = \"nowhere.json\"", "providers", "error"),
        ("key_file = \"nowhere\"", "key_file", "error"),
        ("key_file = \"weak\"", "key_file", "error"),
        ("key_file = \"open\"", "key_file_mode", "error"),
        ("key_file = \"keys\"\nceremonies = \"sealed\"\nspend_list = \"memory\"", "spend_list", "error"),
        ("ceremonies = \"sealed\"", "sealing_key", "error"),
        ("ceremonies = \"memory\"", "memory_ceremonies", "error"),
        ("authentications = \"redis://127.0.0.1:1\"", "redis", "error"),
        ("related_origins = \"http://example.org\"", "relying_party", "error"),
    ] {
        site.settings(&format!(
            "rp_id = \"example.com\"\norigins = [\"https://example.com\"]\ndatabase = \"sqlite:site.db\"\n{line}\n"
        ));
        let checked = site.run(&["check", "--deploy", "--config", "passkeys.toml"]);
        let found = checked.out.lines().find(|text| text.ends_with(&format!("[{code}]")));
        assert!(found.is_some_and(|text| text.starts_with(severity)), "{line}: {checked:?}");
    }
    site.settings("origins = [\"https://example.com\"]\ndatabase = \"sqlite:site.db\"\n");
    let implied = site.run(&["check", "--config", "passkeys.toml"]);
    assert_eq!(codes(&implied.out), ["rp_id_implied", "database"], "{implied:?}");
    assert!(!site.path("site.db").exists(), "a check makes no database");
}

#[test]
fn settings_that_can_t_be_read_are_a_finding() {
    let site = Site::new();
    let checked = site.run_with(&["check"], &[("PASSKEYS_ORIGIN", "https://example.com")]);
    assert_eq!((checked.code, codes(&checked.out)), (1, vec!["settings"]));
    assert!(checked.out.contains("PASSKEYS_ORIGINS is one"), "{}", checked.out);
    let json = site.run_with(&["check", "--json"], &[("PASSKEYS_ORIGINS", "https://example.com")]);
    let findings: Vec<serde_json::Value> = json.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(findings[0]["severity"], "error");
    assert_eq!(findings[0]["code"], "database");
    assert_eq!(json.code, 1);
}

#[test]
fn a_database_that_does_not_answer_is_named_without_its_password() {
    let site = Site::new();
    let variables = [
        ("PASSKEYS_ORIGINS", "https://example.com"),
        ("PASSKEYS_RP_ID", "example.com"),
        ("PASSKEYS_DATABASE", "postgres://ada:hunter2@127.0.0.1:1/site"),
        ("PASSKEYS_TRUSTED_PROXIES", "0"),
    ];
    let checked = site.run_with(&["check", "--deploy"], &variables);
    assert_eq!((checked.code, codes(&checked.out)), (1, vec!["database"]), "{checked:?}");
    assert!(checked.out.contains("postgres://ada@127.0.0.1:1/site") && !checked.out.contains("hunter2"), "{checked:?}");
}

#[test]
fn a_database_that_can_t_hold_what_people_write_is_found() {
    if pass_over(&POSTGRES) {
        return;
    }
    let postgres = Postgres::shared().unwrap();
    let sound = postgres.database().unwrap();
    let (server, name) = sound.rsplit_once('/').unwrap();
    let site = Site::new();
    for encoding in ["LATIN1", "SQL_ASCII"] {
        let other = format!("{name}_{}", encoding.to_lowercase());
        let create = format!("CREATE DATABASE {other} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0");
        postgres.query(&sound, &create).unwrap();
        let database = format!("{server}/{other}");
        let variables = [
            ("PASSKEYS_ORIGINS", "https://example.com"),
            ("PASSKEYS_RP_ID", "example.com"),
            ("PASSKEYS_DATABASE", database.as_str()),
        ];
        let checked = site.run_with(&["check"], &variables);
        assert_eq!((checked.code, codes(&checked.out)), (1, vec!["database_encoding", "migrations"]), "{checked:?}");
        assert!(checked.out.contains(encoding) && checked.out.contains("--encoding UTF8"), "{checked:?}");
    }
}

#[test]
fn a_file_that_others_can_read_is_found_before_it_is_deployed() {
    let site = Site::new();
    site.settings(
        "rp_id = \"example.com\"\norigins = [\"https://example.com\"]\ndatabase = \"sqlite:site.db\"\ntrusted_proxies = 0\n",
    );
    assert_eq!(site.run(&["migrate", "--config", "passkeys.toml"]).code, 0);
    for (mode, found) in [(0o640, true), (0o604, true), (0o644, true), (0o600, false), (0o622, false)] {
        std::fs::set_permissions(site.path("site.db"), PermissionsExt::from_mode(mode)).unwrap();
        let checked = site.run(&["check", "--deploy", "--config", "passkeys.toml"]);
        let expected = if found { vec!["database_mode"] } else { vec![] };
        assert_eq!((checked.code, codes(&checked.out)), (0, expected), "{mode:o}: {checked:?}");
        assert!(!found || checked.out.starts_with("warning: site.db has mode 6") && checked.out.contains("chmod 600"));
        assert_eq!(codes(&site.run(&["check", "--config", "passkeys.toml"]).out), [""; 0]);
    }
}

#[test]
fn a_replica_is_found() {
    if pass_over(&REDIS) {
        return;
    }
    let redis = Redis::start().unwrap();
    redis.command("CONFIG SET replica-read-only no").unwrap();
    redis.command("REPLICAOF 127.0.0.1 1").unwrap();
    let site = Site::new();
    site.settings(&format!(
        "rp_id = \"example.com\"\norigins = [\"https://example.com\"]\ndatabase = \"sqlite::memory:\"\nceremonies = \"{}\"\n",
        redis.url()
    ));
    let checked = site.run(&["check", "--config", "passkeys.toml"]);
    assert_eq!((checked.code, codes(&checked.out)), (0, vec!["redis_settings", "migrations"]), "{checked:?}");
    assert!(checked.out.contains("the server is a replica"), "{checked:?}");
}
