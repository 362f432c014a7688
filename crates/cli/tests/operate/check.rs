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
