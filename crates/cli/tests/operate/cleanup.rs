use crate::Site;
use ceremony_service::store::{CeremonyKey, CeremonyKind, Realm};
use ceremony_sqlx::{PostgresStores, SqliteStores};
use ceremony_testbed::{POSTGRES, Postgres, pass_over};

/// Fills a database with what has expired, and a ceremony that has not.
macro_rules! fill {
    ($stores:expr) => {{
        let stores = $stores;
        stores.migrate().await.unwrap();
        let at = ceremony::UnixTime::from_secs;
        let rp = ceremony::RelyingParty::builder("example.com", "").origin("https://example.com").build().unwrap();
        let realm = Realm { tenant: ceremony::Tenant::default(), rp_id: rp.id().clone() };
        let key = CeremonyKey { kind: CeremonyKind::Registration, realm: realm.clone(), binding: None };
        for expires_at in [at(10), at(20), at(u64::from(u32::MAX))] {
            stores.ceremonies().put(&key, b"state".to_vec(), expires_at, at(1)).await.unwrap();
        }
        assert!(stores.spend_list().spend([1; 16], at(10), at(1)).await.unwrap());
        let handle = ceremony::UserHandle::new([1; 64]).unwrap();
        stores.sign_ups().add(&realm, &handle, at(10)).await.unwrap();
        stores.pool().close().await;
    }};
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Tells first, drops then, and has nothing left to drop.
fn assert_cleans(site: &Site, database: &str) {
    let variables = [("PASSKEYS_DATABASE", database)];
    let tail = "; 1 sign-ups wait for the server to take them back\n";
    for _ in 0..2 {
        let told = site.run_with(&["cleanup", "--dry-run"], &variables);
        assert_eq!(told.code, 0, "{told:?}");
        assert_eq!(told.out, format!("would drop 2 begun ceremonies, 1 spent ids, 0 tombstones{tail}"));
    }
    let done = site.run_with(&["cleanup"], &variables);
    assert_eq!((done.code, done.out), (0, format!("dropped 2 begun ceremonies, 1 spent ids, 0 tombstones{tail}")));
    let again = site.run_with(&["cleanup", "--json"], &variables);
    let report: serde_json::Value = serde_json::from_str(&again.out).unwrap();
    let expected = serde_json::json!({
        "dry_run": false, "ceremonies": 0, "spent": 0, "tombstones": 0, "abandoned_sign_ups": 1
    });
    assert_eq!(report, expected);
}

#[test]
fn sqlite_is_cleaned() {
    let site = Site::new();
    let url = format!("sqlite:{}", site.path("site.db").display());
    runtime().block_on(async { fill!(SqliteStores::connect(&url).await.unwrap()) });
    assert_cleans(&site, &url);
}

#[test]
fn postgres_is_cleaned() {
    if pass_over(&POSTGRES) {
        return;
    }
    let url = Postgres::shared().unwrap().database().unwrap();
    runtime().block_on(async { fill!(PostgresStores::connect(&url).await.unwrap()) });
    assert_cleans(&Site::new(), &url);
}

#[test]
fn what_can_t_be_cleaned_is_said() {
    let site = Site::new();
    for (variables, part) in [
        (&[][..], "write where passkeys are kept"),
        (&[("PASSKEYS_DATABASE", "sqlite:nowhere.db")][..], "there is no such file"),
        (&[("PASSKEYS_DATABASE", "sqlite::memory:")][..], "database: one in memory ends with the program"),
        (&[("PASSKEYS_DATABASE", "nonsense://x")][..], "write sqlite:PATH"),
    ] {
        let ran = site.run_with(&["cleanup"], variables);
        assert_eq!(ran.code, 1, "{ran:?}");
        assert!(ran.err.contains(part) && ran.out.is_empty(), "{ran:?}");
    }
    assert!(!site.path("nowhere.db").exists(), "a cleanup makes no database");
}

#[test]
fn the_file_is_the_one_that_a_url_with_percent_signs_means() {
    let site = Site::new();
    std::fs::create_dir(site.path("sp ace")).unwrap();
    let database = "sqlite:sp%20ace/100%25.db";
    let variables = [("PASSKEYS_ORIGINS", "https://example.com"), ("PASSKEYS_DATABASE", database)];
    assert_eq!(site.run_with(&["migrate"], &variables).code, 0);
    assert!(site.path("sp ace/100%.db").exists());
    let cleaned = site.run_with(&["cleanup"], &variables);
    assert_eq!(cleaned.code, 0, "{cleaned:?}");
    let checked = site.run_with(&["check"], &variables);
    assert!(!checked.out.contains("not there yet"), "{checked:?}");
}
